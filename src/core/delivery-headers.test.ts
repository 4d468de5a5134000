import { describe, expect, it } from 'vitest'
import { cacheHeaders, contentDisposition } from './delivery-headers.ts'

const NOW = Date.UTC(2026, 10, 21)
const inline = (title: string) => contentDisposition('inline', { title, extension: 'webp' })

describe('file names', () => {
  it.each([
    ['Lighthouse at dusk', 'inline; filename="Lighthouse at dusk.webp"'],
    ['Été', `inline; filename="Ete.webp"; filename*=UTF-8''%C3%89t%C3%A9.webp`],
    ['灯台 夕暮れ', `inline; filename="_ _.webp"; filename*=UTF-8''%E7%81%AF%E5%8F%B0%20%E5%A4%95%E6%9A%AE%E3%82%8C.webp`],
    ["it's (50%) *new*", `inline; filename="it's (50_) new.webp"; filename*=UTF-8''it%27s%20%2850%25%29%20new.webp`],
    ['', 'inline; filename="image.webp"'],
    ['..', 'inline; filename="image.webp"'],
  ])('%j', (title, header) => expect(inline(title)).toBe(header))

  it.each(['a"\r\nset-cookie: x=1', '../../etc/passwd', 'C:\\x', 'a\u0000b', 'gpj\u202eexe.', '\ud800', 'a;filename=evil.exe', '"; x="'])(
    'cannot break out: %j',
    (title) => {
      const header = inline(title)
      expect(header).toMatch(/^inline; filename="[^"\\/%;]*\.webp"(; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+\.webp)?$/)
      expect(decodeURIComponent(header)).not.toMatch(/[\r\n\0\u202e/\\]/)
    },
  )

  it('are cut by letters, not inside one', () => {
    expect(decodeURIComponent(inline('🗼'.repeat(500)).split("''")[1]!)).toBe(`${'🗼'.repeat(100)}.webp`)
  })
})

it('lets browsers keep a picture until its link ends, an hour at most', () => {
  const control = (expiresAt?: number) =>
    cacheHeaders({ isNegotiated: false, ...(expiresAt !== undefined && { expiresAt }) }, NOW)['cache-control']
  expect(control()).toBe('private, max-age=3600')
  expect(control(NOW + 90_500)).toBe('private, max-age=90')
  expect(control(NOW + 86_400_000)).toBe('private, max-age=3600')
  expect(control(NOW - 1)).toBe('private, max-age=0')
  expect(cacheHeaders({ isNegotiated: true }, NOW)).toHaveProperty('vary', 'Accept')
  expect(cacheHeaders({ isNegotiated: false }, NOW)).not.toHaveProperty('vary')
})

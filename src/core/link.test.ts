import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { checkLink, endOfNextDay, isEqual, type LinkClaim, linkPath, scopeOf, signatureOf, urlSignatures } from './link.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const IMAGE = '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b'
const OTHER = '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c'
const hmac = (text: string, secret: string) => createHmac('sha256', secret).update(text).digest('base64url')
const verifier = {
  hmac,
  now: () => NOW,
  secretOf: async (kid: string) => ({ own: 'studio secret', link: 'link secret' })[kid],
}
const claimOf = (more: Partial<LinkClaim>): LinkClaim => ({ imageId: IMAGE, scope: 'ladder', exp: NOW / 1000 + 60, kid: 'own', ...more })
const sign = (claim: LinkClaim) => signatureOf(claim, (text) => hmac(text, claim.kid === 'link' ? 'link secret' : 'studio secret'))
/** Opens a URL signed by `claim` for `query`, after `edit` tampered with it. */
async function open(claim: LinkClaim, query: string, edit = (url: string) => url, accept?: string) {
  const url = new URL(edit(`http://x${linkPath(claim, [...new URLSearchParams(query)], sign(claim))}`))
  return checkLink(verifier, { imageId: url.pathname.slice(3), query: [...url.searchParams], accept })
}

describe('a ladder signature', () => {
  it('opens every stored size and tells when it ends', async () => {
    for (const w of [160, 320, 640, 1280, 2048])
      expect(await open(claimOf({}), `w=${w}&fm=webp`)).toMatchObject({
        canonical: `v1/w${w}.webp`,
        scope: 'ladder',
        expiresAt: NOW + 60_000,
      })
    expect(await open(claimOf({}), 'w=320&fm=jpeg')).toMatchObject({ outcome: 'allowed', isNegotiated: false, disposition: 'inline' })
  })

  it.each(['w=641&fm=webp', 'w=640', 'w=640&fm=avif', 'w=640&fm=webp&q=81', 'w=640&h=640&fm=webp', 'fm=webp', '', 'fm=original'])(
    'makes nothing else: %s',
    async (query) => expect(await open(claimOf({}), query)).toMatchObject({ code: 'not_found' }),
  )
})

describe('a signature of one transform', () => {
  const transform = { w: 600, h: 400, fit: 'cover' } as const
  const claim = claimOf({ scope: scopeOf(transform), exp: 0, kid: 'link' })

  it('opens that one, in the format that Accept names, without end', async () => {
    const allowed = await open(claim, 'w=600&h=400&fit=cover', undefined, 'image/avif')
    expect(allowed).toMatchObject({ canonical: 'v1/w600-h400-cover.avif', isNegotiated: true })
    expect(allowed).not.toHaveProperty('expiresAt')
    expect(await open(claim, 'h=400&w=300&dpr=2&fit=cover')).toMatchObject({ code: 'not_found' })
    expect(await open(claim, 'fm=auto&fit=cover&h=400&w=600')).toMatchObject({ canonical: 'v1/w600-h400-cover.jpeg' })
  })

  it.each(['w=601&h=400&fit=cover', 'w=600&h=400', 'w=600&h=400&fit=cover&fm=png', 'w=640&fm=webp', 'fm=original'])(
    'not %s',
    async (query) => {
      expect(await open(claim, query)).toMatchObject({ code: 'not_found' })
    },
  )

  it('may be of a rung too', async () => {
    const rung = claimOf({ scope: scopeOf({ w: 640, fm: 'webp' }), exp: 0, kid: 'link' })
    expect(await open(rung, 'w=640&fm=webp')).toMatchObject({ canonical: 'v1/w640.webp' })
    expect(await open(rung, 'w=1280&fm=webp')).toMatchObject({ code: 'not_found' })
  })
})

describe('the original', () => {
  it('is an attachment under its own scope', async () => {
    expect(await open(claimOf({ scope: 'original' }), 'fm=original')).toMatchObject({ canonical: 'original', disposition: 'attachment' })
    expect(await open(claimOf({ scope: 'original' }), 'w=640&fm=webp')).toMatchObject({ code: 'not_found' })
  })
  it('is not to be had by who holds a thumbnail, nor by any other part of what signs both', async () => {
    const claim = claimOf({})
    const both = hmac(`genzo-link-2\n${IMAGE}\nurls\n${claim.exp}\nown`, 'studio secret')
    const { ladder, original } = urlSignatures(claim, () => both)
    expect([ladder, original]).toEqual([both.slice(0, 21), both.slice(21, 42)])
    const asked = (query: string, sig: string) => open(claim, query, (url) => url.replace(/sig=.*/, `sig=${sig}`))
    expect(await asked('fm=original', original)).toMatchObject({ outcome: 'allowed' })
    expect(await asked('w=640&fm=webp', ladder)).toMatchObject({ outcome: 'allowed' })
    expect(await asked('w=640&fm=webp', original)).toMatchObject({ code: 'not_found' })
    for (const sig of [ladder, both.slice(11, 32), both.slice(22, 43), both])
      expect(await asked('fm=original', sig)).toMatchObject({ code: 'not_found' })
  })
  it('is in no link without end, whoever signed it', async () => {
    expect(await open(claimOf({ scope: 'original', exp: 0, kid: 'link' }), 'fm=original')).toMatchObject({ code: 'not_found' })
    expect(await open(claimOf({ exp: 0 }), 'w=640&fm=webp')).toMatchObject({ code: 'not_found' })
  })
})

describe('a link that is not right', () => {
  const opened = (edit: (url: string) => string) => open(claimOf({}), 'w=640&fm=webp', edit)

  it.each([
    ['another image', (url: string) => url.replace(IMAGE, OTHER)],
    ['a later end', (url: string) => url.replace(/exp=\d+/, 'exp=9999999999')],
    ['no end', (url: string) => url.replace(/exp=\d+/, 'exp=0')],
    ['another key', (url: string) => url.replace('kid=own', 'kid=link')],
    ['a key that was revoked', (url: string) => url.replace('kid=own', 'kid=revoked')],
    ['another signature', (url: string) => url.replace(/sig=./, (text) => (text === 'sig=A' ? 'sig=B' : 'sig=A'))],
    ['an id that is none', (url: string) => url.replace(IMAGE, 'x')],
  ])('is not found: %s', async (_, edit) => expect(await opened(edit)).toMatchObject({ code: 'not_found' }))

  it.each([
    ['an end twice', (url: string) => `${url}&exp=1`],
    ['a signature twice', (url: string) => url.replace(/(&sig=[^&]+)/, '$1$1')],
    ['a short signature', (url: string) => url.slice(0, -1)],
    ['no key', (url: string) => url.replace(/&kid=own/, '')],
    ['an end that is no number', (url: string) => url.replace(/exp=\d+/, 'exp=1e9')],
    ['an unknown parameter', (url: string) => `${url}&utm_source=x`],
    ['half of a long signature', (url: string) => `${url}${'A'.repeat(9)}`],
  ])('is invalid with %s', async (_, edit) => expect(await opened(edit)).toMatchObject({ code: 'invalid_input' }))

  it('is invalid without a signature', async () => {
    expect(await opened((url) => url.replace(/&sig=.*/, ''))).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('signed'),
    })
  })

  it('is gone from its last second on, and only for who holds the true one', async () => {
    expect(await open(claimOf({ exp: NOW / 1000 }), 'w=640&fm=webp')).toMatchObject({ code: 'gone' })
    expect(await open(claimOf({ exp: NOW / 1000 + 1 }), 'w=640&fm=webp')).toMatchObject({ outcome: 'allowed' })
    expect(await open(claimOf({ exp: 1 }), 'w=640&fm=webp', (url) => url.replace('exp=1', 'exp=2'))).toMatchObject({ code: 'not_found' })
  })
})

it('signs what is out in the world the same way for ever', () => {
  const under = (text: string) => hmac(text, 'studio secret')
  const claim = { imageId: IMAGE, exp: 1_795_392_000, kid: 'own' }
  expect(urlSignatures(claim, under)).toEqual({ ladder: 'PbjlTia75ACLRVCaG88JL', original: 'ZC67ls371bRgfL7OJG29t' })
  expect(signatureOf({ ...claim, scope: '=w600-h400-cover.auto' }, under)).toBe('1N-VPq59jFWklG8cIeEIxM8cjAFCS5Mogjs0G_AgqvY')
})

it('ends URLs with the next UTC day, the same all day long', () => {
  const end = Date.UTC(2026, 10, 23) / 1000
  expect(endOfNextDay(Date.UTC(2026, 10, 21))).toBe(end)
  expect(endOfNextDay(Date.UTC(2026, 10, 21, 23, 59, 59, 999))).toBe(end)
  expect(endOfNextDay(Date.UTC(2026, 10, 22))).toBe(end + 86_400)
})

it('compares whole texts', () => {
  expect(isEqual('abc', 'abc')).toBe(true)
  expect(isEqual('abc', 'abd')).toBe(false)
  expect(isEqual('abc', 'abcd')).toBe(false)
})

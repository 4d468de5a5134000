import { expect, it } from 'vitest'
import { snippetsOf, transformOf } from './link-form.ts'

it('makes a transform of what was typed, and leaves out what means nothing', () => {
  expect(transformOf({ width: '640', format: 'avif', quality: '70' })).toEqual({ w: 640, fm: 'avif', q: 70 })
  expect(transformOf({ width: '', format: 'auto', quality: '' })).toEqual({})
  expect(transformOf({ width: '-5', format: 'auto', quality: 'x' })).toEqual({})
  expect(transformOf({ width: '99999', format: 'auto', quality: '400' })).toEqual({ w: 8192, q: 100 })
})

it('keeps a hostile title from leaving its place in any snippet', () => {
  const image = { title: '"><script>alert(1)</script> ](http://evil) `$(x)`', width: 10, height: 5 }
  const { html, markdown } = snippetsOf({ image, url: 'https://x.example/i/1?a=1&b=2', page: 'https://x.example/s/1' })
  expect(html).toContain('alt="&quot;&gt;&lt;script&gt;')
  expect(html).toContain('a=1&amp;b=2')
  expect(markdown).toContain('\\](http://evil)')
})

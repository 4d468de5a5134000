import { expect, it } from 'vitest'
import { imageOf } from '#core/ports/samples.contract.ts'
import { testApp } from '../studio.contract.ts'

const page = {
  html: '<html><head>\n<meta name="description" content="usual" />\n<title>Genzo</title></head><body><script src="/a.js"></script></body></html>',
  csp: "default-src 'none'; script-src 'self'",
}

async function sharing(title: string) {
  let now = Date.now()
  const parts = testApp({ options: { page }, config: { now: () => now } })
  const ada = await parts.person('ada@example.com')
  const as = await parts.keyOf(ada)
  const image = imageOf({ ownerId: ada.id, title, width: 1000, height: 800, fileName: 'private.jpg' })
  await parts.ports.images.insert(image)
  const { body: link } = await parts.ask('POST', `/api/images/${image.id}/links`, { as, body: { expiresIn: 3600 } })
  return { ...parts, as, link, ada, pass: (ms: number) => (now += ms) }
}

it('answers what a link shows to anybody, and nothing private', async () => {
  const { ask, link, ada } = await sharing('A hill')
  const { status, body, text, headers } = await ask('GET', `/api/shares/${link.id}`)
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
  expect(Object.keys(body).sort()).toEqual(['expiresAt', 'height', 'id', 'marks', 'srcset', 'title', 'url', 'width'])
  expect(body).toMatchObject({ url: link.url, title: 'A hill', width: 1000, height: 800, expiresAt: link.expiresAt })
  for (const secret of [ada.id, ada.email, 'private']) expect(text).not.toContain(secret)
})

it('puts a preview card into the page, with every value escaped', async () => {
  const { ask, link } = await sharing('</title><script>alert("1")</script> $& \u5c71')
  const { status, text, headers } = await ask('GET', `/s/${link.id}`)
  expect(status).toBe(200)
  expect([headers.get('content-security-policy'), headers.get('x-robots-tag')]).toEqual([page.csp, 'noindex, nofollow'])
  expect(text.match(/<script/g)).toHaveLength(1)
  const said = '&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; $&amp; \u5c71'
  expect(text).toContain(`<title>${said} · Genzo</title>`)
  expect(text).toContain(`<meta property="og:title" content="${said}" />`)
  const image = /property="og:image" content="([^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&')
  expect(image).toMatch(/^http:\/\/127\.0\.0\.1:3000\/i\/.*sig=/)
  expect(text).toContain('<meta property="og:image:width" content="640" />')
  expect(text).toContain('<meta property="og:image:height" content="512" />')
  expect(text).toContain('<meta name="twitter:card" content="summary_large_image" />')
  expect(text).toContain('content="noindex, nofollow"')
  expect(text).not.toContain('content="usual"')
})

it('answers the page, and no card, once the link has expired or was revoked', async () => {
  const { ask, link, as, pass } = await sharing('A hill')
  await expect(ask('GET', `/s/${crypto.randomUUID()}`)).resolves.toMatchObject({ status: 404 })
  pass(3_600_000)
  const ended = await ask('GET', `/s/${link.id}`)
  expect([ended.status, (await ask('GET', `/api/shares/${link.id}`)).body.code]).toEqual([410, 'gone'])
  await ask('DELETE', `/api/links/${link.id}`, { as })
  const revoked = await ask('GET', `/s/${link.id}`)
  expect([revoked.status, (await ask('GET', `/api/shares/${link.id}`)).body.code]).toEqual([404, 'not_found'])
  for (const { text } of [ended, revoked]) {
    expect(text).toContain('<script src="/a.js">')
    expect(text).toContain('noindex')
    expect(text).not.toMatch(/og:|A hill/)
  }
})

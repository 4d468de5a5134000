import { expect, it } from 'vitest'
import { pageOverHttp } from './page-over-http.ts'

function serving(answers: (() => Response)[]) {
  const asked: string[] = []
  const clock = { at: 0 }
  const fetchPage = (async (url: string) => {
    asked.push(url)
    return (answers[Math.min(asked.length, answers.length) - 1] as () => Response)()
  }) as typeof fetch
  return { asked, clock, page: pageOverHttp({ publicUrl: 'https://studio.example/', now: () => clock.at, fetchPage }) }
}
const html = (text: string) => () => new Response(text, { headers: { 'content-security-policy': "default-src 'none'" } })
const down = () => new Response('busy', { status: 503 })

it('takes the page with its policy, keeps it for a while, and sees a new version then', async () => {
  const { asked, clock, page } = serving([html('one'), html('two')])
  expect(await page()).toEqual({ html: 'one', csp: "default-src 'none'" })
  expect((await page()).html).toBe('one')
  expect(asked).toEqual(['https://studio.example/index.html'])
  clock.at = 300_000
  expect((await page()).html).toBe('two')
})

it('goes on with the page it has while the CDN fails, and says so when it has none', async () => {
  const { clock, page } = serving([html('one'), down])
  await page()
  clock.at = 300_000
  expect((await page()).html).toBe('one')
  await expect(serving([down]).page()).rejects.toMatchObject({ code: 'unavailable' })
  await expect(serving([() => new Response('no policy')]).page()).rejects.toMatchObject({ code: 'unavailable' })
})

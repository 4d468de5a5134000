import { beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from './eventually.ts'
import { tenPhotographs } from './photographs.ts'
import { BROWSER_TEST, goTo, makeOne, newEmail, newWords, register, visit } from './studio.ts'
import { windows } from './windows.ts'

vi.setConfig(BROWSER_TEST)
const desk = windows()
let { studio, browser, ada, page } = desk
beforeEach(() => {
  ;({ studio, browser, ada, page } = desk)
})

const prompt = () => page.getByLabel('Prompt')
const make = () => page.getByRole('button', { name: 'Make', exact: true }).click()
/** Pictures that no earlier try has brought: the studio notices duplicates. */
const newRoll = () => 100 + Math.floor(Math.random() * 1e6)
/** A request answered as the studio answers when things go wrong. */
const refuse = (path: string, status: number, problem: Record<string, unknown>, headers = {}) =>
  page.route(path, (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status, headers, contentType: 'application/problem+json', body: JSON.stringify({ status, ...problem }) })
      : route.continue(),
  )

describe('what the studio refuses is said in plain words, and what was written stays', () => {
  it.each([
    [409, { code: 'conflict' }, 'It was changed elsewhere meanwhile.'],
    [413, { code: 'too_large', limit: 10_000 }, 'This is too large: the limit is 10,000.'],
    [422, { code: 'content_refused', rule: 'violence' }, 'refused by the rule “violence”. Nothing was charged.'],
    [
      429,
      { code: 'limit_reached', remaining: 2, unit: 'images', resetsAt: '2026-11-22T00:00:00Z' },
      'You have reached your limit: 2 left.',
    ],
    [500, { code: 'internal' }, 'The studio failed here and recorded it.'],
    [503, { code: 'unavailable', retryAfterSeconds: 7 }, 'The studio is busy. Try again in 7 seconds.'],
  ] as const)('%i %o', async (status, problem, words) => {
    await prompt().fill('a quiet lake')
    await refuse('**/api/generations', status, problem, 'retryAfterSeconds' in problem ? { 'retry-after': '7' } : {})
    await make()
    await page.getByRole('alert').getByText(words).waitFor()
    expect(await prompt().inputValue()).toBe('a quiet lake')
    // What was in the way is gone: the button beside the sentence is enough.
    await page.unrouteAll({ behavior: 'wait' })
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
    await page.locator('article', { hasText: 'a quiet lake' }).first().waitFor()
    await page.getByRole('alert').waitFor({ state: 'detached' })
  })
})

it('keeps the draft when the server is gone, and makes the picture when it is back', async () => {
  const words = newWords('a lighthouse in a storm')
  await prompt().fill(words)
  await studio.stop()
  await make()
  await page.getByRole('alert').getByText('The studio cannot be reached.').first().waitFor()
  expect(await prompt().inputValue()).toBe(words)
  await studio.start()
  await page.reload()
  await eventually(() => prompt().inputValue()).toBe(words)
  await makeOne(page, words)
})

it('takes a prompt of 10,000 characters, and pictures named in every script, without running or breaking anything', async () => {
  const words = newWords('海')
  await makeOne(page, `${words} ${'<script>alert(1)</script> 海 '.repeat(400)}`.slice(0, 10_000))

  const name = '<img src=x onerror=alert(1)> مرحبا 🌅.png'
  await goTo(page, 'Upload')
  const picture = (await tenPhotographs(newRoll()))[1]!
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ ...picture, name })
  await page.locator('li[data-state=ready]').waitFor()
  await page.locator('li[data-state=ready] a').click()
  const title = '<script>alert(2)</script> שלום 👩‍🎨'
  await page.getByLabel('Title').fill(title)
  await page.getByLabel('Title').press('Enter')
  const tags = page.getByLabel('Add tags')
  await tags.fill('<b>bold</b>, עברית')
  await tags.press('Enter')
  await page.getByRole('link', { name: '<b>bold</b>' }).waitFor()
  const album = `${newWords('אלבום')} <i>${'שם ארוך '.repeat(20)}</i>`
  await page.getByRole('button', { name: 'Add to album' }).click()
  await page.getByRole('dialog').getByLabel('New album').fill(album)
  await page.getByRole('button', { name: 'Create album' }).click()
  await page.getByRole('link', { name: album }).waitFor()
  const overhang = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(await overhang()).toBeLessThanOrEqual(0)
  await page.getByRole('link', { name: album }).click()
  await page.getByRole('heading', { name: album }).waitFor()
  expect(await overhang()).toBeLessThanOrEqual(0)
  await page.goBack()
  await page.reload()
  await eventually(() => page.getByLabel('Title').inputValue()).toBe(title)
  expect(await page.evaluate(() => [...document.scripts].every(({ src }) => src.startsWith(location.origin)))).toBe(true)
})

it('goes back from a picture to the search it was found by', async () => {
  const words = newWords('lighthouse')
  for (const time of ['dawn', 'dusk']) await makeOne(page, `${words} at ${time}`)
  await goTo(page, 'Library')
  await page.getByRole('searchbox').fill(words)
  const found = () => page.getByRole('option', { name: words }).count()
  await eventually(found).toBe(2)
  await eventually(() => page.getByRole('option').count()).toBe(2)
  await page.getByRole('option').first().click()
  await page.getByRole('complementary').waitFor()
  await page.goBack()
  await eventually(() => page.getByRole('searchbox').inputValue()).toBe(words)
  await eventually(found).toBe(2)
})

it('takes 500 files in one drop, and says of each why it failed', async () => {
  await goTo(page, 'Upload')
  await page.getByRole('button', { name: 'Choose files' }).waitFor()
  await refuse('**/api/uploads', 413, { code: 'too_large', limit: 1, unit: 'bytes' })
  await page.evaluate(() => {
    const dropped = new DataTransfer()
    for (let i = 0; i < 500; i++) dropped.items.add(new File([`${i}`], `drop-${i}.png`, { type: 'image/png' }))
    const zone = document.querySelector('main input[type=file]')!.parentElement!
    zone.dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, bubbles: true, cancelable: true }))
  })
  await eventually(() => page.locator('li[data-state=failed]').count()).toBe(500)
  await page.locator('li[data-state=failed]').first().getByText('The picture is too large.').waitFor()
})

it('takes a picture that is dropped anywhere, and goes where its way is told', async () => {
  const { name, buffer } = (await tenPhotographs(newRoll()))[1]!
  await goTo(page, 'Albums')
  await page.getByRole('heading', { name: 'Albums', exact: true }).waitFor()
  const drag = (kind: string) =>
    page.evaluate(
      ([type, base64, fileName]) => {
        const dragged = new DataTransfer()
        dragged.items.add(new File([Uint8Array.from(atob(base64!), (c) => c.charCodeAt(0))], fileName!, { type: 'image/png' }))
        document.querySelector('nav')!.dispatchEvent(new DragEvent(type!, { dataTransfer: dragged, bubbles: true, cancelable: true }))
      },
      [kind, buffer.toString('base64'), name],
    )
  await drag('dragover')
  await page.getByText('Drop to upload').waitFor()
  await drag('drop')
  await page.locator('li[data-state=ready]', { hasText: name }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/upload')
})

it('sends a file from one tab alone, and from the next when that one closes', async () => {
  const [, { name, ...picture }] = (await tenPhotographs(newRoll())) as [unknown, Awaited<ReturnType<typeof tenPhotographs>>[number]]
  let offers = 0
  await ada.context.route('**/api/uploads', (route) => {
    offers++
    // The first tab never gets an answer.
    return offers > 1 ? route.continue() : undefined
  })
  await goTo(page, 'Upload')
  await page.getByRole('button', { name: 'Choose files' }).waitFor()
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ ...picture, name })
  await page.locator('li[data-state=sending]', { hasText: name }).waitFor()
  await eventually(() => offers).toBe(1)
  const other = await ada.context.newPage()
  await other.goto(`${studio.url}/upload`)
  await other.getByRole('button', { name: 'Choose files' }).waitFor()
  // What the shelf holds has been read when this tab waits for the other one's lock.
  await other.waitForFunction(async () => (await navigator.locks.query()).pending!.some((lock) => lock.name?.startsWith('genzo.uploads.')))
  expect(await other.locator('li[data-state]').count()).toBe(0)
  await page.close()
  await other.locator('li[data-state=ready]', { hasText: name }).waitFor()
  expect(offers).toBe(2)
})

it('waits as long as a busy studio asks, and sends the file then by itself', async () => {
  let refusals = 0
  await page.route('**/api/uploads', (route) =>
    refusals++ === 0
      ? route.fulfill({
          status: 503,
          headers: { 'retry-after': '1' },
          contentType: 'application/problem+json',
          body: JSON.stringify({ status: 503, code: 'unavailable' }),
        })
      : route.continue(),
  )
  await goTo(page, 'Upload')
  const picture = (await tenPhotographs(newRoll()))[1]!
  await page.locator('input[type=file]').first().setInputFiles(picture)
  await page.locator('li[data-state=ready]').waitFor()
  expect(refusals).toBe(2)
})

it("shows nothing of somebody else's picture by its id", async () => {
  const words = newWords('mine alone')
  await makeOne(page, words)
  await page.locator('article', { hasText: words }).locator('a').first().click()
  await page.getByRole('complementary').waitFor()
  const address = page.url()
  const eve = await visit(browser)
  await register(eve.page, { url: studio.url, email: newEmail() })
  await eve.page.goto(address)
  await eve.page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
  expect(await eve.page.locator('main img').count()).toBe(0)
  await eve.context.close()
})

it('answers an address that leads nowhere with a way back', async () => {
  await page.goto(`${studio.url}/images/..%2F..%2Fetc%2Fpasswd`)
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
  await page.goto(`${studio.url}/no/such/page`)
  await page.getByRole('link', { name: 'Create' }).last().click()
  await prompt().waitFor()
})

import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventually } from './eventually.ts'
import { tenPhotographs } from './photographs.ts'
import { freshStudio, goTo, newEmail, openBrowser, PASSWORD, register, type Studio, type Visit, visit } from './studio.ts'

vi.setConfig({ testTimeout: 120_000 })
let studio: Studio
let browser: Browser
let ada: Visit
let page: Page
const email = newEmail()

beforeAll(async () => {
  studio = await freshStudio()
  browser = await openBrowser()
  ada = await visit(browser)
  page = ada.page
  await register(page, { url: studio.url, email })
})
afterEach(() => page.unrouteAll({ behavior: 'ignoreErrors' }))
afterAll(async () => {
  await browser?.close()
  await studio?.remove()
})

const prompt = () => page.getByLabel('Prompt')
const make = () => page.getByRole('button', { name: 'Make', exact: true }).click()
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
    [429, { code: 'limit_reached', remaining: 2, unit: 'images', resetsAt: '2026-11-22T00:00:00Z' }, 'Your limit is reached: 2 remain.'],
    [500, { code: 'internal' }, 'The studio failed here and recorded it.'],
  ] as const)('%i %o', async (status, problem, words) => {
    await page.goto(studio.url)
    await prompt().fill('a quiet lake')
    await refuse('**/api/generations', status, problem)
    await make()
    await page.getByRole('alert').getByText(words).waitFor()
    expect(await prompt().inputValue()).toBe('a quiet lake')
  })
})

it('keeps the draft when the server is gone, and makes the picture when it is back', async () => {
  await page.goto(studio.url)
  await prompt().fill('a lighthouse in a storm')
  await studio.stop()
  await make()
  await page.getByRole('alert').getByText('The studio cannot be reached.').first().waitFor()
  expect(await prompt().inputValue()).toBe('a lighthouse in a storm')
  await studio.start()
  await page.reload()
  expect(await prompt().inputValue()).toBe('a lighthouse in a storm')
  await make()
  await page.locator('article').first().getByText('a lighthouse in a storm').waitFor()
  await eventually(() => page.locator('article').first().locator('img[data-loaded]').count()).toBeGreaterThan(0)
})

it('keeps the draft when the session ends in mid-work, and comes back to it after signing in', async () => {
  await prompt().fill('what I was about to make')
  await page.evaluate(() => {
    const tokens = JSON.parse(localStorage.getItem('genzo.session')!)
    localStorage.setItem('genzo.session', JSON.stringify({ ...tokens, accessToken: 'x.y.z', refreshToken: 'stolen' }))
  })
  await make()
  await page.getByText('You were signed out. What you wrote is kept.').waitFor()
  expect(await prompt().inputValue()).toBe('what I was about to make')
  await page.getByRole('button', { name: 'Sign in' }).click()
  // The issuer still knows this browser, and asks for nothing.
  await eventually(() => prompt().inputValue()).toBe('what I was about to make')
  expect(await page.getByText('You were signed out.').count()).toBe(0)
})

it('shows in one tab what was made in another, and signs both out together', async () => {
  const other = await ada.context.newPage()
  await other.goto(studio.url)
  await other.locator('article').first().waitFor()
  const before = await other.locator('article').count()
  await prompt().fill('made in the first tab')
  await make()
  await other.locator('article').first().getByText('made in the first tab').waitFor()
  await eventually(() => other.locator('article').first().locator('img[data-loaded]').count()).toBeGreaterThan(0)
  expect(await other.locator('article').count()).toBe(before + 1)
  await goTo(page, 'Account')
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await other.getByText('You were signed out.').waitFor()
  await other.close()
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await prompt().waitFor()
})

it('takes a prompt of 10,000 characters, and pictures named in every script, without running or breaking anything', async () => {
  const long = `${'<script>alert(1)</script> 海 '.repeat(400)}`.slice(0, 10_000)
  await prompt().fill(long)
  await make()
  await eventually(() => page.locator('article').first().locator('img[data-loaded]').count()).toBeGreaterThan(0)

  const name = '<img src=x onerror=alert(1)> مرحبا 🌅.png'
  await goTo(page, 'Upload')
  const picture = (await tenPhotographs(50))[1]!
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
  await page.reload()
  await eventually(() => page.getByLabel('Title').inputValue()).toBe(title)
  expect(await page.evaluate(() => [...document.scripts].every(({ src }) => src.startsWith(location.origin)))).toBe(true)
})

it('goes back from a picture to the search it was found by', async () => {
  await goTo(page, 'Library')
  await page.getByRole('searchbox').fill('lighthouse')
  await eventually(() => page.getByRole('option').count()).toBe(4)
  await page.getByRole('option').first().click()
  await page.getByRole('complementary').waitFor()
  await page.goBack()
  await eventually(() => page.getByRole('searchbox').inputValue()).toBe('lighthouse')
  await eventually(() => page.getByRole('option').count()).toBe(4)
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

it("shows nothing of somebody else's picture by its id", async () => {
  await goTo(page, 'Library')
  await page.getByRole('option').first().click()
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
  expect(ada.complaints).toEqual([])
})

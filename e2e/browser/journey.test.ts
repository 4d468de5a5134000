import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { filesInZip } from '../../src/imaging/fixtures/read-zip.ts'
import { eventually } from './eventually.ts'
import { tenPhotographs } from './photographs.ts'
import { BROWSER_TEST, freshStudio, goTo, newEmail, openBrowser, PASSWORD, register, type Studio, type Visit, visit } from './studio.ts'
import { totp } from './totp.ts'

// Each step stands on what the one before it left.
let studio: Studio
let browser: Browser
let ada: Visit
let page: Page
let secret = ''
const email = newEmail()

vi.setConfig(BROWSER_TEST)

beforeAll(async () => {
  studio = await freshStudio()
  browser = await openBrowser()
  ada = await visit(browser)
  page = ada.page
})
afterAll(async () => {
  await browser?.close()
  await studio?.remove()
})

const pictures = () => page.locator('article').first().locator('img[data-loaded]')

// No step is tried again: the first try has gone half of the way. The steps after one that failed would only fail of that.
describe('one person, from the first page to the last', { retry: 0 }, () => {
  let isLost = false
  beforeEach(({ skip }) => skip(isLost, 'an earlier step failed'))
  afterEach(({ task }) => {
    isLost ||= task.result?.state === 'fail'
  })

  it('registers, and pairs a second factor that the next sign-in asks for', async () => {
    await register(page, { url: studio.url, email })
    await goTo(page, 'Account')
    await page.getByRole('link', { name: 'Security' }).click()
    await page.getByRole('button', { name: 'Turn on' }).click()
    await page.getByRole('dialog').getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
    secret = await page.getByLabel('Key for the authenticator app').inputValue()
    await page.getByLabel('Code from the app').fill(totp(secret, Date.now()))
    await page.getByRole('dialog').getByRole('button', { name: 'Turn on' }).click()
    const codes = await page.getByRole('textbox', { name: 'Your recovery codes' }).inputValue()
    expect(codes.split('\n').length).toBeGreaterThanOrEqual(8)
    await page.getByRole('button', { name: 'I have saved them' }).click()
    await page.getByText('Two-factor sign-in is on.').waitFor()

    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    expect(await page.evaluate(() => localStorage.getItem('genzo.session'))).toBeNull()
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByLabel('Code', { exact: true }).fill(totp(secret, Date.now()))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Your first picture is one sentence away' }).waitFor()
  })

  it('makes four samples with one press, then a picture of a prompt by keyboard alone', async () => {
    await page.getByRole('button', { name: 'Make four samples' }).click()
    await eventually(() => pictures().count()).toBe(4)
    await page.getByLabel('Prompt').fill('夕暮れの海辺の鳥居 at dusk')
    for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'One fewer' }).click()
    await page.getByLabel('Prompt').press('Control+Enter')
    await page.locator('article').first().getByText('夕暮れの海辺の鳥居').waitFor()
    await eventually(() => pictures().count()).toBe(1)
  })

  it('varies a picture, and the variation names its parent', async () => {
    await page.locator('article').nth(1).locator('a').first().click()
    await page.getByRole('button', { name: 'Vary' }).click()
    await page.getByRole('button', { name: 'Make', exact: true }).click()
    await eventually(() => page.locator('article').count()).toBe(3)
    await eventually(() => pictures().count()).toBeGreaterThan(0)
    await page.locator('article').first().locator('a').first().click()
    await page.getByText('Lineage').first().waitFor()
  })

  it('shares a picture by a link that a stranger opens, until it is revoked', async () => {
    await page.getByText('Share and embed').click()
    await page.getByLabel('Expires after').selectOption('public')
    await page.getByRole('button', { name: 'Create link' }).click()
    const shared = await page.getByRole('img', { name: 'What the link shows' }).getAttribute('src')
    const stranger = await visit(browser)
    const picture = new URL(shared!, studio.url).href
    const seen = await stranger.page.request.get(picture)
    expect([seen.status(), seen.headers()['content-type']]).toEqual([200, expect.stringMatching(/^image\//)])
    const address = await page.locator('a[href^="/s/"]').first().getAttribute('href')
    await stranger.page.goto(studio.url + address)
    const shown = stranger.page.locator('main img').first()
    await eventually(() => shown.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)

    await page.getByRole('button', { name: 'Revoke this link' }).click()
    await eventually(() => page.getByRole('button', { name: 'Revoke this link' }).count()).toBe(0)
    expect((await stranger.page.request.get(picture)).status()).toBeGreaterThanOrEqual(400)
    await stranger.page.goto(studio.url + address)
    await stranger.page.getByRole('heading', { name: 'Nothing is shared here' }).waitFor()
    expect(stranger.complaints).toEqual([])
    await stranger.context.close()
  })

  it('uploads ten photographs of every format through a network that goes away in the middle', async () => {
    await goTo(page, 'Upload')
    const photographs = await tenPhotographs()
    const network = await ada.context.newCDPSession(page)
    const line = { offline: false, latency: 5, downloadThroughput: -1 }
    // Slow enough to be cut in the middle by a test that itself has to wait for its turn.
    await network.send('Network.emulateNetworkConditions', { ...line, uploadThroughput: 150_000 })
    await page.locator('input[type=file]').first().setInputFiles(photographs)
    await eventually(() => page.locator('li[data-state=processing], li[data-state=ready]').count()).toBeGreaterThan(0)
    expect(await page.locator('li[data-state=sending], li[data-state=waiting]').count()).toBeGreaterThan(0)
    await network.send('Network.emulateNetworkConditions', { ...line, offline: true, uploadThroughput: -1 })
    // What was under way waits for the line, and is no failure.
    expect(
      await page.evaluate(() =>
        fetch('/health').then(
          () => 'answered',
          () => 'cut',
        ),
      ),
    ).toBe('cut')
    expect(await page.locator('li[data-state=failed]').count()).toBe(0)
    await network.send('Network.emulateNetworkConditions', { ...line, uploadThroughput: -1 })
    const states = () => page.locator('li[data-state]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-state')))
    await eventually(states).toEqual(Array(10).fill('ready'))
    await page.getByText('10 of 10 files are done').waitFor()

    // The same bytes again are noticed before a byte is sent.
    await page.locator('input[type=file]').first().setInputFiles(photographs[0]!)
    await page.locator('li[data-state=duplicate]').waitFor()
  })

  it('finds pictures by Japanese words as they are typed', async () => {
    await goTo(page, 'Library')
    const cells = page.getByRole('option')
    await eventually(() => cells.count()).toBeGreaterThan(10)
    await page.getByRole('searchbox').fill('鳥居')
    await eventually(() => cells.count()).toBe(1)
    await eventually(() => cells.first().getAttribute('aria-label')).toContain('鳥居')
    await page.getByRole('button', { name: 'Clear the search' }).click()
    await eventually(() => cells.count()).toBeGreaterThan(10)
  })

  it('lays pictures together in an album, from the library, and takes one out again', async () => {
    await goTo(page, 'Library')
    const cells = page.getByRole('option')
    await eventually(() => cells.count()).toBeGreaterThan(2)
    for (const at of [0, 1]) await cells.nth(at).click({ modifiers: ['Control'] })
    await page.getByRole('button', { name: 'Add to album' }).click()
    await page.getByLabel('New album').fill('山の旅 <b>')
    await page.getByRole('button', { name: 'Create album' }).click()
    await goTo(page, 'Albums')
    await page.getByRole('main').getByRole('link', { name: '山の旅 <b>' }).click()
    await page.getByRole('heading', { name: '山の旅 <b>' }).waitFor()
    await eventually(() => cells.count()).toBe(2)
    await cells.first().click({ modifiers: ['Control'] })
    await page.getByRole('button', { name: 'Remove from album' }).click()
    await eventually(() => cells.count()).toBe(1)
    await page.getByText('1 image', { exact: true }).waitFor()
    // What is in the trash is in the album only when it comes back.
    await cells.first().click({ modifiers: ['Control'] })
    await page.getByRole('button', { name: 'Move to trash' }).click()
    await page.getByText('0 images · 1 in the trash', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await page.getByText('1 image', { exact: true }).waitFor()
  })

  it('counts what was made, and makes a key that works until it is revoked', async () => {
    await goTo(page, 'Account')
    const made = await page.getByText('As a table').first()
    await made.click()
    const today = page.getByRole('row', { name: /Today/ })
    await eventually(() => today.getByRole('cell').first().innerText()).toMatch(/^[6-9]$/)

    await page.getByRole('link', { name: 'API keys' }).click()
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByLabel('Name').fill('<script>alert(1)</script>')
    await page.getByLabel('generate images').uncheck()
    await page.getByRole('button', { name: 'Create key' }).click()
    const key = await page.getByLabel('The key').inputValue()
    const images = () => fetch(`${studio.url}/api/images`, { headers: { authorization: `Bearer ${key}` } })
    expect((await images()).status).toBe(200)
    await page.getByRole('button', { name: 'I have copied it' }).click()
    expect(await page.content()).not.toContain(key)
    await page.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('Revoked').waitFor()
    expect((await images()).status).toBe(401)
  })

  it('takes everything along in one archive', async () => {
    await page.getByRole('link', { name: 'Your data' }).click()
    await page.getByRole('button', { name: 'Prepare my archive' }).click()
    const link = page.getByRole('link', { name: 'Download the ZIP' })
    await link.waitFor()
    const archive = await page.request.get((await link.getAttribute('href'))!)
    const files = filesInZip(await archive.body())
    const records = new TextDecoder().decode(files.get('images.jsonl')).trim().split('\n')
    const originals = [...files.keys()].filter((name) => name.startsWith('originals/'))
    expect(originals.length).toBeGreaterThan(5)
    expect(originals.length).toBeLessThanOrEqual(records.length)
    expect(new TextDecoder().decode(files.get('albums.jsonl'))).toContain('山の旅 <b>')
  })

  it('erases the person on their word, and gives a receipt', async () => {
    await page.getByRole('button', { name: /Erase my account/ }).click()
    const sure = page.getByRole('button', { name: 'Erase everything' })
    expect(await sure.isDisabled()).toBe(true)
    await page.getByLabel(/To confirm/).fill('erase everything')
    await sure.click()
    await page.getByRole('heading', { name: 'All your data has been erased' }).waitFor()
    expect(await page.getByRole('row').count()).toBeGreaterThan(3)
    await page.getByRole('link', { name: 'Go to the start page' }).click()
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('The e-mail or the password is wrong.').waitFor()
    expect(ada.complaints).toEqual([])
  })
})

import { beforeEach, expect, it, vi } from 'vitest'
import { eventually } from './eventually.ts'
import { BROWSER_TEST, goTo, makeOne, newEmail, newWords, register, signIn, visit } from './studio.ts'
import { windows } from './windows.ts'

vi.setConfig(BROWSER_TEST)
const desk = windows()
let { studio, browser, person, ada, page } = desk
beforeEach(() => {
  ;({ studio, browser, person, ada, page } = desk)
})

const prompt = (of = page) => of.getByLabel('Prompt')
const make = () => page.getByRole('button', { name: 'Make', exact: true }).click()
const notice = (of = page) => of.getByText('You were signed out. What you wrote is kept.')
const signInAgain = () => page.getByRole('button', { name: 'Sign in' }).click()

/** What ends a session from outside: neither token is taken any more. */
const spoilTokens = () =>
  page.evaluate(() => {
    const tokens = JSON.parse(localStorage.getItem('genzo.session')!)
    localStorage.setItem('genzo.session', JSON.stringify({ ...tokens, accessToken: 'x.y.z', refreshToken: 'stolen' }))
  })
const accessToken = (of = page) => of.evaluate(() => JSON.parse(localStorage.getItem('genzo.session') ?? '{}').accessToken)

it('keeps the draft when the session ends in mid-work, and comes back to it after signing in', async () => {
  await prompt().fill('what I was about to make')
  await spoilTokens()
  await make()
  await notice().waitFor()
  expect(await prompt().inputValue()).toBe('what I was about to make')
  // The issuer still knows this browser, and asks for nothing.
  const back = page.waitForURL((url) => url.pathname === '/signed-in')
  await signInAgain()
  await back
  await prompt().waitFor()
  expect(await prompt().inputValue()).toBe('what I was about to make')
  await notice().waitFor({ state: 'detached' })
  // Signed in for the server too.
  await makeOne(page, newWords('after all'))
})

it('says so when signing in again does not work, and tries once more when asked', async () => {
  await prompt().fill('what I was about to make')
  await spoilTokens()
  await make()
  await notice().waitFor()
  await studio.stop()
  await signInAgain()
  await page.getByRole('alert').getByText('The studio cannot be reached.').first().waitFor()
  await studio.start()
  await signInAgain()
  await notice().waitFor({ state: 'detached' })
  await eventually(() => prompt().inputValue()).toBe('what I was about to make')
})

it('goes on in a tab whose session ended as soon as another tab signs in', async () => {
  await spoilTokens()
  await goTo(page, 'Library')
  await notice().waitFor()
  const other = await ada.context.newPage()
  await other.goto(studio.url)
  await prompt(other).waitFor()
  await notice().waitFor({ state: 'detached' })
  await goTo(page, 'Create')
  await makeOne(page, newWords('two tabs'))
})

it('lets a sign-in stand that came while the old session was being refused', async () => {
  let refuse = () => {}
  const held = new Promise<void>((resolve) => {
    refuse = resolve
  })
  let asked = false
  await page.route('**/oauth2/token', async (route) => {
    asked = true
    await held
    await route.continue()
  })
  const good = await page.evaluate(() => localStorage.getItem('genzo.session')!)
  await spoilTokens()
  await goTo(page, 'Albums')
  await eventually(() => asked).toBe(true)
  await page.evaluate((tokens) => localStorage.setItem('genzo.session', tokens), good)
  refuse()
  await page.getByRole('heading', { name: 'Albums', exact: true }).waitFor()
  await page.getByRole('button', { name: 'New album' }).first().waitFor()
  expect(await accessToken()).toBe(JSON.parse(good).accessToken)
  expect(await notice().count()).toBe(0)
})

it('renews once for two tabs that find their token ended at the same moment', async () => {
  const other = await ada.context.newPage()
  await other.goto(`${studio.url}/library`)
  await other.getByRole('searchbox').waitFor()
  let renewals = 0
  await ada.context.route('**/oauth2/token', async (route) => {
    renewals++
    await route.continue()
  })
  const before = await accessToken()
  await page.evaluate(() => {
    const tokens = JSON.parse(localStorage.getItem('genzo.session')!)
    localStorage.setItem('genzo.session', JSON.stringify({ ...tokens, expiresAt: Date.now() }))
  })
  await Promise.all([goTo(page, 'Albums'), goTo(other, 'Account')])
  await page.getByRole('button', { name: 'New album' }).first().waitFor()
  await other.getByText('As a table').first().waitFor()
  expect(await accessToken()).not.toBe(before)
  expect(await accessToken(other)).toBe(await accessToken())
  expect(renewals).toBe(1)
})

it('shows in one tab what was made in another, and signs both out together', async () => {
  // A session of its own, since it ends for good.
  const email = newEmail()
  const eve = await visit(browser)
  await register(eve.page, { url: studio.url, email })
  const other = await eve.context.newPage()
  await other.goto(studio.url)
  await prompt(other).waitFor()
  const words = newWords('made in the first tab')
  await makeOne(eve.page, words)
  await eventually(() => other.locator('article', { hasText: words }).locator('img[data-loaded]').count()).toBe(1)
  await goTo(eve.page, 'Account')
  await eve.page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await notice(other).waitFor()
  await signIn(eve.page, email)
  await prompt(eve.page).waitFor()
  await notice(other).waitFor({ state: 'detached' })
  expect(eve.complaints).toEqual([])
  await eve.context.close()
})

it("leaves nothing of one person to the next on the same browser, in any tab, when the first one's session merely ended", async () => {
  const secret = newWords('a surprise for Grace')
  await makeOne(page, secret)
  await prompt().fill('and what I think of her')
  const other = await ada.context.newPage()
  await other.goto(studio.url)
  await other.getByText(secret).first().waitFor()
  await ada.context.clearCookies()
  await page.evaluate(() => localStorage.removeItem('genzo.session'))
  await notice(other).waitFor()
  await register(page, { url: studio.url, email: newEmail() })
  expect(await prompt().inputValue()).toBe('')
  await other.getByRole('heading', { name: 'Your first picture is one sentence away' }).waitFor()
  expect(await other.content()).not.toContain(secret)
})

it('signs in on a page that stood open for longer than its request lives', async () => {
  const eve = await visit(browser)
  await eve.page.goto(`${studio.url}/sign-in?client_id=genzo-web&response_type=code&exp=1&sig=of-yesterday`)
  await signIn(eve.page, person.email)
  await prompt(eve.page).waitFor()
  await eve.context.close()
})

it('leads back past the sign-in page, not into it', async () => {
  const eve = await visit(browser)
  await eve.page.goto(`${studio.url}/s/no-such-link`)
  await eve.page.goto(`${studio.url}/library`)
  await signIn(eve.page, person.email)
  await eve.page.getByRole('searchbox').waitFor()
  expect(new URL(eve.page.url()).pathname).toBe('/library')
  await goTo(eve.page, 'Albums')
  await eve.page.goBack()
  await eve.page.getByRole('searchbox').waitFor()
  await eve.page.goBack()
  await eve.page.getByRole('heading', { name: 'Nothing is shared here' }).waitFor()
  await eve.page.goto(`${studio.url}/sign-in`)
  await prompt(eve.page).waitFor()
  await eve.context.close()
})

import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from './eventually.ts'
import { type FakeProvider, fakeProvider } from './fake-provider.ts'
import { BROWSER_TEST, freshStudio, goTo, newEmail, openBrowser, PASSWORD, type Studio, type Visit, visit } from './studio.ts'

vi.setConfig(BROWSER_TEST)
let browser: Browser
let provider: FakeProvider
let studio: Studio | undefined
let visitor: Visit

beforeAll(async () => {
  browser = await openBrowser()
})
beforeEach(async () => {
  provider = await fakeProvider()
  visitor = await visit(browser)
})
afterEach(async () => {
  const { complaints } = visitor
  await visitor.context.close()
  await studio?.remove()
  studio = undefined
  await provider.close()
  expect(complaints).toEqual([])
})
afterAll(() => browser?.close())

const prompt = () => visitor.page.getByLabel('Prompt')
const signOut = async () => {
  await goTo(visitor.page, 'Account')
  await visitor.page.getByRole('button', { name: 'Sign out', exact: true }).click()
}

describe('a provider that the operator has set up', () => {
  const acme = () => visitor.page.getByRole('button', { name: 'Continue with Acme' })
  const withAcme = (more = {}) => {
    const GENZO_SOCIAL = JSON.stringify({ acme: { name: 'Acme', issuer: provider.url, clientId: 'genzo', clientSecret: 'secret' } })
    return freshStudio({ GENZO_SOCIAL, ...more })
  }

  it('leads in by one button, to where one was going, and out again by ours', async () => {
    studio = await withAcme()
    const { page } = visitor
    await page.goto(`${studio.url}/account/security`)
    await acme().click()
    await page.getByRole('heading', { name: 'Account' }).waitFor()
    await page.getByText('grace@example.com').waitFor()
    expect(new URL(page.url()).pathname).toBe('/account/security')
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await acme().waitFor()
    // The same person comes back, not a second one.
    await acme().click()
    await prompt().waitFor()
    const users = await page.evaluate(() => JSON.parse(localStorage.getItem('genzo.session')!).user)
    expect(users).toMatchObject({ email: 'grace@example.com', name: 'Grace' })
  })

  it('registers nobody who has not accepted the terms, says so, and records the version of those who have', async () => {
    studio = await withAcme({ GENZO_TERMS_VERSION: '2026-11', GENZO_TERMS_URL: 'https://example.com/terms' })
    const { page } = visitor
    await page.goto(studio.url)
    await acme().click()
    await page.getByRole('alert').getByText('There is no account yet: create one and accept the terms.').waitFor()
    await page.getByRole('link', { name: 'Create account' }).click()
    expect(await acme().isDisabled()).toBe(true)
    expect(await page.getByRole('link', { name: 'terms of use' }).getAttribute('href')).toBe('https://example.com/terms')
    await page.getByRole('checkbox').check()
    await acme().click()
    await prompt().waitFor()
    const answer = await page.request.get(`${studio.url}/auth/get-session`)
    expect((await answer.json()).user).toMatchObject({ termsVersion: '2026-11', termsAcceptedAt: expect.any(Number) })
  })

  it('says that the trip was cancelled, and takes the password on the same page', async () => {
    provider.person = undefined
    studio = await withAcme()
    const { page } = visitor
    await page.goto(studio.url)
    await acme().click()
    await page.getByRole('alert').getByText('The other sign-in was cancelled.').waitFor()
    await page.getByRole('link', { name: 'Create account' }).click()
    await page.getByLabel('E-mail').fill(newEmail())
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Create account' }).click()
    await prompt().waitFor()
  })

  it('lets nobody in who only shares the address of an account with a password', async () => {
    studio = await withAcme()
    const { page } = visitor
    const email = 'grace@example.com'
    const mine = await page.request.post(`${studio.url}/auth/sign-up/email`, { data: { email, password: PASSWORD, name: 'Grace' } })
    expect(mine.status()).toBe(200)
    await visitor.context.clearCookies()
    await page.goto(studio.url)
    await acme().click()
    await page.getByRole('alert').getByText('This address has an account with a password.').waitFor()
  })
})

describe('an issuer of the company in place of our own', () => {
  const outside = (more = {}) => freshStudio({ OIDC_ISSUER: provider.url, OIDC_CLIENT_ID: 'studio', ...more })

  it('signs in without a page of ours, and out at the address that it was given, as Cognito wants to be asked', async () => {
    studio = await outside({ OIDC_LOGOUT_URL: `${provider.url}/logout` })
    await visitor.page.goto(studio.url)
    await prompt().waitFor()
    await signOut()
    await eventually(() => provider.farewells.length).toBe(1)
    expect(Object.fromEntries(provider.farewells[0]!)).toEqual({ client_id: 'studio', logout_uri: `${studio.url}/` })
  })

  it('signs out by its own discovery where that says how', async () => {
    provider.endsSessions = true
    studio = await outside()
    await visitor.page.goto(studio.url)
    await prompt().waitFor()
    await signOut()
    await eventually(() => provider.farewells.length).toBe(1)
    expect(provider.farewells[0]!.get('post_logout_redirect_uri')).toBe(`${studio.url}/`)
  })

  it('stays signed out where the issuer knows no end of session, until asked to sign in', async () => {
    studio = await outside()
    await visitor.page.goto(studio.url)
    await prompt().waitFor()
    await signOut()
    await visitor.page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    expect(await visitor.page.evaluate(() => localStorage.getItem('genzo.session'))).toBeNull()
    expect(await visitor.page.getByLabel('Password').count()).toBe(0)
    await visitor.page.getByRole('button', { name: 'Sign in' }).click()
    await prompt().waitFor()
  })
})

import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Furniture, furnish, SCREENS, settled } from './screens.ts'
import { BROWSER_TEST, freshStudio, openBrowser, type Studio, type Visit, visit } from './studio.ts'

vi.setConfig(BROWSER_TEST)
let studio: Studio
let browser: Browser
let furniture: Furniture

beforeAll(async () => {
  studio = await freshStudio()
  browser = await openBrowser()
  furniture = await furnish(browser, studio.url, 1)
})
afterAll(async () => {
  await browser?.close()
  await studio?.remove()
})

describe('every screen', () => {
  let signedIn: Visit
  let stranger: Visit
  beforeAll(async () => {
    signedIn = await visit(browser, { colorScheme: 'light', storageState: furniture.signedIn })
    stranger = await visit(browser, { colorScheme: 'light' })
  })
  afterAll(async () => {
    await Promise.all([signedIn, stranger].map(({ context }) => context.close()))
  })

  it.each(SCREENS)('$name keeps the rules of WCAG 2.2 AA that a program can check, by day and by night', async (screen) => {
    const { page, complaints } = screen.isPublic ? stranger : signedIn
    await page.emulateMedia({ colorScheme: 'light' })
    await page.goto(furniture.url + screen.path(furniture))
    await screen.prepare?.(page)
    await settled(page)
    expect(await faultsOf(new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']))).toEqual([])
    // The page is the same at night but for its colours.
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.locator(':root[data-theme=dark]').waitFor()
    // Colours on their way from one theme to the other have a contrast that nobody reads.
    await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState === 'finished'))
    expect(await faultsOf(new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']))).toEqual([])
    expect(complaints).toEqual([])
  })
})

async function faultsOf(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' ')}`)
}

it('lets nothing hang over the edge at 200 % zoom, on any screen', async () => {
  const { page, context } = await visit(browser, {
    viewport: { width: 640, height: 480 },
    deviceScaleFactor: 2,
    storageState: furniture.signedIn,
  })
  for (const { name, path, isPublic } of SCREENS) {
    if (isPublic) continue
    await page.goto(furniture.url + path(furniture))
    await settled(page)
    expect.soft(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0)
  }
  await context.close()
})

it('says of a picture that is still being worked on, or has failed, what can be seen on it', async () => {
  const { page, context } = await visit(browser, { storageState: furniture.signedIn })
  await page.route('**/api/images?*', async (route) => {
    const response = await route.fetch()
    const { items, ...rest } = (await response.json()) as { items: { title: string; state: string }[] }
    const states = ['processing', 'failed']
    const changed = items.map((image, i) => ({ ...image, title: `picture ${i}`, state: states[i] ?? image.state }))
    await route.fulfill({ response, json: { ...rest, items: changed } })
  })
  await page.goto(`${furniture.url}/library`)
  await page.getByRole('option', { name: 'picture 0, Processing', exact: true }).waitFor()
  await page.getByRole('option', { name: 'picture 1, Failed', exact: true }).waitFor()
  await settled(page)
  expect(await faultsOf(new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']))).toEqual([])
  await context.close()
})

it('is walked by keyboard: to the content past the navigation, and out of a dialog to where one was', async () => {
  const { page, context } = await visit(browser, { storageState: furniture.signedIn })
  await page.goto(`${furniture.url}/account/keys`)
  await page.getByRole('button', { name: 'New key' }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  await page.getByRole('button', { name: 'New key' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('New key')
  await context.close()
})

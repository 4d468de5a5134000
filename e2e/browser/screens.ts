import type { Browser, BrowserContext, Page } from 'playwright-core'
import { tenPhotographs } from './photographs.ts'
import { goTo, newEmail, register, until, visit } from './studio.ts'

type State = Awaited<ReturnType<BrowserContext['storageState']>>
/** A studio that somebody has worked in: what the screens need to show themselves. */
export type Furniture = { url: string; signedIn: State; imageId: string; shareId: string; albumId: string }

const PROMPTS = [
  'a lighthouse on a cliff at sunset, dramatic clouds, gulls',
  'a red fox in an autumn forest, watercolor',
  '富士山と満開の桜、湖に映る朝日',
  'tokyo at night in the rain, neon signs',
]

/** Registers somebody, and lets them make, upload, tag and share, so that no screen is empty. */
export async function furnish(browser: Browser, url: string, prompts = PROMPTS.length): Promise<Furniture> {
  const { context, page } = await visit(browser)
  await register(page, { url, email: newEmail() })
  for (const prompt of PROMPTS.slice(0, prompts)) {
    await page.getByLabel('Prompt').fill(prompt)
    const count = page.getByRole('group', { name: 'How many' })
    while (Number(await count.locator('output').innerText()) < 4) await count.getByRole('button', { name: 'One more' }).click()
    await page.getByLabel('Prompt').press('Control+Enter')
    await page.locator('article').first().getByText(prompt).waitFor()
    await until(async () => (await page.locator('article').first().locator('img[data-loaded]').count()) === 4)
  }
  const address = await page.locator('article').last().locator('a').first().getAttribute('href')
  await page.goto(url + address)
  await page.getByText('Share and embed').click()
  await page.getByRole('button', { name: 'Create link' }).click()
  const shared = await page.locator('a[href^="/s/"]').first().getAttribute('href')
  await page.getByRole('button', { name: 'Add to album' }).click()
  await page.getByRole('dialog').getByLabel('New album').fill('Evenings by the sea')
  await page.getByRole('button', { name: 'Create album' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await goTo(page, 'Albums')
  const album = await page.locator('main a[href^="/albums/"]').first().getAttribute('href')
  await goTo(page, 'Upload')
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles((await tenPhotographs()).slice(0, 4))
  await until(async () => (await page.locator('li[data-state=ready]').count()) === 4)
  await goTo(page, 'Account')
  await page.getByRole('link', { name: 'API keys' }).click()
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByLabel('Name').fill('Nightly posters')
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByRole('button', { name: 'I have copied it' }).click()
  const signedIn = await context.storageState()
  await context.close()
  return { url, signedIn, imageId: address!.split('/').at(-1)!, shareId: shared!.split('/').at(-1)!, albumId: album!.split('/').at(-1)! }
}

export type Screen = {
  name: string
  path: (furniture: Furniture) => string
  isPublic?: boolean
  /** What a person would do there first. Locators that hold in every language. */
  prepare?: (page: Page) => Promise<void>
}

/** Every visit of the upload screen brings other pictures. */
let rolls = 1

const loadedPictures = (count: number) => async (page: Page) => {
  await until(async () => (await page.locator('img[data-loaded]').count()) >= count)
}

/** Every screen there is, with something on it. */
export const SCREENS: Screen[] = [
  { name: 'sign-in', path: () => '/sign-in', isPublic: true },
  { name: 'register', path: () => '/register', isPublic: true },
  { name: 'two-factor', path: () => '/two-factor', isPublic: true },
  { name: 'forgot', path: () => '/forgot', isPublic: true },
  { name: 'reset', path: () => '/reset-password?token=x', isPublic: true },
  { name: 'share', path: ({ shareId }) => `/s/${shareId}`, isPublic: true },
  { name: 'create', path: () => '/', prepare: loadedPictures(4) },
  { name: 'library', path: () => '/library', prepare: loadedPictures(8) },
  { name: 'trash', path: () => '/trash' },
  { name: 'detail', path: ({ imageId }) => `/images/${imageId}`, prepare: (page) => page.locator('aside summary').first().click() },
  { name: 'albums', path: () => '/albums', prepare: loadedPictures(1) },
  { name: 'album', path: ({ albumId }) => `/albums/${albumId}`, prepare: loadedPictures(1) },
  {
    name: 'upload',
    path: () => '/upload',
    prepare: async (page) => {
      await page
        .locator('input[type=file]')
        .first()
        .setInputFiles((await tenPhotographs(++rolls)).slice(0, 6))
      await until(async () => (await page.locator('li[data-state=ready], li[data-state=duplicate]').count()) === 6)
    },
  },
  { name: 'usage', path: () => '/account' },
  { name: 'preferences', path: () => '/account/preferences' },
  { name: 'security', path: () => '/account/security' },
  { name: 'keys', path: () => '/account/keys' },
  { name: 'data', path: () => '/account/data' },
  { name: 'not-found', path: () => '/no-such-page' },
]

/** Nothing more is on its way: pictures in sight have come, and what was loading shows itself. */
export async function settled(page: Page) {
  await page.locator('h1, h2').first().waitFor({ state: 'attached' })
  await page.waitForFunction(() => {
    const isSeen = (image: HTMLImageElement) => {
      const { left, top, width, height } = image.getBoundingClientRect()
      return document.elementsFromPoint(left + width / 2, top + height / 2).includes(image)
    }
    const inSight = [...document.images].filter(isSeen)
    const isShown = (image: HTMLImageElement) => image.complete && image.naturalWidth > 0 && getComputedStyle(image).opacity === '1'
    return !document.querySelector('[role=status] [class*=ring]') && inSight.every(isShown)
  })
  await page.evaluate(() => document.fonts.ready)
}

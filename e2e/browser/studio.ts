import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { freePort } from '../free-port.ts'

const root = join(import.meta.dirname, '../..')
const node = join(root, 'node_modules/node/bin/node')

/**
 * How long something may take that certainly comes: milliseconds. Four pictures are twenty seconds of a core, and a core may have ten
 * other things to do; nothing here is about time, and only what never comes is waited for this long.
 */
export const PATIENCE_MS = 180_000
/** Longer than what is waited for in it, so that a test ends with what it waited for and not with the clock. */
export const BROWSER_TEST = { testTimeout: 2 * PATIENCE_MS, hookTimeout: 2 * PATIENCE_MS }

/** The real server with a directory of its own, on a free port. `stop` and `start` as an operator would; either twice is once. */
export type Studio = { url: string; folder: string; start(): Promise<void>; stop(): Promise<void>; remove(): Promise<void> }

export async function freshStudio(more: NodeJS.ProcessEnv = {}): Promise<Studio> {
  if (!existsSync(join(root, 'dist/web/index.html'))) throw new Error('the studio is not built: run `npm run build:web` first')
  const folder = mkdtempSync(join(tmpdir(), 'genzo-browser-'))
  const port = await freePort()
  const { PATH, HOME } = process.env
  // Nothing of the developer's own settings: the journey is the same on every machine.
  const env = { PATH, HOME, PORT: String(port), GENZO_DATA: join(folder, 'data'), GENZO_CWD: folder, XDG_STATE_HOME: folder, ...more }
  let server: ChildProcess | undefined
  const stop = async () => {
    const running = server
    server = undefined
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const ended = once(running, 'exit')
    running.kill('SIGKILL')
    await ended
  }
  const start = async () => {
    if (server) return
    let said = ''
    const child = spawn(node, [join(root, 'src/entries/serve.ts')], { env, cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
    server = child
    await new Promise<void>((resolve, reject) => {
      child.stderr!.on('data', (chunk) => {
        said += chunk
        if (said.includes('ready at')) resolve()
      })
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)))
    })
  }
  await start()
  const remove = async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { url: `http://127.0.0.1:${port}`, folder, start, stop, remove }
}

/** Chromium of this machine, asking nobody outside for anything. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  if (!existsSync(executablePath))
    throw new Error(`there is no browser at ${executablePath}: install one (apt install chromium) or set CHROMIUM to its path`)
  const quiet = ['disable-background-networking', 'disable-component-update', 'disable-sync', 'disable-quic', 'no-first-run', 'disable-gpu']
  return chromium.launch({ executablePath, args: ['no-sandbox', ...quiet].map((flag) => `--${flag}`) })
}

export type Visit = { context: BrowserContext; page: Page; complaints: string[] }

/** A person's browser. What its pages complain about is collected, so that a test can insist on silence. */
export async function visit(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, locale: 'en-US', reducedMotion: 'reduce', ...options })
  context.setDefaultTimeout(PATIENCE_MS)
  const complaints: string[] = []
  context.on('page', (page) => {
    page.on('pageerror', (error) => complaints.push(error.message))
    // What a request answered is the network's to tell, and asserted where it matters.
    page.on('console', (line) => line.type() === 'error' && !/Failed to load resource/.test(line.text()) && complaints.push(line.text()))
  })
  return { context, page: await context.newPage(), complaints }
}

export const PASSWORD = 'a long enough one'
export const newEmail = (): string => `ada-${Date.now().toString(36)}${Math.floor(Math.random() * 1e6)}@example.com`

/** Somebody of a studio, who comes back in a new browser as often as asked: no test inherits what another did to a session. */
export type Person = { email: string; visit(): Promise<Visit> }

/** Registers somebody. Each visit holds their sign-in at the issuer, gets tokens of its own, and ends on Create. */
export async function newPerson(browser: Browser, url: string): Promise<Person> {
  const email = newEmail()
  const { context, page } = await visit(browser)
  await register(page, { url, email })
  const { cookies } = await context.storageState()
  await context.close()
  // One small picture a press: four large ones take fifty times as long, and show nothing more.
  const draft = JSON.stringify({ count: 1, width: 256, height: 256 })
  const origins = [{ origin: url, localStorage: [{ name: 'genzo.draft', value: draft }] }]
  return {
    email,
    async visit() {
      const again = await visit(browser, { storageState: { cookies, origins } })
      await again.page.goto(url)
      await again.page.getByLabel('Prompt').waitFor()
      return again
    },
  }
}

/** Fills in the sign-in page. */
export async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Makes one picture of these words on Create, and waits until it is there. */
export async function makeOne(page: Page, words: string): Promise<void> {
  await page.getByLabel('Prompt').fill(words)
  for (const fewer = page.getByRole('button', { name: 'One fewer' }); await fewer.isEnabled(); ) await fewer.click()
  await page.getByRole('button', { name: 'Make', exact: true }).click()
  await page.locator('article', { hasText: words }).first().locator('img[data-loaded]').first().waitFor()
}

/** Words that no other test, and no earlier try of this one, has used. */
export const newWords = (about: string): string => `${about} ${Math.random().toString(36).slice(2, 10)}`

/** Registers by the pages and ends on Create. */
export async function register(page: Page, { url, email }: { url: string; email: string }): Promise<void> {
  await page.goto(url)
  await page.getByRole('link', { name: 'Create account' }).click()
  await page.getByLabel('Name').fill('Ada')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Your first picture is one sentence away' }).waitFor()
}

/** One of the five places of the rail, by its English name. */
export const goTo = (page: Page, place: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place }).click()

/** Resolves as soon as `isSo` says yes. For scripts; tests have `eventually`. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await isSo()); ) {
    if (Date.now() > end) throw new Error(`waited in vain for ${isSo}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

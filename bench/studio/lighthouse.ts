import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { newId } from '#core/ports/samples.contract.ts'
import { fsBlobs } from '#local/fs-blobs.ts'
import { localPorts } from '#local/studio.ts'
import { newEmail, register, type Studio } from '../../e2e/browser/studio.ts'

const PEERS = join(import.meta.dirname, '../peers/studio')
const IMAGES = 5000
/** The first page of the list: the only pictures that a screen asks for. */
const WITH_FILES = 200
const PORT = 41_900
const GOALS = { performance: 90, accessibility: 95, 'best-practices': 95 } as const

type Audit = (url: string, flags: object, config: object) => Promise<{ lhr: { categories: Record<string, { score: number | null }> } }>

/**
 * Lighthouse's desktop preset on Create and Library for somebody with 5,000 images: one made by the studio's own model, and its likenesses
 * under other ids in the real store. Says so and measures nothing where Lighthouse cannot be installed.
 */
export async function benchLighthouse(studio: Studio): Promise<void> {
  const lighthouse = await load()
  if (!lighthouse) return console.log('lighthouse: not measured, it could not be installed')
  const profile = mkdtempSync(join(tmpdir(), 'genzo-lighthouse-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    locale: 'en-US',
    args: ['--no-sandbox', '--disable-gpu', `--remote-debugging-port=${PORT}`],
  })
  try {
    const page = await context.newPage()
    await register(page, { url: studio.url, email: newEmail() })
    await makeOne(page)
    await studio.stop()
    await fill(studio)
    await studio.start()
    for (const path of ['/', '/library']) {
      const { lhr } = await lighthouse.audit(
        studio.url + path,
        { port: PORT, disableStorageReset: true, onlyCategories: Object.keys(GOALS), logLevel: 'error' },
        lighthouse.desktop,
      )
      for (const [name, goal] of Object.entries(GOALS)) {
        const score = Math.round((lhr.categories[name]?.score ?? 0) * 100)
        console.log(`lighthouse ${path === '/' ? 'Create' : 'Library'}, ${IMAGES} images: ${name} ${score}, goal ≥ ${goal}`)
        if (score < goal) process.exitCode = 1
      }
    }
  } finally {
    await context.close()
    rmSync(profile, { recursive: true, force: true })
  }
}

async function load(): Promise<{ audit: Audit; desktop: object } | undefined> {
  if (!existsSync(join(PEERS, 'node_modules/lighthouse'))) {
    const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: PEERS, stdio: 'inherit' })
    if (status !== 0) return undefined
  }
  const { resolve } = createRequire(join(PEERS, 'package.json'))
  const core = pathToFileURL(resolve('lighthouse')).href
  const [{ default: audit }, { default: desktop }] = await Promise.all([
    import(core),
    import(new URL('config/desktop-config.js', core).href),
  ])
  return { audit, desktop }
}

async function makeOne(page: Page): Promise<void> {
  await page.getByLabel('Prompt').fill('a lighthouse on a cliff at sunset')
  await page.getByLabel('Prompt').press('Control+Enter')
  // On a busy machine four pictures take their time.
  await page.locator('article img[data-loaded]').first().waitFor({ timeout: 180_000 })
}

/** The one image of the studio, 5,000 times. */
async function fill({ folder }: Studio): Promise<void> {
  const dir = join(folder, 'data')
  const ports = localPorts({ dir })
  const { id } = ports.db.prepare("select id from image where state = 'ready' limit 1").get() as { id: string }
  const one = (await ports.images.find(id))!
  const { pathOf } = fsBlobs({ dir })
  for (let at = 1; at < IMAGES; at++) {
    const copy = { ...one, id: newId(), createdAt: one.createdAt + at, title: `a lighthouse, the ${at}th` }
    await ports.images.insert(copy)
    if (at >= IMAGES - WITH_FILES) cpSync(pathOf(`renditions/${id}`), pathOf(`renditions/${copy.id}`), { recursive: true })
  }
  ports.db.close()
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'

const BUILT = join(import.meta.dirname, '../../dist/web')
const GOAL_KB = 140

type Chunk = { file: string; isEntry?: boolean; imports?: string[] }

/**
 * The JavaScript that Create loads for somebody signed in, from an empty cache until none came for two seconds (the event feed never
 * ends, so the network is never idle): every script the page asked for, compressed by gzip at level 9, whatever the server sent it as.
 * Fails the bench above the goal.
 */
export async function benchScript(page: Page, url: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  const scripts = new Map<string, Promise<Buffer>>()
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.set(new URL(response.url()).pathname.slice(1), response.body())
  })
  await page.goto(url)
  await page.getByLabel('Prompt').waitFor()
  for (let before = -1; before !== scripts.size; await page.waitForTimeout(2000)) before = scripts.size
  await session.detach()

  const eager = eagerFiles()
  const loaded = await Promise.all(
    [...scripts].map(async ([file, body]) => ({ file, bytes: gzipSync(await body, { level: 9 }).length, isLazy: !eager.has(file) })),
  )
  const kb = (some: typeof loaded) => some.reduce((sum, { bytes }) => sum + bytes, 0) / 1000
  for (const { file, bytes, isLazy } of loaded.sort((a, b) => b.bytes - a.bytes))
    console.log(`  ${(bytes / 1000).toFixed(1).padStart(6)} KB  ${file}${isLazy ? '  (lazy: asked for by code)' : ''}`)
  const total = kb(loaded)
  console.log(`first screen (Create, signed in): ${loaded.length} scripts, ${total.toFixed(1)} KB gzip, goal ≤ ${GOAL_KB} KB`)
  console.log(
    `  of it with the page itself ${kb(loaded.filter(({ isLazy }) => !isLazy)).toFixed(1)} KB, lazy ${kb(loaded.filter(({ isLazy }) => isLazy)).toFixed(1)} KB`,
  )
  console.log(`  sign-in library among them: ${loaded.some(({ file }) => /oidc/.test(file)) ? 'yes' : 'no'}`)
  if (loaded.length === 0) throw new Error('the page loaded no script: nothing was measured')
  if (total > GOAL_KB) process.exitCode = 1
}

/** What index.html brings with it: its entry and all that the entry imports statically. */
function eagerFiles(): Set<string> {
  const chunks = JSON.parse(readFileSync(join(BUILT, 'manifest.json'), 'utf8')) as Record<string, Chunk>
  const files = new Set<string>()
  const take = (name: string) => {
    const { file, imports = [] } = chunks[name]!
    if (files.has(file)) return
    files.add(file)
    imports.forEach(take)
  }
  for (const [name, { isEntry }] of Object.entries(chunks)) if (isEntry) take(name)
  return files
}

// Every screen as it really looks, on sheets to be looked at: `npm run contact-sheets [-- FOLDER]`. Outside the tree unless told otherwise.
// With `--docs` it also writes the few pictures that README and guide show.
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { type Furniture, furnish, SCREENS, settled } from './screens.ts'
import { freshStudio, openBrowser, visit } from './studio.ts'

type Look = { name: string; language: string; theme: 'light' | 'dark'; width: number; height: number; zoom?: number }
const LOOKS: Look[] = [
  { name: 'en-desktop', language: 'en', theme: 'light', width: 1360, height: 860 },
  { name: 'ja-desktop', language: 'ja', theme: 'light', width: 1360, height: 860 },
  { name: 'zh-desktop', language: 'zh', theme: 'light', width: 1360, height: 860 },
  { name: 'en-dark', language: 'en', theme: 'dark', width: 1360, height: 860 },
  { name: 'en-phone', language: 'en', theme: 'light', width: 390, height: 844 },
  // A browser's zoom of 200 % halves the window in CSS pixels and doubles the device's.
  { name: 'en-zoom-200', language: 'en', theme: 'light', width: 680, height: 430, zoom: 2 },
]
/** Pictures for people who have not seen the studio yet: look, screen, name under docs/images. */
const FOR_DOCS = [
  ['en-desktop', 'create', 'create'],
  ['en-desktop', 'library', 'library'],
  ['en-dark', 'detail', 'detail-dark'],
  ['ja-desktop', 'upload', 'upload-ja'],
] as const
const DOCS = join(import.meta.dirname, '../../docs/images')
const MAX_BYTES = 150 * 1024

const args = process.argv.slice(2)
const folder = args.find((arg) => !arg.startsWith('--')) ?? join(tmpdir(), 'genzo-contact-sheets')
const wanted = args.find((arg) => arg.startsWith('--only='))?.slice('--only='.length)
mkdirSync(folder, { recursive: true })

const studio = await freshStudio()
const browser = await openBrowser()
try {
  const furniture = await furnish(browser, studio.url)
  for (const look of LOOKS) if (!wanted || look.name === wanted) await sheetOf(browser, { look, furniture })
} finally {
  await browser.close()
  await studio.remove()
}
console.log(folder)

async function sheetOf(on: Browser, { look, furniture }: { look: Look; furniture: Furniture }) {
  const { language, theme, width, height, zoom = 1 } = look
  const shots: { name: string; png: Buffer }[] = []
  const settings = { viewport: { width, height }, deviceScaleFactor: zoom, locale: language, colorScheme: theme }
  const [signedIn, stranger] = [await visit(on, { ...settings, storageState: furniture.signedIn }), await visit(on, settings)]
  for (const { name, path, isPublic, prepare } of SCREENS) {
    const { page } = isPublic ? stranger : signedIn
    // Each browser keeps its own choice, as a person's would.
    await page.addInitScript((chosen) => localStorage.setItem('genzo.language', chosen), language)
    await page.goto(furniture.url + path(furniture))
    await prepare?.(page)
    await settled(page)
    const png = await page.screenshot()
    shots.push({ name, png })
    const forDocs = args.includes('--docs') && FOR_DOCS.find(([one, screen]) => one === look.name && screen === name)
    if (forDocs) await writeForDocs(png, forDocs[2])
  }
  await Promise.all([signedIn.context.close(), stranger.context.close()])
  await writeSheet(shots, look)
}

async function writeSheet(shots: { name: string; png: Buffer }[], { name, width }: Look) {
  const columns = width < 500 ? 6 : 3
  const cell = width < 500 ? 320 : 720
  const thumbs = await Promise.all(shots.map(({ png }) => sharp(png).resize(cell).png().toBuffer({ resolveWithObject: true })))
  const height = thumbs[0]!.info.height
  for (const { name: screen, png } of shots) writeFileSync(join(folder, `${name}-${screen}.png`), png)
  const rows = Math.ceil(thumbs.length / columns)
  await sharp({ create: { width: columns * (cell + 12), height: rows * (height + 12), channels: 3, background: '#777' } })
    .composite(
      thumbs.map(({ data }, i) => ({
        input: data,
        left: (i % columns) * (cell + 12) + 6,
        top: Math.floor(i / columns) * (height + 12) + 6,
      })),
    )
    .png()
    .toFile(join(folder, `sheet-${name}.png`))
}

async function writeForDocs(png: Buffer, name: string) {
  mkdirSync(DOCS, { recursive: true })
  for (let quality = 86; quality >= 40; quality -= 6) {
    const bytes = await sharp(png).webp({ quality, effort: 6 }).toBuffer()
    if (bytes.byteLength <= MAX_BYTES) return writeFileSync(join(DOCS, `${name}.webp`), bytes)
  }
  throw new Error(`the picture ${name} does not fit into ${MAX_BYTES} bytes`)
}

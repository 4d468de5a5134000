import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import type { ImageView, List } from '../../src/web/api/types.ts'
import { cpuOfTasks } from './tasks.ts'

const IMAGES = 100_000
/** On a busy machine it may not get there: what was reached is told. */
const GROWING_MS = 240_000
const JUMPS = 200
/** The last pages are traced as well: what one costs when the library is already large. */
const TRACED = 2_000
/** More kinds than the studio keeps drawn, so that each has to be drawn again and again. */
const PLACEHOLDERS = Array.from({ length: 997 }, (_, kind) => placeholder(kind))
const SHAPES = [
  [4032, 3024],
  [3024, 4032],
  [1024, 1024],
  [1920, 1080],
  [1200, 1800],
] as const

/** A picture of 32 × 24 pixels in colours of its own, as a ThumbHash. */
function placeholder(kind: number): string {
  const pixels = Uint8Array.from({ length: 32 * 24 * 4 }, (_, at) => {
    const [x, y, channel] = [(at >> 2) % 32, (at >> 2) >> 5, at & 3]
    return channel === 3 ? 255 : (kind * [37, 91, 13][channel]! + x * 5 + y * (3 + channel)) % 256
  })
  return Buffer.from(rgbaToThumbHash(32, 24, pixels)).toString('base64')
}

/** An image as the API tells it, its urls signed ones by their length. */
function image(at: number): ImageView {
  const [width, height] = SHAPES[(at * 7) % SHAPES.length]!
  const id = `bench${at.toString(36).padStart(21, '0')}`
  const url = (file: string) => `/i/bench/${id}/${file}?e=1800000000&s=${'Zm9vYmFyYmF6cXV4'.repeat(3).slice(0, 43)}`
  const srcset = [320, 640, 1080, 2048].map((w) => `${url(`w${w}.webp`)} ${w}w`).join(', ')
  return {
    ...{ id, state: 'ready', origin: 'upload', title: `a walk by the lake ${at}`, tags: ['lake', 'walk'], isFavourite: at % 9 === 0 },
    ...{
      fileName: `IMG_${at}.jpg`,
      width,
      height,
      byteLength: 2_260_000,
      format: 'jpeg',
      hasAlpha: false,
      placeholder: PLACEHOLDERS[at % PLACEHOLDERS.length]!,
    },
    ...{ palette: ['#8ecc4a', '#5b9c29', '#1a2b3c', '#ffeedd'], albumIds: [], revision: 1 },
    ...{ createdAt: '2026-01-02T03:04:05.000Z', updatedAt: '2026-01-02T03:04:05.000Z' },
    camera: { make: 'Acme', model: 'Phone 9', takenAt: '2026-01-02T03:04:05', fNumber: 1.8, iso: 100, focalLengthMm: 5.7 },
    urls: { thumbnail: url('w320.webp'), preview: url('w1080.webp'), original: url('original'), srcset },
  }
}

type Seen = { tasks: number[]; frames: number[] }
declare global {
  interface Window {
    benchSeen: Seen
  }
}

/**
 * Long tasks while the Library grows to 100,000 images, its end always in view, and then while a wheel goes through them. The pages of the
 * list and the pictures are answered by the bench; everything in the tab is the product's.
 */
export async function benchScroll(browser: Browser, page: Page, { url, seconds }: { url: string; seconds: number }): Promise<void> {
  const picture = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#5b9c29' } })
    .webp()
    .toBuffer()
  await page.route('**/i/bench/**', (route) => route.fulfill({ body: picture, contentType: 'image/webp' }))
  await page.route('**/api/images?**', (route) => {
    const query = new URL(route.request().url()).searchParams
    const [from, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit'))]
    const next = from + limit
    const answer: List<ImageView> = {
      items: Array.from({ length: Math.min(limit, IMAGES - from) }, (_, at) => image(from + at)),
      ...(next < IMAGES && { nextCursor: `${next}` }),
    }
    return route.fulfill({ json: answer })
  })
  await page.goto(`${url}/library`)
  await page.locator('[role=option]').first().waitFor()
  await page.evaluate(() => {
    window.benchSeen = { tasks: [], frames: [] }
    new PerformanceObserver((list) => window.benchSeen.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    })
    let last = performance.now()
    const tick = (now: number) => {
      window.benchSeen.frames.push(now - last)
      last = now
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  })

  const began = performance.now()
  await grow(page, IMAGES - TRACED)
  const growing = await cpuOfTasks(browser, async () => {
    const reached = await grow(page, IMAGES)
    const count = reached.toLocaleString('en')
    console.log(
      `library grown to ${count} of ${IMAGES.toLocaleString('en')} images in ${((performance.now() - began) / 1000).toFixed(1)} s`,
    )
    if (reached < IMAGES) process.exitCode = 1
  })
  say('while growing (CPU: its last pages)', await take(page), growing)

  await page.evaluate(() => window.scrollTo(0, 0))
  await page.locator('[data-index="0"]').waitFor()
  await take(page)
  await page.mouse.move(700, 500)
  const wheel = await cpuOfTasks(browser, async () => {
    for (const end = performance.now() + seconds * 1000; performance.now() < end; ) await page.mouse.wheel(0, 400)
  })
  const travelled = await page.evaluate(() => Math.round(window.scrollY))
  if (travelled === 0) throw new Error('the wheel did not move the page: nothing was measured')
  say(`by wheel, ${seconds} s and ${travelled.toLocaleString('en')} px`, await take(page), wheel)

  // The whole height in jumps, as somebody drags the scroll bar: nothing that is drawn can be kept.
  let empty = 0
  const jumps = await cpuOfTasks(browser, async () => {
    empty = await page.evaluate(async (most) => {
      let empty = 0
      const height = document.documentElement.scrollHeight
      for (let at = 0; at <= most; at++) {
        window.scrollTo(0, (height * at) / most)
        await new Promise((resolve) => requestAnimationFrame(resolve))
        // Told of the scroll before this frame is painted: where there is no row by now, it is painted empty. Two looks, for the gaps.
        const isDrawn = [0, 10].some((more) =>
          document.elementFromPoint(innerWidth / 2, innerHeight / 2 + more)?.closest('[role=listbox] > [role=presentation]'),
        )
        if (!isDrawn) empty++
      }
      return empty
    }, JUMPS)
  })
  say(`by scroll bar, ${JUMPS} jumps to the end, ${empty} of them to an empty place`, await take(page), jumps)
  if (empty > 0) process.exitCode = 1
}

/** Keeps to the end of the list until it holds that many, or the time is up. Tells how many it reached. */
const grow = (page: Page, goal: number): Promise<number> =>
  page.evaluate(
    async ({ goal, ms }) => {
      const end = performance.now() + ms
      const shown = () => [...document.querySelectorAll<HTMLElement>('[data-index]')].map((one) => Number(one.dataset.index) + 1)
      let reached = 0
      while (reached < goal && performance.now() < end) {
        window.scrollTo(0, document.documentElement.scrollHeight)
        await new Promise((resolve) => setTimeout(resolve, 50))
        reached = Math.max(reached, ...shown())
      }
      return reached
    },
    { goal, ms: GROWING_MS },
  )

/** What was seen since the last call. Waits for a frame, so that the last task is told. */
const take = (page: Page): Promise<Seen> =>
  page.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve, 200))
    const seen = window.benchSeen
    window.benchSeen = { tasks: [], frames: [] }
    return seen
  })

/** A frame is dropped for each further 1/60 s that the next one came late. */
function say(what: string, { tasks, frames }: Seen, cpu: readonly number[]): void {
  const dropped = frames.reduce((sum, ms) => sum + Math.max(0, Math.round((ms * 60) / 1000) - 1), 0)
  const longest = Math.max(0, ...tasks)
  console.log(
    `  ${what}: ${tasks.length} tasks > 50 ms, longest ${longest ? `${longest.toFixed(0)} ms` : '–'}; goal 0; ` +
      `CPU of the longest ${cpu[0]?.toFixed(0) ?? '< 1'} ms, of the tenth ${cpu[9]?.toFixed(0) ?? '< 1'} ms; ` +
      `${frames.length} frames, ${dropped} dropped`,
  )
  if (tasks.length > 0) process.exitCode = 1
}

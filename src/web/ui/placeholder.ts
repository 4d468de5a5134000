import { thumbHashToAverageRGBA, thumbHashToDataURL } from 'thumbhash'

/** Drawn ones kept, a few kilobytes each: what somebody who scrolls back and forth sees again. */
const MOST_KEPT = 500
/** Drawn in one go, so that no frame waits for it. */
const BUDGET_MS = 4
/** Safari has no idle callback. */
const PAUSE_MS = 50

const kept = new Map<string, string | undefined>()
const wishes = new Set<{ base64: string; tell: (url: string | undefined) => void }>()
let isPlanned = false

/** The one colour of a ThumbHash: next to no work, for pictures that pass by. Undefined for none or a broken one. */
export function averageColour(base64: string | undefined): string | undefined {
  if (!base64) return undefined
  try {
    const { r, g, b, a } = thumbHashToAverageRGBA(bytesOf(base64))
    const channels = [r, g, b].map((part) => Math.round(Math.min(1, part) * 255))
    return channels.some(Number.isNaN) ? undefined : `rgb(${channels.join(' ')} / ${a.toFixed(2)})`
  } catch {
    return undefined
  }
}

/** A ThumbHash as a small picture, drawn now: half a millisecond, so not for hundreds. Undefined for none or a broken one. */
export function placeholderUrl(base64: string | undefined): string | undefined {
  if (!base64) return undefined
  if (kept.has(base64)) return kept.get(base64)
  const url = drawn(base64)
  const [oldest] = kept.keys()
  if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest)
  kept.set(base64, url)
  return url
}

/** The same where it was drawn before; never any work. */
export const knownPlaceholder = (base64: string | undefined): string | undefined => (base64 ? kept.get(base64) : undefined)

/** Draws it when the page has nothing better to do, then tells. Returns the way to stop: nothing is drawn for a picture that is gone. */
export function whenDrawn(base64: string | undefined, tell: (url: string | undefined) => void): () => void {
  if (!base64) return () => {}
  const wish = { base64, tell }
  wishes.add(wish)
  plan()
  return () => wishes.delete(wish)
}

function plan() {
  if (isPlanned || wishes.size === 0) return
  isPlanned = true
  if (typeof requestIdleCallback === 'function') requestIdleCallback(draw)
  else setTimeout(draw, PAUSE_MS)
}

function draw() {
  const end = performance.now() + BUDGET_MS
  for (const wish of wishes) {
    wishes.delete(wish)
    wish.tell(placeholderUrl(wish.base64))
    if (performance.now() > end) break
  }
  isPlanned = false
  plan()
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
function drawn(base64: string): string | undefined {
  try {
    return thumbHashToDataURL(bytesOf(base64))
  } catch {
    return undefined
  }
}

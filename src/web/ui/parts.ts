import { lazy } from 'react'

/**
 * What no screen shows before somebody does something stays out of the first script: sheets and hints, with the library that keeps focus,
 * layers and places for them.
 */
const loadSheet = () => import('./sheet.tsx')
const loadHint = () => import('./hint.tsx')

export const Sheet = lazy(async () => ({ default: (await loadSheet()).Sheet }))
/** A hint that cannot be loaded is none: its button says the same to a screen reader, and works. */
export const Hint = lazy(async () => {
  const hint = await loadHint().catch(() => undefined)
  return { default: hint?.Hint ?? ((_: { label: string; isFocused: boolean }) => null) }
})

/** Fetches them at the first press or key, before they are asked for, so that they open at once and after the network went away too. */
export function startParts(): void {
  const touched = new AbortController()
  const load = () => {
    touched.abort()
    for (const part of [loadSheet, loadHint]) part().catch(() => {})
  }
  for (const type of ['pointerdown', 'keydown']) addEventListener(type, load, { signal: touched.signal, capture: true, passive: true })
}

const PARTS = [() => import('./sheet.tsx'), () => import('./hint.tsx')]

/**
 * Sheets and hints stay out of the first script, with the library that keeps focus, layers and places for them: no screen shows one before
 * somebody does something. They are fetched at the first press or key, so that they open at once and after the network went away too.
 */
export function startParts(): void {
  const touched = new AbortController()
  const load = () => {
    touched.abort()
    for (const part of PARTS) part().catch(() => {})
  }
  for (const type of ['pointerdown', 'keydown']) addEventListener(type, load, { signal: touched.signal, capture: true, passive: true })
}

import { useSyncExternalStore } from 'react'
import styles from './toasts.module.css'

type Toast = { id: number; text: string; action?: { label: string; run: () => void } }
const SHOWN_MS = 6000

let toasts: Toast[] = []
let nextId = 1
const listeners = new Set<() => void>()
const change = (next: Toast[]) => {
  toasts = next
  for (const listener of listeners) listener()
}

/** Says what was done, with a way to undo it. Gone after six seconds; nothing that must be read belongs here. */
export function toast(text: string, action?: Toast['action']): void {
  const id = nextId++
  change([...toasts.slice(-2), { id, text, ...(action && { action }) }])
  setTimeout(() => change(toasts.filter((one) => one.id !== id)), SHOWN_MS)
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => toasts,
  )
  return (
    <div className={styles.region} role="status" aria-live="polite">
      {shown.map(({ id, text, action }) => (
        <div key={id} className={styles.toast}>
          <span>{text}</span>
          {action && (
            <button
              type="button"
              className={styles.action}
              onClick={() => {
                action.run()
                change(toasts.filter((one) => one.id !== id))
              }}
            >
              {action.label}
            </button>
          )}
        </div>
      ))}
    </div>
  )
}

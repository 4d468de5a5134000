/** This tab's name among those of the browser. */
export const THIS_TAB = Math.random().toString(36).slice(2)
const lockOf = (tab: string) => `genzo.uploads.${tab}`

/** Shows the other tabs that this one lives, until it closes. */
export function showAlive(): void {
  void navigator.locks?.request(lockOf(THIS_TAB), () => new Promise<never>(() => {}))
}

/** Does the work as soon as a tab is gone, one heir after the other; at once where the browser knows no locks. */
export const onceGone = (tab: string, work: () => Promise<void>): Promise<void> =>
  navigator.locks ? navigator.locks.request(lockOf(tab), work) : work()

import type { WireExport } from '#http/schemas/export.ts'

export type ExportView = WireExport

/** What the person sees of their export: nothing asked for, on its way, ready, or broken off. */
export type ExportPhase =
  | { name: 'none' }
  | { name: 'running' }
  | { name: 'ready'; view: ExportView & { url: string } }
  | { name: 'failed' }

/**
 * The phase of the export whose id this browser remembers. `isGone`: the server knows it no more, because its day is over or because
 * somebody else asked for it here.
 */
export function phaseOf({ id, view, isGone }: { id: string | undefined; view: ExportView | undefined; isGone: boolean }): ExportPhase {
  if (id === undefined || isGone) return { name: 'none' }
  if (view?.id !== id || view.state === 'running') return { name: 'running' }
  if (view.state === 'ready' && view.url !== undefined) return { name: 'ready', view: { ...view, url: view.url } }
  return { name: 'failed' }
}

const SECOND = 1000
/** Asked again soon while it is made; once ready, before its address (an hour) ends. False: nothing changes any more. */
export function askAgainAfter(view: ExportView | undefined): number | false {
  if (view === undefined || view.state === 'failed') return false
  return view.state === 'running' ? 2 * SECOND : 30 * 60 * SECOND
}

import { expect, it } from 'vitest'
import { askAgainAfter, type ExportView, phaseOf } from './export-phase.ts'

const view = (more: Partial<ExportView> = {}): ExportView => ({
  id: 'e1',
  state: 'running',
  createdAt: '2026-11-21T12:00:00.000Z',
  ...more,
})

it('follows an export from its beginning to its address', () => {
  expect(phaseOf({ id: undefined, view: undefined, isGone: false })).toEqual({ name: 'none' })
  expect(phaseOf({ id: 'e1', view: undefined, isGone: false })).toEqual({ name: 'running' })
  expect(phaseOf({ id: 'e1', view: view(), isGone: false })).toEqual({ name: 'running' })
  const ready = view({ state: 'ready', url: 'https://studio.example/x' })
  expect(phaseOf({ id: 'e1', view: ready, isGone: false })).toEqual({ name: 'ready', view: ready })
  expect(phaseOf({ id: 'e1', view: view({ state: 'failed' }), isGone: false })).toEqual({ name: 'failed' })
})

it('begins anew when the export is gone, and shows nothing of an earlier one', () => {
  expect(phaseOf({ id: 'e1', view: view({ state: 'ready', url: 'u' }), isGone: true })).toEqual({ name: 'none' })
  expect(phaseOf({ id: 'e2', view: view({ state: 'ready', url: 'u' }), isGone: false })).toEqual({ name: 'running' })
})

it('asks often while it is made, within the hour of an address, and not after a failure', () => {
  expect(askAgainAfter(view())).toBe(2000)
  expect(askAgainAfter(view({ state: 'ready' }))).toBeLessThan(3_600_000)
  expect([askAgainAfter(view({ state: 'failed' })), askAgainAfter(undefined)]).toEqual([false, false])
})

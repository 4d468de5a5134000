import { describe, expect, it } from 'vitest'
import { NO_SELECTION, reduceSelection, rowAt, type SelectionEvent, step } from './selection.ts'

const order = ['a', 'b', 'c', 'd', 'e']
const play = (...events: SelectionEvent[]) => events.reduce((selection, event) => reduceSelection(selection, event, order), NO_SELECTION)
const chosen = (...events: SelectionEvent[]) => [...play(...events).ids].sort().join('')

describe('choosing images', () => {
  it('toggles one, and adds a range from the last one touched in either direction', () => {
    expect(chosen({ type: 'toggle', index: 1 }, { type: 'range', index: 3 })).toBe('bcd')
    expect(chosen({ type: 'toggle', index: 3 }, { type: 'range', index: 1 })).toBe('bcd')
    expect(chosen({ type: 'toggle', index: 1 }, { type: 'toggle', index: 1 })).toBe('')
  })

  it('keeps the anchor of a range, so that a second Shift goes on from it', () => {
    expect(play({ type: 'toggle', index: 2 }, { type: 'range', index: 3 }, { type: 'range', index: 0 }).anchor).toBe(2)
  })

  it('lets go of images that left the list', () => {
    const all = play({ type: 'all' })
    expect([...reduceSelection(all, { type: 'list' }, ['b', 'x']).ids]).toEqual(['b'])
  })

  it('stays the very same where a list that grew takes nothing from it', () => {
    const here = play({ type: 'focus', index: 2 })
    expect(reduceSelection(here, { type: 'list' }, [...order, 'f'])).toBe(here)
    expect(reduceSelection(here, { type: 'list' }, ['a']).focus).toBe(0)
  })

  it('finds the row of each image, and none for what is not there', () => {
    const rows = [1, 4, 2, 7, 3].map((length, at, all) => {
      const start = all.slice(0, at).reduce((sum, one) => sum + one, 0)
      return { start, end: start + length }
    })
    const found = Array.from({ length: 17 }, (_, index) => rowAt(rows, index))
    expect(found).toEqual([0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4])
    expect([rowAt(rows, -1), rowAt(rows, 17), rowAt([], 0)]).toEqual([-1, -1, -1])
  })

  it('moves through rows by their middles', () => {
    const rows = [
      { start: 0, end: 2, widths: [700, 300] },
      { start: 2, end: 5, widths: [300, 300, 400] },
    ]
    expect(step('ArrowDown', 0, rows)).toBe(3)
    expect(step('ArrowDown', 1, rows)).toBe(4)
    expect(step('ArrowUp', 2, rows)).toBe(0)
    expect(step('ArrowUp', 0, rows)).toBe(0)
    expect(step('End', 0, rows)).toBe(4)
    expect(step('a', 0, rows)).toBeUndefined()
  })
})

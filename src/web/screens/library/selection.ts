/** Which images are chosen and where the keyboard stands. React-free: the grid draws it, the tests drive it. */
export type Selection = { ids: ReadonlySet<string>; focus: number; anchor: number | undefined }

export const NO_SELECTION: Selection = { ids: new Set(), focus: -1, anchor: undefined }

export type SelectionEvent =
  | { type: 'toggle'; index: number }
  /** Everything from the anchor to here, as with Shift. */
  | { type: 'range'; index: number }
  | { type: 'focus'; index: number }
  | { type: 'all' }
  | { type: 'clear' }
  /** The list changed: chosen images that are gone are let go. */
  | { type: 'list' }

/** The next selection over the images in view, given by id in order. */
export function reduceSelection(selection: Selection, event: SelectionEvent, order: readonly string[]): Selection {
  switch (event.type) {
    case 'toggle': {
      const id = order[event.index]
      if (id === undefined) return selection
      const ids = new Set(selection.ids)
      if (!ids.delete(id)) ids.add(id)
      return { ids, focus: event.index, anchor: event.index }
    }
    case 'range': {
      const from = selection.anchor ?? Math.max(0, selection.focus)
      const [low, high] = from < event.index ? [from, event.index] : [event.index, from]
      return { ids: new Set([...selection.ids, ...order.slice(low, high + 1)]), focus: event.index, anchor: from }
    }
    case 'focus':
      return { ...selection, focus: Math.max(0, Math.min(order.length - 1, event.index)) }
    case 'all':
      return { ...selection, ids: new Set(order) }
    case 'clear':
      return { ...selection, ids: new Set(), anchor: undefined }
    case 'list': {
      const focus = Math.min(selection.focus, order.length - 1)
      // The very same where nothing changes, so that a page more draws nothing again.
      if (selection.ids.size === 0)
        return focus === selection.focus && selection.anchor === undefined ? selection : { ...selection, focus, anchor: undefined }
      const present = new Set(order)
      return {
        ids: new Set([...selection.ids].filter((id) => present.has(id))),
        focus,
        anchor: undefined,
      }
    }
  }
}

/** Which row an image stands in; -1 for none. Rows are in order, so that 25,000 of them take a dozen looks. */
export function rowAt(rows: readonly { start: number; end: number }[], index: number): number {
  let low = 0
  let high = rows.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const { start, end } = rows[middle]!
    if (index < start) high = middle - 1
    else if (index >= end) low = middle + 1
    else return middle
  }
  return -1
}

/** Where an arrow leads in rows of different lengths: up and down keep to the nearest middle. */
export function step(
  key: string,
  focus: number,
  rows: readonly { start: number; end: number; widths: readonly number[] }[],
): number | undefined {
  if (key === 'ArrowRight') return focus + 1
  if (key === 'ArrowLeft') return focus - 1
  if (key === 'Home') return 0
  if (key === 'End') return (rows.at(-1)?.end ?? 0) - 1
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return undefined
  const at = rowAt(rows, focus)
  const here = rows[at]
  const next = rows[at + (key === 'ArrowDown' ? 1 : -1)]
  if (!here || !next) return focus
  const middle = middles(here)[focus - here.start]!
  const distances = middles(next).map((one) => Math.abs(one - middle))
  return next.start + distances.indexOf(Math.min(...distances))
}

const middles = ({ widths }: { widths: readonly number[] }) => {
  let left = 0
  return widths.map((width) => {
    left += width
    return left - width / 2
  })
}

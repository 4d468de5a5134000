import { useWindowVirtualizer } from '@tanstack/react-virtual'
import type { TFunction } from 'i18next'
import { Check, Heart, TriangleAlert } from 'lucide-react'
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  useCallback,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { ImageView } from '../../api/types.ts'
import { Picture } from '../../ui/picture.tsx'
import { averageColour } from '../../ui/placeholder.ts'
import { rowKeeper } from './growing.ts'
import styles from './library.module.css'
import { rowAt, type Selection, type SelectionEvent, step } from './selection.ts'

type Props = {
  images: readonly ImageView[]
  selection: Selection
  dispatch: (event: SelectionEvent) => void
  hasMore: boolean
  onMore: () => void
  onDelete: () => void
}
const GAP = 6
/** Rows fetched ahead: about five screens. */
const AHEAD = 24

/** A justified grid that draws only the rows in view. Arrows move, Space chooses, Enter opens, Delete trashes, Ctrl/⌘+A takes all. */
export function LibraryGrid({ images, selection, dispatch, hasMore, onMore, onDelete }: Props) {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const [layOut] = useState(rowKeeper)
  const rows = useMemo(() => layOut(images, { width, target: width < 600 ? 140 : 230, gap: GAP }), [layOut, images, width])
  const [offset, setOffset] = useState(0)
  useLayoutEffect(() => setOffset(frame.current?.offsetTop ?? 0), [width])
  // Another function makes the virtualizer measure every row again: so another when the rows are others, and only then.
  const getItemKey = useCallback((index: number) => images[rows[index]!.start]?.id ?? index, [images, rows])
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => rows[index]!.height + GAP,
    overscan: 2,
    scrollMargin: offset,
    getItemKey,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && last >= rows.length - AHEAD) onMore()
  }, [hasMore, last, rows.length, onMore])

  const focusRow = rowAt(rows, selection.focus)
  useEffect(() => {
    if (selection.focus < 0 || focusRow < 0 || !frame.current?.contains(document.activeElement)) return
    virtual.scrollToIndex(focusRow, { align: 'auto' })
    requestAnimationFrame(() =>
      frame.current?.querySelector<HTMLElement>(`[data-index="${selection.focus}"]`)?.focus({ preventScroll: true }),
    )
  }, [selection.focus, focusRow, virtual])

  const onKeyDown = (event: KeyboardEvent) => {
    const to = step(event.key, Math.max(0, selection.focus), rows)
    if (to !== undefined) {
      event.preventDefault()
      return dispatch(
        event.shiftKey ? { type: 'range', index: Math.max(0, Math.min(images.length - 1, to)) } : { type: 'focus', index: to },
      )
    }
    if (event.key === ' ') dispatch({ type: 'toggle', index: selection.focus })
    else if (event.key === 'Enter' && images[selection.focus]) go(`/images/${images[selection.focus]!.id}`)
    else if (event.key === 'Escape') dispatch({ type: 'clear' })
    else if (event.key === 'Delete') onDelete()
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) dispatch({ type: 'all' })
    else return
    event.preventDefault()
  }
  // The cells keep one function for good: another one would draw them all again with each page that arrives.
  const press = useLatest((event: MouseEvent, index: number, id: string) => {
    if (event.shiftKey) dispatch({ type: 'range', index })
    else if (selection.ids.size > 0 || event.ctrlKey || event.metaKey) dispatch({ type: 'toggle', index })
    else go(`/images/${id}`)
  })
  const check = useLatest((index: number, isRange: boolean) => dispatch({ type: isRange ? 'range' : 'toggle', index }))

  return (
    <div
      ref={frame}
      className={styles.grid}
      style={{ height: `calc(${virtual.getTotalSize()}px + ${hasMore ? '100vh' : '0px'})` }}
      role="listbox"
      tabIndex={-1}
      aria-multiselectable="true"
      aria-label={t('library.grid')}
      onKeyDown={onKeyDown}
    >
      {items.map(({ index: at, key, start }) => {
        const row = rows[at]!
        return (
          <div
            key={key}
            className={styles.row}
            style={{ transform: `translateY(${start - offset}px)`, height: row.height }}
            role="presentation"
          >
            {row.widths.map((cell, column) => {
              const index = row.start + column
              const image = images[index]!
              return (
                <Cell
                  key={image.id}
                  image={image}
                  index={index}
                  width={cell}
                  isChosen={selection.ids.has(image.id)}
                  isFocusable={index === Math.max(0, selection.focus)}
                  t={t}
                  onPress={press}
                  onCheck={check}
                />
              )
            })}
          </div>
        )
      })}
      {hasMore && rows.length > 0 && (
        <div className={styles.more} style={{ transform: `translateY(${virtual.getTotalSize()}px)` }} aria-hidden="true" />
      )}
    </div>
  )
}

type CellProps = {
  image: ImageView
  index: number
  width: number
  isChosen: boolean
  isFocusable: boolean
  t: TFunction
  onPress: (event: MouseEvent, index: number, id: string) => void
  onCheck: (index: number, isRange: boolean) => void
}

const Cell = memo(function Cell({ image, index, width, isChosen, isFocusable, t, onPress, onCheck }: CellProps) {
  // Its place, name and colour are there with the scroll; the rest comes when there is time, and never for a cell that passes by.
  const isSettled = useDeferredValue(true, false)
  const colour = useMemo(() => averageColour(image.placeholder), [image.placeholder])
  const isBroken = image.state === 'failed' || image.state === 'rejected'
  // Said too: what can be seen on a cell is part of its name.
  const state = image.state !== 'ready' && image.state !== 'trashed' && t(`library.states.${isBroken ? 'failed' : 'processing'}`)
  const name = image.title || image.fileName || t('library.untitled')
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys for all its cells
    <div
      role="option"
      tabIndex={isFocusable ? 0 : -1}
      aria-selected={isChosen}
      aria-label={state ? `${name}, ${state}` : name}
      data-index={index}
      className={styles.cell}
      style={{ width, ...(colour && !image.hasAlpha && { backgroundColor: colour }) }}
      onClick={(event) => onPress(event, index, image.id)}
    >
      {isSettled && (
        <>
          <Picture image={image} sizes={`${width}px`} className={styles.picture} style={{ aspectRatio: 'auto' }} isDecorative />
          <span
            className={styles.check}
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation()
              onCheck(index, event.shiftKey)
            }}
          >
            <Check size={15} strokeWidth={3} />
          </span>
          {image.isFavourite && <Heart className={styles.heart} size={16} fill="currentColor" aria-hidden="true" />}
          {state && (
            <span className={styles.state}>
              {isBroken && <TriangleAlert size={15} aria-hidden="true" />}
              {state}
            </span>
          )}
        </>
      )}
    </div>
  )
})

/** One function for good that does what the latest one would. Called by events only. */
function useLatest<A extends unknown[]>(work: (...args: A) => void): (...args: A) => void {
  const latest = useRef(work)
  useLayoutEffect(() => {
    latest.current = work
  })
  return useCallback((...args: A) => latest.current(...args), [])
}

/** The width of an element, told again when it changes. */
function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    if (!element.current) return
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)))
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return width
}

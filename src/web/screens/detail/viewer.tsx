import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImageView } from '../../api/types.ts'
import { percent } from '../../lib/format.ts'
import { IconButton } from '../../ui/button.tsx'
import { placeholderUrl } from '../../ui/placeholder.ts'
import styles from './detail.module.css'
import { FITTED, fittedSize, panBy, type Zoom, zoomAt } from './zoom.ts'

const STEP = 1.5
const KEY_PAN = 80

/** The picture as large as there is room, closer by wheel, pinch, keys or buttons. */
export function Viewer({ image }: { image: ImageView }) {
  const { t } = useTranslation()
  const frame = useRef<HTMLDivElement>(null)
  const [zoom, setZoom] = useState<Zoom>(FITTED)
  const pointers = useRef(new Map<number, { x: number; y: number }>())
  const blurred = placeholderUrl(image.placeholder)

  useEffect(() => setZoom(FITTED), [image.id])

  const sizes = () => {
    const { width, height } = frame.current!.getBoundingClientRect()
    const room = { width, height }
    return { room, fitted: fittedSize({ width: image.width || 1, height: image.height || 1 }, room) }
  }
  const by = (factor: number, at = { x: 0, y: 0 }) => {
    const { room, fitted } = sizes()
    setZoom((before) => zoomAt(before, factor, at, fitted, room))
  }
  const pan = (dx: number, dy: number) => {
    const { room, fitted } = sizes()
    setZoom((before) => panBy(before, dx, dy, fitted, room))
  }

  useEffect(() => {
    // React listens to wheels passively, and a passive listener cannot keep the page from scrolling.
    const element = frame.current
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey && zoom.scale === 1 && event.deltaY > 0) return
      event.preventDefault()
      const box = element!.getBoundingClientRect()
      by(Math.exp(-event.deltaY / 400), { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 })
    }
    element?.addEventListener('wheel', onWheel, { passive: false })
    return () => element?.removeEventListener('wheel', onWheel)
  })

  const onPointerMove = (event: PointerEvent) => {
    const before = pointers.current.get(event.pointerId)
    if (!before) return
    const others = [...pointers.current].filter(([id]) => id !== event.pointerId).map(([, at]) => at)
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
    if (others[0]) {
      const distance = (at: { x: number; y: number }) => Math.hypot(at.x - others[0]!.x, at.y - others[0]!.y)
      by(distance({ x: event.clientX, y: event.clientY }) / Math.max(1, distance(before)))
    } else pan(event.clientX - before.x, event.clientY - before.y)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, () => void> = {
      '+': () => by(STEP),
      '=': () => by(STEP),
      '-': () => by(1 / STEP),
      '0': () => setZoom(FITTED),
      ArrowLeft: () => pan(KEY_PAN, 0),
      ArrowRight: () => pan(-KEY_PAN, 0),
      ArrowUp: () => pan(0, KEY_PAN),
      ArrowDown: () => pan(0, -KEY_PAN),
    }
    const move = moves[event.key]
    if (!move || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    move()
  }

  return (
    <div className={styles.viewer}>
      <div
        ref={frame}
        className={styles.stage}
        data-zoomed={zoom.scale > 1 || undefined}
        role="img"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys zoom and pan
        tabIndex={0}
        aria-label={image.title || t('library.untitled')}
        onKeyDown={onKeyDown}
        onDoubleClick={() => (zoom.scale > 1 ? setZoom(FITTED) : by(3))}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
        }}
        onPointerMove={onPointerMove}
        onPointerUp={(event) => pointers.current.delete(event.pointerId)}
        onPointerCancel={(event) => pointers.current.delete(event.pointerId)}
      >
        {image.urls ? (
          <img
            className={`${styles.image} ${image.hasAlpha ? styles.checkered : ''}`}
            src={image.urls.preview}
            srcSet={image.urls.srcset}
            sizes={zoom.scale > 1.4 ? '2048px' : '(min-width: 1100px) 65vw, 100vw'}
            width={image.width}
            height={image.height}
            alt=""
            draggable={false}
            style={{
              transform: `translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.scale})`,
              ...(blurred && { backgroundImage: `url(${blurred})` }),
            }}
          />
        ) : (
          <p>{t(`library.states.${image.state === 'failed' || image.state === 'rejected' ? 'failed' : 'processing'}`)}</p>
        )}
      </div>
      <div className={styles.zoom}>
        <IconButton label={t('detail.zoomOut')} size="small" disabled={zoom.scale <= 1} onClick={() => by(1 / STEP)}>
          <ZoomOut size={18} aria-hidden="true" />
        </IconButton>
        <output>{percent(zoom.scale)}</output>
        <IconButton label={t('detail.zoomIn')} size="small" onClick={() => by(STEP)}>
          <ZoomIn size={18} aria-hidden="true" />
        </IconButton>
        <IconButton label={t('detail.fit')} size="small" onClick={() => setZoom(FITTED)}>
          <Maximize2 size={17} aria-hidden="true" />
        </IconButton>
      </div>
    </div>
  )
}

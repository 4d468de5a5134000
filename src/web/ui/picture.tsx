import { type CSSProperties, useEffect, useMemo, useState } from 'react'
import type { ImageView } from '../api/types.ts'
import styles from './picture.module.css'
import { averageColour, knownPlaceholder, whenDrawn } from './placeholder.ts'

type Props = {
  image: Pick<ImageView, 'id' | 'title' | 'width' | 'height' | 'urls' | 'placeholder' | 'hasAlpha'>
  /** As in HTML: how wide it will be shown, so that the browser takes the smallest file that is enough. */
  sizes: string
  className?: string | undefined
  style?: CSSProperties
  /** Decorative where a label beside it says the same. */
  isDecorative?: boolean
  isEager?: boolean
}

/** An image of the library: its colour at once, its blurred self when there is time, then the picture, without a shift. */
export function Picture({ image, sizes, className = '', style, isDecorative = false, isEager = false }: Props) {
  const [isLoaded, setLoaded] = useState(false)
  const [isCovered, setCovered] = useState(false)
  const colour = useMemo(() => averageColour(image.placeholder), [image.placeholder])
  const [blurred, setBlurred] = useState(() => knownPlaceholder(image.placeholder))
  useEffect(() => (isLoaded ? undefined : whenDrawn(image.placeholder, setBlurred)), [isLoaded, image.placeholder])
  return (
    <div
      className={`${styles.frame} ${image.hasAlpha ? styles.checkered : ''} ${className}`}
      style={{
        ...(image.width > 0 && { aspectRatio: `${image.width} / ${image.height}` }),
        ...(colour && !image.hasAlpha && { backgroundColor: colour }),
        // Stays while the picture fades in over it: without it the frame would flash. It must not shine through a transparent one.
        ...(blurred && !(image.hasAlpha ? isLoaded : isCovered) && { backgroundImage: `url(${blurred})` }),
        ...style,
      }}
    >
      {image.urls && (
        <img
          className={styles.image}
          data-loaded={isLoaded || undefined}
          src={image.urls.thumbnail}
          srcSet={image.urls.srcset}
          sizes={sizes}
          alt={isDecorative ? '' : image.title}
          loading={isEager ? 'eager' : 'lazy'}
          decoding="async"
          draggable={false}
          onLoad={() => setLoaded(true)}
          onTransitionEnd={() => setCovered(true)}
        />
      )}
    </div>
  )
}

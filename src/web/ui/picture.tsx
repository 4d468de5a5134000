import { type CSSProperties, useMemo, useState } from 'react'
import { thumbHashToDataURL } from 'thumbhash'
import type { ImageView } from '../api/types.ts'
import styles from './picture.module.css'

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

/** An image of the library: its blurred self at once, then the picture, without a shift. */
export function Picture({ image, sizes, className = '', style, isDecorative = false, isEager = false }: Props) {
  const [isLoaded, setLoaded] = useState(false)
  const blurred = useMemo(() => placeholderUrl(image.placeholder), [image.placeholder])
  return (
    <div
      className={`${styles.frame} ${image.hasAlpha ? styles.checkered : ''} ${className}`}
      style={{
        ...(image.width > 0 && { aspectRatio: `${image.width} / ${image.height}` }),
        ...(blurred && !isLoaded && { backgroundImage: `url(${blurred})` }),
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
        />
      )}
    </div>
  )
}

/** A ThumbHash as a small picture; undefined for none or a broken one. */
export function placeholderUrl(base64: string | undefined): string | undefined {
  if (!base64) return undefined
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)))
  } catch {
    return undefined
  }
}

import type { Transform } from '#core/transform.ts'
import type { ImageView } from '../../api/types.ts'

export const FORMATS = ['auto', 'webp', 'avif', 'jpeg', 'png'] as const
const DAY = 86_400
/** How long a link lives, as the API takes it: seconds, or until it is revoked. */
export const LIFETIMES = {
  hour: { expiresIn: 3600 },
  day: { expiresIn: DAY },
  week: { expiresIn: 7 * DAY },
  month: { expiresIn: 30 * DAY },
  public: { public: true },
} as const
export type Lifetime = keyof typeof LIFETIMES

/** The form's words as a transform; empty and senseless numbers are left out. */
export function transformOf({ width, format, quality }: { width: string; format: (typeof FORMATS)[number]; quality: string }): Transform {
  const number = (text: string, most: number) => {
    const value = Math.round(Number(text))
    return text !== '' && value >= 1 ? Math.min(most, value) : undefined
  }
  const [w, q] = [number(width, 8192), number(quality, 100)]
  return { ...(w && { w }), ...(format !== 'auto' && { fm: format }), ...(q && { q }) }
}

/** Ready to paste. Titles are other people's words: they are escaped for where they go. */
export function snippetsOf({
  image,
  url,
  page,
}: {
  image: Pick<ImageView, 'title' | 'width' | 'height'>
  url: string
  page: string
}): Record<string, string> {
  return {
    page,
    url,
    html: `<img src="${html(url)}" alt="${html(image.title)}" width="${image.width}" height="${image.height}" loading="lazy">`,
    markdown: `![${image.title.replace(/[\\[\]]/g, '\\$&').replace(/\s+/g, ' ')}](${url})`,
    curl: `curl -fsSL -o image '${url.replaceAll("'", "'\\''")}'`,
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const html = (text: string) => text.replace(/[&<>"]/g, (letter) => ENTITIES[letter]!)

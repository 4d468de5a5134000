import type { Allowed } from './link.ts'

/** A browser asks again after this long at the latest, so that what was withdrawn does not stay. Seconds. */
const LONGEST_SECONDS = 3600

/**
 * What every delivered picture carries, from whichever server. A picture is shown, never run: nothing in it may load, script or be framed,
 * though any site may embed it, since its URL is what grants that.
 */
export const PICTURE_HEADERS = {
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'cross-origin',
  'timing-allow-origin': '*',
} as const

/** How long a browser keeps it, and what it must tell apart. `private`: a shared cache would outlive a link that was revoked. */
export function cacheHeaders(
  { expiresAt, isNegotiated }: Pick<Allowed, 'expiresAt' | 'isNegotiated'>,
  now: number,
): Record<string, string> {
  const left = expiresAt === undefined ? LONGEST_SECONDS : Math.max(0, Math.floor((expiresAt - now) / 1000))
  return { 'cache-control': `private, max-age=${Math.min(left, LONGEST_SECONDS)}`, ...(isNegotiated && { vary: 'Accept' }) }
}

const LONGEST_NAME = 100
/** Controls, what file systems refuse, and marks that turn the direction of writing, by which `gpj.exe` reads `exe.jpg`. */
const UNSAFE = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"/\\|?*]+/gu
/** RFC 8187 leaves fewer characters unescaped than `encodeURIComponent` does. */
const extValue = (name: string) =>
  encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/**
 * `Content-Disposition` (RFC 6266) with a file name in any language: `filename*` as RFC 8187 has it, and an ASCII one beside it for what
 * knows only that. Nothing of `title` can end the header, leave its folder or change the extension.
 */
export function contentDisposition(
  disposition: 'inline' | 'attachment',
  { title, extension }: { title: string; extension: string },
): string {
  const clean = title.toWellFormed().normalize('NFC').replace(UNSAFE, ' ').replace(/\s+/g, ' ').trim()
  const base = [...clean]
    .slice(0, LONGEST_NAME)
    .join('')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  const name = `${base || 'image'}.${extension}`
  const ascii = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\x20-\x7e]+/g, '_')
    .replace(/["%;\\]/g, '_')
  const plain = `${disposition}; filename="${ascii}"`
  if (ascii === name) return plain
  return `${plain}; filename*=UTF-8''${extValue(name)}`
}

import type { ByteRange } from '#core/ports/blobs.ts'

/**
 * One range of a `Range` header (RFC 9110 §14.2), ends included; `unsatisfiable` when it lies behind the end; undefined for none, for
 * several (an answer in one piece is allowed) and for what is not understood, which is to be passed over.
 */
export function byteRange(header: string | undefined, byteLength: number): ByteRange | 'unsatisfiable' | undefined {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  if (!found || (found[1] === '' && found[2] === '')) return undefined
  const [first, last] = [found[1]!, found[2]!]
  const start = first === '' ? Math.max(0, byteLength - Number(last)) : Number(first)
  const end = first === '' || last === '' ? byteLength - 1 : Math.min(Number(last), byteLength - 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  return start > end || start >= byteLength ? 'unsatisfiable' : { start, end }
}

/** Whether `If-None-Match` names this tag, weakly compared (RFC 9110 §13.1.2). */
export const isKnown = (header: string | undefined, etag: string): boolean =>
  (header ?? '').split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag)

import type { IncomingMessage, ServerResponse } from 'node:http'
import { formatFor } from '#core/canonical.ts'
import { isKnown } from '#http/byte-range.ts'
import type { WarmStore } from '#http/routes/deliver.ts'
import { byteLru } from '#local/byte-lru.ts'
import type { Revocations } from '#local/revocations.ts'
import { secondOf, setHead, takesHead, writtenHead } from './written-head.ts'

type Entry = {
  /** As `writeHead` takes them fastest: name, value, name, value. */
  full: string[]
  /** The head of the whole answer as Node wrote it, and in which second, since it holds the date. */
  head: { text: string; second: number } | undefined
  unchanged: string[]
  bytes: Uint8Array
  etag: string
  imageId: string
  kid: string
  ticket: number
  /** From then on the app is asked again. Integer ms. */
  until: number
}

export type WarmOptions = {
  maxBytes: number
  revocations: Revocations
  now?: () => number
  /** True where other sites' pages may read answers: those to ours must not be kept for them. */
  variesByOrigin?: boolean
  /** A hit is not seen by the app, so it is counted here. */
  onHit?: (status: 200 | 304) => void
}

/** What another process does on the same data, as an operator's command may, is seen after this long. Milliseconds. */
const FRESH_MS = 5_000
/** Headers, names and the key, roughly: a thousand tiny pictures are not free. Bytes. */
const ENTRY_OVERHEAD = 2_048
/** Accept headers are as many as browsers; an unbounded memory of them would be a stranger's to fill. */
const MAX_ACCEPTS = 256

/**
 * Pictures that were answered once, answered again before the app sees the request: the signature was verified then, so a hit looks at the
 * clock and at what was revoked, and writes ready bytes. `handle` gives false for everything else, and the app goes on. What it keeps comes
 * from the app's own answers (`store`), headers and all.
 */
export function warmDelivery({ maxBytes, revocations, variesByOrigin = false, now = Date.now, onHit }: WarmOptions) {
  const entries = byteLru<Entry>({ maxBytes })
  const accepts = new Map<string, string>()
  /** The class of an Accept header: which format it would be answered with. */
  const classOf = (accept = ''): string => {
    const known = accepts.get(accept)
    if (known) return known
    if (accepts.size >= MAX_ACCEPTS) accepts.clear()
    const format = formatFor(accept)
    accepts.set(accept, format)
    return format
  }
  const find = (url: string, accept: string | undefined, at: number): Entry | undefined => {
    let key = url
    let entry = entries.get(key)
    if (!entry) {
      key = `${classOf(accept)} ${url}`
      entry = entries.get(key)
    }
    if (!entry) return undefined
    const { imageId, kid, ticket, until } = entry
    if (at < until && !revocations.isRevokedSince(imageId, ticket) && !revocations.isRevokedSince(kid, ticket)) return entry
    entries.remove(key)
    return undefined
  }

  /** `writeHead`, but for heads that Node has written within this second: it would check and join every line anew. */
  const writeFull = (res: ServerResponse, entry: Entry, at: number): void => {
    const second = secondOf(at)
    if (entry.head?.second === second && takesHead(res)) {
      setHead(res, entry.head.text)
      return
    }
    res.writeHead(200, entry.full)
    const text = writtenHead(res)
    if (text !== undefined) entry.head = { text, second }
  }

  const store: WarmStore = {
    ticket: revocations.ticket,
    keep({ url, isNegotiated, format, imageId, kid, expiresAt = Number.POSITIVE_INFINITY, etag, headers, bytes }, ticket) {
      const until = Math.min(expiresAt, now() + FRESH_MS)
      const vary = variesByOrigin ? [...(headers['vary'] ? [headers['vary']] : []), 'Origin'].join(', ') : undefined
      const lines = Object.entries({ ...headers, ...(vary && { vary }) }).flat()
      const full = [...lines, 'content-length', String(bytes.byteLength)]
      const key = isNegotiated ? `${format} ${url}` : url
      entries.set(
        key,
        { full, head: undefined, unchanged: lines, bytes, etag, imageId, kid, ticket, until },
        bytes.byteLength + ENTRY_OVERHEAD,
      )
    },
  }

  return {
    store,
    /** Answers if it can. */
    handle(req: IncomingMessage, res: ServerResponse): boolean {
      const { method, url, headers } = req
      if ((method !== 'GET' && method !== 'HEAD') || !url?.startsWith('/i/') || headers.range !== undefined) return false
      // Another site's page: what it may read is told by headers that the app adds, and that are not kept here.
      if (headers.origin !== undefined) return false
      const at = now()
      const entry = find(url, headers.accept, at)
      if (!entry) return false
      const ifNoneMatch = headers['if-none-match']
      if (ifNoneMatch !== undefined && isKnown(ifNoneMatch, entry.etag)) {
        res.writeHead(304, entry.unchanged).end()
        onHit?.(304)
        return true
      }
      if (method === 'HEAD') res.writeHead(200, entry.full).end()
      else {
        writeFull(res, entry, at)
        res.end(entry.bytes)
      }
      onHit?.(200)
      return true
    },
  }
}
export type WarmDelivery = ReturnType<typeof warmDelivery>

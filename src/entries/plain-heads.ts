import type { ServerResponse } from 'node:http'
import type { Carried } from '#http/middleware/security-headers.ts'
import { secondOf, setHead, takesHead, writtenHead } from './written-head.ts'

/** An answer with status 200 that has no header of its own but the type of its body. */
export type Plain = { type: string; byteLength: number; carried: Carried }

/**
 * Heads of plain answers, as most of an API's are: within a second they differ in the request's id and the length of the body, so Node's
 * own text is written again with these two put in. One for each server, since its time-out stands in its heads.
 */
export function plainHeads({ now = Date.now } = {}) {
  /** By type, of which an API has a handful. */
  const kept = new Map<string, { second: number; isHttps: boolean; before: string; between: string; after: string }>()
  const secondNow = () => secondOf(now())
  return {
    secondNow,
    /** Gives the answer its head, if one like it was written within this second. */
    set(response: ServerResponse, { type, byteLength, carried }: Plain): boolean {
      const head = kept.get(type)
      if (head?.second !== secondNow() || head.isHttps !== carried.isHttps || !takesHead(response)) return false
      setHead(response, `${head.before}${carried.requestId}${head.between}${byteLength}${head.after}`)
      return true
    },
    /** Keeps the head that Node has just written of this answer, in this second or at the end of it. */
    keep(response: ServerResponse, { type, byteLength, carried }: Plain, second: number): void {
      const text = writtenHead(response) ?? ''
      const [before, rest] = parted(text, { name: 'x-request-id', value: carried.requestId })
      const [between, after] = parted(rest, { name: 'content-length', value: `${byteLength}` })
      if (after !== '') kept.set(type, { second, isHttps: carried.isHttps, before, between, after })
    },
  }
}

/** What stands before and after the value of a line; nothing after, where there is no such line. */
function parted(text: string, { name, value }: { name: string; value: string }): [string, string] {
  const line = `\r\n${name}: ${value}\r\n`
  const at = text.toLowerCase().indexOf(line.toLowerCase())
  if (at < 0) return [text, '']
  const from = at + line.length - '\r\n'.length - value.length
  return [text.slice(0, from), text.slice(from + value.length)]
}

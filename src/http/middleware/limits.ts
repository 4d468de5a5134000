import { StudioError } from '#core/errors.ts'
import { JSON_BODY_BYTES, type RouteRow } from '../route-table.ts'
import type { Step } from './chain.ts'

/**
 * Refuses a body over the row's limit: by its announced length, else counted as it comes. Nothing for a GET, whose body no host hands
 * on. Hono's own `bodyLimit` copies the request by `new Request(raw)`, which Node's constructor refuses for the adapter's light requests:
 * every DELETE and every chunked POST failed.
 */
export function bodyLimitOf({ method, bodyBytes = JSON_BODY_BYTES, isStreamed }: RouteRow): Step | undefined {
  if (method === 'GET') return undefined
  const tooLarge = () => {
    throw new StudioError('too_large', `the body is too large: at most ${bodyBytes} bytes`, { limit: bodyBytes, unit: 'bytes' })
  }
  if (!isStreamed)
    return (next) => async (c) => {
      const { raw } = c.req
      const announced = raw.headers.has('transfer-encoding') ? undefined : raw.headers.get('content-length')
      if (Number(announced ?? 0) > bodyBytes) tooLarge()
      if (announced == null && raw.body) {
        const { url, method, headers, signal } = raw
        const read = await readWithin(raw.body, bodyBytes)
        if (!read) return tooLarge()
        c.req.raw = new Request(url, { method, headers, signal, ...(read.length > 0 && { body: read }) })
      }
      return next(c)
    }
  // Counting would hold the file in memory, so a streamed body must say its length, as S3 asks too; the store then holds it to that.
  return (next) => (c) => {
    const length = Number(c.req.header('content-length') ?? Number.NaN)
    if (!Number.isSafeInteger(length)) throw new StudioError('invalid_input', 'send a content-length header')
    if (length > bodyBytes) tooLarge()
    return next(c)
  }
}

/** All bytes of a body, or undefined once there are more than `limit`; the rest is not read. */
async function readWithin(body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop cancels the stream.
  for await (const chunk of body) {
    size += chunk.length
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

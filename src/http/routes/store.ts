import { bestEffort } from '#core/best-effort.ts'
import type { Ports } from '#core/ports/index.ts'
import { type AdmitPorts, admitUpload } from '#core/use-cases/admit-upload.ts'
import type { Api } from './route.ts'

/** A client's PUT as the store takes it, and what it kept of it. `part` is present for a part of a larger file. */
export type StorePut = (put: {
  query: URLSearchParams
  headers: Headers
  body: ReadableStream<Uint8Array> | null
}) => Promise<{ uploadId: string; etag: string; part?: number }>

/**
 * The store's own door, where one machine is its own store: what S3 answers, this answers. The arrival is the event that begins
 * processing; when it fails the bytes are safe and the sweeper finds them.
 */
export function storeRoutes(app: Api, ports: AdmitPorts & Pick<Ports, 'telemetry'>, storePut: StorePut): void {
  app.put('/uploads/*', async (c) => {
    const { raw } = c.req
    const { uploadId, etag, part } = await storePut({ query: new URL(raw.url).searchParams, headers: raw.headers, body: raw.body })
    if (part === undefined) await bestEffort(ports, 'admitting an upload', () => admitUpload(ports, { id: uploadId }))
    return c.body(null, 200, { etag: `"${etag}"` })
  })
}

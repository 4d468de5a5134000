import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isStudioError } from '#core/errors.ts'
import { bytesOf, streamOf, textOf } from '#core/ports/samples.contract.ts'
import { type Send, uploadsContract } from '#core/ports/uploads.contract.ts'
import { fsBlobs } from './fs-blobs.ts'
import { fsUploads, type LocalUploads } from './fs-uploads.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteImages } from './sqlite-images.ts'
import { sqliteUploadRecords } from './sqlite-upload-records.ts'

function freshUploads(now = Date.now, dir = mkdtempSync(join(tmpdir(), 'genzo-uploads-'))) {
  const blobs = fsBlobs({ dir })
  const db = openDatabase(':memory:')
  const records = sqliteUploadRecords({ db })
  return {
    blobs,
    images: sqliteImages({ db }),
    uploads: fsUploads({ dir, blobs, records, secret: 'a secret', baseUrl: 'http://studio.test', now }),
  }
}

/** What the HTTP route does with a PUT, without the HTTP. */
const sender =
  (uploads: LocalUploads): Send =>
  async ({ url, headers }, body) => {
    const put = { query: new URL(url).searchParams, headers: new Headers(headers), body: new Blob([body as BlobPart]).stream() }
    try {
      return { isOk: true, etag: (await uploads.receive(put)).etag }
    } catch (error) {
      if (isStudioError(error)) return { isOk: false, status: 400 }
      throw error
    }
  }

uploadsContract(async () => {
  const { uploads, images, blobs } = freshUploads()
  return { uploads, images, blobs, send: sender(uploads) }
})

describe('the PUTs of one machine', () => {
  const key = 'originals/ada/i1/upload'
  const sign = (uploads: LocalUploads, expiresAt = 10_000) => uploads.sign({ key, contentType: 'image/png', byteLength: 3, expiresAt })
  const receive = (uploads: LocalUploads, { url, headers }: { url: string; headers: Record<string, string> }, body = streamOf('cat')) =>
    uploads.receive({ query: new URL(url).searchParams, headers: new Headers(headers), body })

  it('tells the key, the id to admit and the etag of what arrived', async () => {
    const { uploads, blobs } = freshUploads(() => 0)
    const receipt = await receive(uploads, await sign(uploads))
    expect(receipt).toEqual({ key, uploadId: 'i1', etag: (await blobs.stat(key))?.etag })
  })

  it('has ended once the time of the URL is over', async () => {
    const clock = { at: 0 }
    const { uploads } = freshUploads(() => clock.at)
    const signed = await sign(uploads)
    clock.at = 10_000
    await expect(receive(uploads, signed)).rejects.toMatchObject({ code: 'gone' })
  })

  it.each([
    ['a later end', (url: string) => url.replace('expires=10000', 'expires=99999')],
    ['another length', (url: string) => url.replace('length=3', 'length=3000')],
    ['another type', (url: string) => url.replace('image%2Fpng', 'text%2Fhtml')],
    ['an added name', (url: string) => `${url}&part=1`],
    ['no signature', (url: string) => url.replace(/&sig=.*/, '')],
    ['a signature cut short', (url: string) => url.slice(0, -1)],
  ])('refuses a URL with %s', async (_, change) => {
    const { uploads, blobs } = freshUploads(() => 0)
    const { url, headers } = await sign(uploads)
    await expect(receive(uploads, { url: change(url), headers })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await blobs.stat(key)).toBeUndefined()
  })

  it('stops reading a body without end, and keeps nothing of it', async () => {
    const { uploads, blobs } = freshUploads(() => 0)
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1
        controller.enqueue(bytesOf('more and more'))
      },
    })
    await expect(receive(uploads, await sign(uploads), endless)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(pulled).toBeLessThan(10)
    expect(await blobs.stat(key)).toBeUndefined()
  })

  it('goes on with a multi-part upload after a restart, and joins it again after a crash before the parts were dropped', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'genzo-uploads-'))
    const first = freshUploads(() => 0, dir)
    const { session } = await first.uploads.begin({ key, contentType: 'image/png' })
    const [one] = await first.uploads.signParts({ key, session, numbers: [1], expiresAt: 10_000 })
    await receive(first.uploads, one!)

    const { uploads, blobs } = freshUploads(() => 0, dir)
    const parts = await uploads.parts({ key, session })
    expect(parts).toMatchObject([{ number: 1, byteLength: 3 }])
    await blobs.put(key, bytesOf('cat'), { contentType: 'image/png' })
    await uploads.complete({ key, session, contentType: 'image/png', parts })
    expect(textOf(await blobs.read(key))).toBe('cat')
    expect(await uploads.parts({ key, session })).toEqual([])
  })

  it('never joins into a key that holds other bytes', async () => {
    const { uploads, blobs } = freshUploads(() => 0)
    const { session } = await uploads.begin({ key, contentType: 'image/png' })
    const [one] = await uploads.signParts({ key, session, numbers: [1], expiresAt: 10_000 })
    await receive(uploads, one!)
    await blobs.put(key, bytesOf('somebody was here'), { contentType: 'image/png' })
    const parts = await uploads.parts({ key, session })
    await expect(uploads.complete({ key, session, contentType: 'image/png', parts })).rejects.toMatchObject({ code: 'conflict' })
    expect(textOf(await blobs.read(key))).toBe('somebody was here')
  })

  it.each([0, 10_001, 1.5])('signs no part %d', async (number) => {
    const { uploads } = freshUploads(() => 0)
    const { session } = await uploads.begin({ key, contentType: 'image/png' })
    await expect(uploads.signParts({ key, session, numbers: [number], expiresAt: 1 })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('takes no session that could be a path', async () => {
    const { uploads } = freshUploads(() => 0)
    await expect(uploads.parts({ key, session: '../../etc' })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(uploads.abort({ key, session: '..' })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

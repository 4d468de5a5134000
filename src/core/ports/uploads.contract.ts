import { describe, expect, it } from 'vitest'
import { type Blobs, originalKey } from './blobs.ts'
import type { Images } from './images.ts'
import { bytesOf, imageOf, newId, SOON, textOf } from './samples.contract.ts'
import type { SignedRequest, Upload, Uploads } from './uploads.ts'

/** Sends a PUT as a client would, with changes. `isOk` is a 2xx; `etag` as the answer's header gave it. */
export type Send = (
  request: Pick<SignedRequest, 'url' | 'headers'>,
  body: Uint8Array,
) => Promise<{ isOk: true; etag: string } | { isOk: false; status: number }>

const PNG = 'image/png'
/** S3 refuses parts under 5 MiB but for the last (docs.aws.amazon.com, "Amazon S3 multipart upload limits"). */
const PART = 5 * 1024 ** 2

/** What every Uploads promises. `open` returns an empty one with the blobs that it fills and a client's way to send. */
export function uploadsContract(open: () => Promise<{ uploads: Uploads; images: Images; blobs: Blobs; send: Send }>): void {
  const fresh = async () => ({ ...(await open()), key: originalKey(newId(), newId()) })
  const soon = () => Date.now() + 600_000
  const sha256 = async (bytes: Uint8Array) =>
    [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('')

  describe('Uploads: one PUT', () => {
    it('takes exactly what was signed', async () => {
      const { uploads, blobs, send, key } = await fresh()
      const signed = await uploads.sign({ key, contentType: PNG, byteLength: 3, expiresAt: soon() })
      expect(signed.method).toBe('PUT')
      expect(await send(signed, bytesOf('cat'))).toMatchObject({ isOk: true })
      expect(textOf(await blobs.read(key))).toBe('cat')
      expect(await blobs.stat(key)).toMatchObject({ byteLength: 3, contentType: PNG })
    })

    it.each([
      ['a longer body', bytesOf('cats'), {}],
      ['a shorter body', bytesOf('ca'), {}],
      ['another type', bytesOf('cat'), { 'content-type': 'text/html' }],
    ])('refuses %s than was signed, and leaves nothing', async (_, body, headers) => {
      const { uploads, blobs, send, key } = await fresh()
      const signed = await uploads.sign({ key, contentType: PNG, byteLength: 3, expiresAt: soon() })
      expect(await send({ ...signed, headers: { ...signed.headers, ...headers } }, body)).toMatchObject({ isOk: false })
      expect(await blobs.stat(key)).toBeUndefined()
    })

    it('refuses other bytes than those of the sha256, and takes the right ones', async () => {
      const { uploads, blobs, send, key } = await fresh()
      const signed = await uploads.sign({ key, contentType: PNG, byteLength: 3, sha256: await sha256(bytesOf('cat')), expiresAt: soon() })
      expect(await send(signed, bytesOf('dog'))).toMatchObject({ isOk: false })
      expect(await blobs.stat(key)).toBeUndefined()
      expect(await send(signed, bytesOf('cat'))).toMatchObject({ isOk: true })
    })

    it('never overwrites: a second PUT is refused and the first bytes stay', async () => {
      const { uploads, blobs, send, key } = await fresh()
      const signed = await uploads.sign({ key, contentType: PNG, byteLength: 3, expiresAt: soon() })
      await send(signed, bytesOf('cat'))
      expect(await send(signed, bytesOf('dog'))).toMatchObject({ isOk: false })
      expect(textOf(await blobs.read(key))).toBe('cat')
    })

    it('refuses a URL that was changed', async () => {
      const { uploads, blobs, send, key } = await fresh()
      const other = originalKey(newId(), newId())
      const signed = await uploads.sign({ key, contentType: PNG, byteLength: 3, expiresAt: soon() })
      const changed = (from: string, to: string) => signed.url.replaceAll(from, to)
      const [owner, otherOwner] = [key.split('/')[1]!, other.split('/')[1]!]
      const [id, otherId] = [key.split('/')[2]!, other.split('/')[2]!]
      for (const url of [changed(owner, otherOwner), changed(id, otherId)])
        expect(await send({ ...signed, url }, bytesOf('cat'))).toMatchObject({ isOk: false })
      expect(await blobs.stat(other)).toBeUndefined()
      expect(await blobs.stat(key)).toBeUndefined()
    })
  })

  describe('Uploads: in parts', () => {
    const parts = [new Uint8Array(PART).fill(1), new Uint8Array(PART).fill(2), bytesOf('end')]

    it('joins the parts in their order, whatever order they came in', async () => {
      const { uploads, blobs, send, key } = await fresh()
      const { session } = await uploads.begin({ key, contentType: PNG })
      const signed = await uploads.signParts({ key, session, numbers: [1, 2, 3], expiresAt: soon() })
      expect(signed.map(({ number }) => number)).toEqual([1, 2, 3])
      for (const { number, ...request } of [...signed].reverse())
        expect(await send(request, parts[number - 1]!)).toMatchObject({ isOk: true })
      const received = await uploads.parts({ key, session })
      expect(received.map(({ number, byteLength }) => [number, byteLength])).toEqual(parts.map((part, at) => [at + 1, part.length]))
      expect(await blobs.stat(key)).toBeUndefined()

      await uploads.complete({ key, session, contentType: PNG, parts: received })
      const whole = await blobs.read(key)
      expect(whole?.length).toBe(2 * PART + 3)
      expect([whole![0], whole![PART - 1], whole![PART], whole![2 * PART - 1]]).toEqual([1, 1, 2, 2])
      expect(textOf(whole!.subarray(2 * PART))).toBe('end')
      expect(await blobs.stat(key)).toMatchObject({ contentType: PNG })
      expect(await uploads.parts({ key, session })).toEqual([])
      await uploads.complete({ key, session, contentType: PNG, parts: received })
      expect((await blobs.stat(key))?.byteLength).toBe(2 * PART + 3)
    })

    it('can be resumed: what came is listed, and a part sent again takes the place of the first', async () => {
      const { uploads, blobs, send, key } = await fresh()
      const { session } = await uploads.begin({ key, contentType: PNG })
      const sendPart = async (number: number, body: Uint8Array) => {
        const [signed] = await uploads.signParts({ key, session, numbers: [number], expiresAt: soon() })
        return send(signed!, body)
      }
      await sendPart(1, bytesOf('wrong'))
      const again = await sendPart(1, bytesOf('right!'))
      const received = await uploads.parts({ key, session })
      expect(received).toMatchObject([{ number: 1, byteLength: 6 }])
      expect(again).toEqual({ isOk: true, etag: received[0]!.etag })
      await uploads.complete({ key, session, contentType: PNG, parts: received })
      expect(textOf(await blobs.read(key))).toBe('right!')
    })

    it('takes as many bytes for a part as the file has there, and no others', async () => {
      const { uploads, send, key } = await fresh()
      const { session } = await uploads.begin({ key, contentType: PNG })
      const file = { byteLength: PART + 3, partSize: PART }
      const [first, last] = await uploads.signParts({ key, session, numbers: [1, 2], expiresAt: soon(), file })
      for (const wrong of ['endless', 'en']) expect(await send(last!, bytesOf(wrong))).toMatchObject({ isOk: false })
      expect(await send(first!, new Uint8Array(PART + 1))).toMatchObject({ isOk: false })
      expect(await uploads.parts({ key, session })).toEqual([])
      expect(await send(last!, bytesOf('end'))).toMatchObject({ isOk: true })
      expect(await uploads.parts({ key, session })).toMatchObject([{ number: 2, byteLength: 3 }])
    })

    it('refuses to join a part that never came or has another etag, and leaves nothing', async () => {
      const { uploads, blobs, send, key } = await fresh()
      const { session } = await uploads.begin({ key, contentType: PNG })
      const [signed] = await uploads.signParts({ key, session, numbers: [1], expiresAt: soon() })
      await send(signed!, bytesOf('one'))
      const [one] = await uploads.parts({ key, session })
      const complete = (asked: { number: number; etag: string }[]) => uploads.complete({ key, session, contentType: PNG, parts: asked })
      await expect(complete([one!, { number: 2, etag: one!.etag }])).rejects.toMatchObject({ code: 'invalid_input' })
      await expect(complete([{ number: 1, etag: '00000000000000000000000000000000' }])).rejects.toMatchObject({ code: 'invalid_input' })
      expect(await blobs.stat(key)).toBeUndefined()
      await complete([one!])
      expect(textOf(await blobs.read(key))).toBe('one')
    })

    it('drops the parts when aborted, and again without error', async () => {
      const { uploads, blobs, send, key } = await fresh()
      const { session } = await uploads.begin({ key, contentType: PNG })
      const [signed] = await uploads.signParts({ key, session, numbers: [1], expiresAt: soon() })
      await send(signed!, bytesOf('one'))
      await uploads.abort({ key, session })
      await uploads.abort({ key, session })
      expect(await uploads.parts({ key, session })).toEqual([])
      expect(await send(signed!, bytesOf('one'))).toMatchObject({ isOk: false })
      expect(await blobs.stat(key)).toBeUndefined()
    })
  })

  describe('Uploads: what was promised', () => {
    const uploadOf = (more: Partial<Upload> = {}): Upload => ({
      id: newId(),
      ownerId: newId(),
      purpose: 'mask',
      key: 'inbox/o/u/upload',
      contentType: PNG,
      byteLength: 3,
      state: 'open',
      createdAt: 1_000,
      expiresAt: 2_000,
      ...more,
    })

    it('finds a record at once, and refuses a taken id', async () => {
      const { uploads } = await fresh()
      const upload = uploadOf({ session: 's', partSize: 5, partCount: 2 })
      await uploads.insert(upload)
      expect(await uploads.find(upload.id)).toEqual(upload)
      await expect(uploads.insert({ ...upload, key: 'other' })).rejects.toMatchObject({ code: 'conflict' })
      expect(await uploads.find(upload.id)).toEqual(upload)
      expect(await uploads.find(newId())).toBeUndefined()
    })

    it('records an upload and its image together, or neither', async () => {
      const { uploads, images } = await fresh()
      const image = imageOf({ ownerId: newId(), state: 'pending', byteLength: 3 })
      const upload = uploadOf({ id: image.id, ownerId: image.ownerId, purpose: 'image' })
      await uploads.insert(upload, image)
      expect(await uploads.find(image.id)).toEqual(upload)
      expect(await images.find(image.id)).toEqual(image)
      expect(await images.totals(image.ownerId)).toEqual({ images: 1, bytes: 3 })

      const [taken, free] = [imageOf({ ownerId: image.ownerId }), imageOf({ ownerId: image.ownerId })]
      await images.insert(taken)
      await expect(uploads.insert(uploadOf({ id: free.id }), taken)).rejects.toMatchObject({ code: 'conflict' })
      expect(await uploads.find(free.id)).toBeUndefined()
      await expect(uploads.insert(upload, free)).rejects.toMatchObject({ code: 'conflict' })
      expect(await images.find(free.id)).toBeUndefined()
      expect((await images.totals(image.ownerId)).images).toBe(2)
    })

    it('marks an arrival once, with its new end', async () => {
      const { uploads } = await fresh()
      const upload = uploadOf()
      await uploads.insert(upload)
      expect(await uploads.arrive(upload.id, 9_000)).toEqual({ ...upload, state: 'arrived', expiresAt: 9_000 })
      expect(await uploads.arrive(upload.id, 99_000)).toMatchObject({ state: 'arrived' })
      expect(await uploads.arrive(newId(), 9_000)).toBeUndefined()
      expect(await uploads.fail(upload.id, 99_000)).toMatchObject({ state: 'arrived', expiresAt: 9_000 })
    })

    it('marks a failure once, after which nothing arrives any more', async () => {
      const { uploads } = await fresh()
      const upload = uploadOf({ purpose: 'export' })
      await uploads.insert(upload)
      expect(await uploads.fail(upload.id, 9_000)).toEqual({ ...upload, state: 'failed', expiresAt: 9_000 })
      expect(await uploads.arrive(upload.id, 99_000)).toMatchObject({ state: 'failed', expiresAt: 9_000 })
      expect(await uploads.find(upload.id)).toMatchObject({ state: 'failed', expiresAt: 9_000 })
      expect(await uploads.fail(newId(), 9_000)).toBeUndefined()
    })

    it('lists what ended before a time, oldest first, until it is removed', async () => {
      const { uploads } = await fresh()
      const [b, a, later] = [uploadOf({ expiresAt: 20 }), uploadOf({ expiresAt: 10 }), uploadOf({ expiresAt: 30 })]
      for (const upload of [b, a, later]) await uploads.insert(upload)
      const expired = async (limit: number) => (await uploads.listExpired(30, limit)).map(({ id }) => id)
      await expect.poll(() => expired(10), SOON).toEqual([a.id, b.id])
      expect(await expired(1)).toEqual([a.id])
      await uploads.remove(a.id)
      await uploads.remove(a.id)
      await expect.poll(() => expired(10), SOON).toEqual([b.id])
      expect(await uploads.find(a.id)).toBeUndefined()
    })
  })
}

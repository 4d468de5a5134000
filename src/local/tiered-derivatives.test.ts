import { mkdtempSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { renditionKey } from '#core/ports/blobs.ts'
import { derivativesContract } from '#core/ports/derivatives.contract.ts'
import { newId } from '#core/ports/samples.contract.ts'
import { fsBlobs } from './fs-blobs.ts'
import { type TieredOptions, tieredDerivatives } from './tiered-derivatives.ts'

const freshDir = () => mkdtempSync(join(tmpdir(), 'genzo-derivatives-'))
const open = (more: Partial<TieredOptions> = {}) => {
  const dir = more.dir ?? freshDir()
  return tieredDerivatives({ dir, blobs: fsBlobs({ dir }), memoryBytes: 1e6, diskBytes: 1e6, makers: 2, ...more })
}
const picture = (length: number, fill = 7) => ({ bytes: new Uint8Array(length).fill(fill), contentType: 'image/webp' })
const making = (length: number) => async () => picture(length)
const never = () => Promise.reject(new Error('made although it was kept'))
/** A promise and the hand that settles it. */
const held = <T>() => Promise.withResolvers<T>()
const filesIn = (dir: string) => {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
  return files.map((file) => join(file.parentPath, file.name))
}
const bytesIn = (dir: string) => filesIn(dir).reduce((sum, file) => sum + statSync(file).size, 0)

derivativesContract(async () => open())

describe('the tiers of derivatives', () => {
  it('answer a hundred who ask at once from one maker', async () => {
    const derivatives = open()
    const key = renditionKey(newId(), 'v1/w9.webp')
    const work = held<ReturnType<typeof picture>>()
    let made = 0
    const make = () => {
      made += 1
      return work.promise
    }
    const all = Array.from({ length: 100 }, () => derivatives.getOrMake(key, make))
    work.resolve(picture(10))
    expect(new Set((await Promise.all(all)).map(({ etag }) => etag)).size).toBe(1)
    expect(made).toBe(1)
  })

  it('refuse with a time to wait when makers and places are taken, and take work again after', async () => {
    const derivatives = open({ makers: 1, waiting: 0 })
    const key = (n: number) => renditionKey(newId(), `v1/w${n}.webp`)
    const [work, begun] = [held<ReturnType<typeof picture>>(), held<void>()]
    const first = derivatives.getOrMake(key(1), () => {
      begun.resolve()
      return work.promise
    })
    await begun.promise
    await expect(derivatives.getOrMake(key(3), never)).rejects.toMatchObject({ code: 'unavailable', details: { retryAfterSeconds: 1 } })
    work.resolve(picture(1))
    await first
    await expect(derivatives.getOrMake(key(3), making(3))).resolves.toMatchObject({ contentType: 'image/webp' })
  })

  it('let as many wait as there are places, and serve them', async () => {
    const derivatives = open({ makers: 1, waiting: 1 })
    const made = await Promise.all([1, 2].map((n) => derivatives.getOrMake(renditionKey(newId(), `v1/w${n}.webp`), making(n))))
    expect(made).toHaveLength(2)
  })

  it('serve what is stored while every maker is busy', async () => {
    const dir = freshDir()
    const [imageId, blobs] = [newId(), fsBlobs({ dir })]
    await blobs.put(renditionKey(imageId, 'v1/w160.webp'), picture(5).bytes, { contentType: 'image/webp' })
    const derivatives = open({ dir, blobs, makers: 1, waiting: 0 })
    const work = held<ReturnType<typeof picture>>()
    const busy = derivatives.getOrMake(renditionKey(imageId, 'v1/w9.webp'), () => work.promise)
    expect((await derivatives.getOrMake(renditionKey(imageId, 'v1/w160.webp'), never)).bytes).toEqual(picture(5).bytes)
    work.resolve(picture(1))
    await busy
  })

  it('keep both budgets, dropping what was used longest ago', async () => {
    const dir = freshDir()
    const derivatives = open({ dir, memoryBytes: 300, diskBytes: 5_000 })
    const keys = Array.from({ length: 8 }, (_, n) => renditionKey(newId(), `v1/w${n + 1}.webp`))
    for (const key of keys) {
      await derivatives.getOrMake(key, making(1_000))
      await derivatives.getOrMake(keys[0]!, never)
    }
    await expect.poll(() => bytesIn(join(dir, 'derivatives'))).toBeLessThanOrEqual(5_000)
    expect(filesIn(join(dir, 'derivatives')).length).toBe(4)
    expect(await derivatives.find(keys[1]!)).toBeUndefined()
  })

  it('keep made files over a restart, within the budget', async () => {
    const dir = freshDir()
    const keys = [1, 2, 3].map((n) => renditionKey(newId(), `v1/w${n}.webp`))
    const before = open({ dir })
    for (const key of keys) await before.getOrMake(key, making(1_000))
    const { etag } = (await before.find(keys[2]!))!
    expect(await open({ dir }).getOrMake(keys[2]!, never)).toMatchObject({ etag, contentType: 'image/webp' })
    await open({ dir, diskBytes: 1_500 }).find(keys[0]!)
    await expect.poll(() => filesIn(join(dir, 'derivatives')).length).toBe(1)
  })

  it('make anew what a crash or a power cut left half', async () => {
    const dir = freshDir()
    const key = renditionKey(newId(), 'v1/w9.webp')
    await open({ dir }).getOrMake(key, making(1_000))
    truncateSync(join(dir, 'derivatives', key), 500)
    writeFileSync(join(dir, 'derivative-drafts', 'left'), 'half a pict')
    const derivatives = open({ dir })
    expect(await derivatives.find(key)).toBeUndefined()
    expect((await derivatives.getOrMake(key, making(1_000))).bytes.byteLength).toBe(1_000)
    expect(filesIn(join(dir, 'derivative-drafts'))).toEqual([])
  })

  it('forget an image in memory, on disk and among the stored, also what was being made of it', async () => {
    const dir = freshDir()
    const [imageId, blobs] = [newId(), fsBlobs({ dir })]
    const [made, making2] = [renditionKey(imageId, 'v1/w9.webp'), renditionKey(imageId, 'v1/w8.webp')]
    await blobs.put(renditionKey(imageId, 'v1/w160.webp'), picture(5).bytes, { contentType: 'image/webp' })
    const derivatives = open({ dir, blobs })
    await derivatives.getOrMake(made, making(10))
    const work = held<ReturnType<typeof picture>>()
    const late = derivatives.getOrMake(making2, () => work.promise)
    // The maker has begun once it is asked for; only then is the purge too late to keep it from ending.
    await derivatives.find(renditionKey(imageId, 'v1/w7.webp'))
    await derivatives.purge(imageId)
    work.resolve(picture(3))
    await late
    for (const key of [made, making2, renditionKey(imageId, 'v1/w160.webp')]) expect(await derivatives.find(key)).toBeUndefined()
    expect(filesIn(dir)).toEqual([])
  })

  it('answer with what was made although the disk takes nothing', async () => {
    const dir = freshDir()
    writeFileSync(join(dir, 'derivatives'), 'a file where the folder belongs')
    const derivatives = open({ dir })
    const key = renditionKey(newId(), 'v1/w9.webp')
    expect((await derivatives.getOrMake(key, making(10))).bytes.byteLength).toBe(10)
    expect((await derivatives.getOrMake(key, never)).bytes.byteLength).toBe(10)
  })
})

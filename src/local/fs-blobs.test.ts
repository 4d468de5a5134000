import { createHash } from 'node:crypto'
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { blobsContract } from '#core/ports/blobs.contract.ts'
import { bytesOf, streamOf } from '#core/ports/samples.contract.ts'
import { fsBlobs } from './fs-blobs.ts'

const freshDir = () => mkdtempSync(join(tmpdir(), 'genzo-blobs-'))

blobsContract(async () => fsBlobs({ dir: freshDir() }))

describe('blobs in files', () => {
  const filesIn = (dir: string) => globSync('**', { cwd: dir }).filter((name) => statSync(join(dir, name)).isFile())
  const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])

  it('is one file under its key when the bytes or the name tell the type', async () => {
    const dir = freshDir()
    const blobs = fsBlobs({ dir })
    await blobs.put('originals/ada/i1/upload', JPEG, { contentType: 'image/jpeg' })
    await blobs.put('renditions/i1/v1/w160.webp', bytesOf('any'), { contentType: 'image/webp' })
    expect(filesIn(join(dir, 'blobs')).sort()).toEqual(['originals/ada/i1/upload', 'renditions/i1/v1/w160.webp'])
    expect(readFileSync(blobs.pathOf('originals/ada/i1/upload'))).toEqual(Buffer.from(JPEG))
  })

  it('knows the type of an upload whose note a crash lost from its bytes', async () => {
    const dir = freshDir()
    const blobs = fsBlobs({ dir })
    await blobs.put('originals/ada/i1/upload', JPEG, { contentType: 'image/png' })
    expect((await blobs.stat('originals/ada/i1/upload'))?.contentType).toBe('image/png')
    rmSync(`${blobs.pathOf('originals/ada/i1/upload')}@type`)
    expect((await blobs.stat('originals/ada/i1/upload'))?.contentType).toBe('image/jpeg')
  })

  it.each([
    ['longer than announced', { byteLength: 2 }],
    ['shorter than announced', { byteLength: 9 }],
    ['of another hash', { sha256: createHash('sha256').update('dog').digest('hex') }],
  ])('keeps nothing of bytes that are %s', async (_, about) => {
    const dir = freshDir()
    const blobs = fsBlobs({ dir })
    await expect(blobs.put('a/upload', streamOf('c', 'at'), { contentType: 'image/png', ...about })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    expect(filesIn(dir)).toEqual([])
  })

  it('leaves no folders behind a purge, and no empty ones among the living', async () => {
    const dir = freshDir()
    const blobs = fsBlobs({ dir })
    await blobs.put('renditions/i1/v1/w160.webp', bytesOf('1'), { contentType: 'image/webp' })
    await blobs.put('renditions/i2/v1/w160.webp', bytesOf('2'), { contentType: 'image/webp' })
    await blobs.purge('renditions/i1/')
    expect(globSync('**', { cwd: join(dir, 'blobs') }).sort()).toEqual(
      ['.', 'renditions', 'renditions/i2', 'renditions/i2/v1', 'renditions/i2/v1/w160.webp'].sort(),
    )
  })

  it('goes on purging where a crash ended it', async () => {
    const dir = freshDir()
    const blobs = fsBlobs({ dir })
    for (const name of ['a', 'b', 'c']) await blobs.put(`renditions/i1/${name}.webp`, bytesOf(name), { contentType: 'image/webp' })
    rmSync(blobs.pathOf('renditions/i1/b.webp'))
    expect(await blobs.purge('renditions/i1/')).toBe(2)
    expect((await blobs.list('renditions/i1/', { limit: 5 })).items).toEqual([])
  })

  it('stores whole blobs while a neighbour is purged', async () => {
    const blobs = fsBlobs({ dir: freshDir() })
    const put = (n: number) => blobs.put(`inbox/ada/${n}/upload`, bytesOf('mask'), { contentType: 'image/png' })
    await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        await put(n)
        if (n % 2) await blobs.purge(`inbox/ada/${n}/`)
      }),
    )
    // Stored and purged at the same time, a blob is there, or was never, or its writer hears that it has gone.
    for (let n = 100; n < 140; n += 1) {
      const [stored] = await Promise.allSettled([put(n), blobs.purge(`inbox/ada/${n}/`)])
      if (stored.status === 'rejected') expect(stored.reason).toMatchObject({ code: 'gone' })
    }
    await blobs.purge('inbox/ada/0/')
    const { items } = await blobs.list('inbox/', { limit: 200 })
    expect(items.filter(({ key }) => /\/\d\d?\//.test(key))).toHaveLength(19)
  })
})

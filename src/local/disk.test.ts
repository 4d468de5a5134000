import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bytesOf, imageOf, textOf } from '#core/ports/samples.contract.ts'
import { fsBlobs } from './fs-blobs.ts'
import { canMount, mount, smallDisk } from './small-disk.contract.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteImages } from './sqlite-images.ts'
import { localPorts } from './studio.ts'

const PNG = { contentType: 'image/png' }
const folder = () => mkdtempSync(join(tmpdir(), 'genzo-disk-'))

describe('a disk that is full', () => {
  it('says so for a blob whose write fails, and leaves nothing of it', async () => {
    const dir = folder()
    const blobs = fsBlobs({ dir })
    const full = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(Object.assign(new Error('no space left on device, write'), { code: 'ENOSPC' }))
      },
    })
    const message = expect.stringMatching(/disk under GENZO_DATA is full: free some space/)
    await expect(blobs.put('a/upload', full, PNG)).rejects.toMatchObject({ code: 'unavailable', message })
    expect(readdirSync(join(dir, 'drafts'))).toEqual([])
    expect(await blobs.stat('a/upload')).toBeUndefined()
  })

  it('says so for a row, takes the transaction back, goes on reading, and writes again once there is room', async () => {
    const db = openDatabase(join(folder(), 'genzo.sqlite'))
    const images = sqliteImages({ db })
    const kept = imageOf({ ownerId: 'ada' })
    await images.insert(kept)
    const pages = Number(db.raw.prepare('pragma page_count').get()!['page_count'])
    db.raw.exec(`pragma max_page_count = ${pages}`)
    const large = imageOf({ ownerId: 'ada', title: 'x'.repeat(100_000) })
    await expect(images.insert(large)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/full: free some space/),
    })
    expect(await images.find(large.id)).toBeUndefined()
    expect(await images.find(kept.id)).toEqual(kept)
    expect((await images.totals('ada')).images).toBe(1)
    db.raw.exec('pragma max_page_count = 1000000')
    await images.insert(large)
    expect((await images.totals('ada')).images).toBe(2)
    db.close()
  })

  it.runIf(canMount)('refuses blobs and rows on a real one, keeps what it had, and goes on when files went', async () => {
    const studio = localPorts({ dir: smallDisk(4) })
    onTestFinished(() => studio.close())
    const kept = imageOf({ ownerId: 'ada' })
    await studio.images.insert(kept)
    await studio.blobs.put('originals/ada/1/upload', bytesOf('kept'), PNG)
    let stored = 0
    const fill = async () => {
      for (; ; stored += 1) await studio.blobs.put(`filler/${stored}`, new Uint8Array(256 * 1024), PNG)
    }
    await expect(fill()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('is full') })
    expect(stored).toBeGreaterThan(2)
    expect(await studio.blobs.stat(`filler/${stored}`)).toBeUndefined()
    const large = imageOf({ ownerId: 'ada', title: 'x'.repeat(3_000_000) })
    await expect(studio.images.insert(large)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await studio.images.find(kept.id)).toEqual(kept)
    expect(textOf(await studio.blobs.read('originals/ada/1/upload'))).toBe('kept')
    expect(await studio.blobs.purge('filler/')).toBe(stored)
    await studio.blobs.put('filler/again', new Uint8Array(256 * 1024), PNG)
    await studio.images.insert(imageOf({ ownerId: 'ada' }))
    expect((await studio.images.totals('ada')).images).toBe(2)
  })
})

describe('a folder that cannot be written', () => {
  it.runIf(canMount)('goes on reading, and says why it does not write', async () => {
    const dir = smallDisk(4)
    const studio = localPorts({ dir })
    onTestFinished(() => studio.close())
    const kept = imageOf({ ownerId: 'ada' })
    await studio.images.insert(kept)
    await studio.blobs.put('originals/ada/1/upload', bytesOf('kept'), PNG)
    // A writer has the database open, so the disk is made read-only as a kernel does it after an error: for paths, at once.
    const view = folder()
    mount('--bind', dir, view)
    onTestFinished(() => void execFileSync('umount', ['-l', view]))
    mount('-o', 'remount,ro,bind', view)

    const readOnly = fsBlobs({ dir: view })
    expect(textOf(await readOnly.read('originals/ada/1/upload'))).toBe('kept')
    expect((await readOnly.list('originals/', { limit: 5 })).items).toHaveLength(1)
    const why = { code: 'unavailable', message: expect.stringContaining('read-only file system') }
    await expect(readOnly.put('a/upload', bytesOf('x'), PNG)).rejects.toMatchObject(why)
    await expect(readOnly.purge('originals/')).rejects.toMatchObject(why)
    expect(textOf(await studio.blobs.read('originals/ada/1/upload'))).toBe('kept')
  })

  it('goes on reading rows, and says why it does not write them', async () => {
    const file = join(folder(), 'genzo.sqlite')
    const db = openDatabase(file)
    const images = sqliteImages({ db })
    const kept = imageOf({ ownerId: 'ada' })
    await images.insert(kept)
    db.raw.exec('pragma query_only = on')
    await expect(images.insert(imageOf({ ownerId: 'ada' }))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('make GENZO_DATA and the files in it writable'),
    })
    await expect(images.update(kept.id, { from: ['ready'] }, { title: 'x' })).rejects.toMatchObject({ code: 'unavailable' })
    expect(await images.find(kept.id)).toEqual(kept)
    db.close()
  })
})

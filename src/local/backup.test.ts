import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { originalKey } from '#core/ports/blobs.ts'
import { bytesOf, imageOf, textOf } from '#core/ports/samples.contract.ts'
import { backupData, restoreData } from './backup.ts'
import { type LocalStudio, localPorts } from './studio.ts'

const NOW = Date.UTC(2026, 10, 21)
const folder = () => mkdtempSync(join(tmpdir(), 'genzo-backup-'))
const open: LocalStudio[] = []
const studioIn = (dir: string) => {
  const studio = localPorts({ dir })
  open.push(studio)
  return studio
}
afterEach(async () => {
  for (const studio of open.splice(0)) await studio.close()
})

async function addImage(studio: LocalStudio, words: string) {
  const image = imageOf({ ownerId: 'ada', title: words })
  await studio.blobs.put(originalKey('ada', image.id), bytesOf(words), { contentType: 'image/x-drawing' })
  await studio.images.insert(image)
  await studio.search.put(image)
  return image
}

it('brings back rows, files with their types and etags, words and secrets, from a backup made while the server runs', async () => {
  const [dir, to] = [folder(), join(folder(), 'backup')]
  const server = studioIn(dir)
  const image = await addImage(server, 'lighthouse')
  const before = await server.blobs.stat(originalKey('ada', image.id))
  const manifest = await backupData({ dir, to, now: NOW })
  expect(manifest).toMatchObject({ at: NOW, databases: ['genzo.sqlite'], files: ['secrets.json'] })
  const later = await addImage(server, 'after the backup')
  await server.blobs.purge(`originals/ada/${image.id}/`)
  await server.images.remove(image.id)

  const restoredDir = join(folder(), 'data')
  await restoreData({ from: to, dir: restoredDir })
  const restored = studioIn(restoredDir)
  expect(await restored.images.find(image.id)).toEqual(image)
  expect(textOf(await restored.blobs.read(originalKey('ada', image.id)))).toBe('lighthouse')
  expect(await restored.blobs.stat(originalKey('ada', image.id))).toEqual(before)
  expect(await restored.search.query({ ownerId: 'ada', text: 'lighthouse' }, { limit: 5 })).toEqual({ items: [image.id] })
  expect(restored.secrets).toEqual(server.secrets)
  expect(await restored.images.find(later.id)).toBeUndefined()
})

it('has the files of every row although images come and go while it runs', async () => {
  const [dir, to] = [folder(), join(folder(), 'backup')]
  const server = studioIn(dir)
  const purged = []
  for (let at = 0; at < 20; at += 1) purged.push(await addImage(server, `early ${at}`))
  let isDone = false
  const backup = backupData({ dir, to, now: NOW }).finally(() => (isDone = true))
  for (let at = 0; !isDone; at += 1) {
    await addImage(server, `meanwhile ${at}`)
    const gone = purged.pop()
    if (!gone) continue
    await server.images.remove(gone.id)
    await server.blobs.purge(`originals/ada/${gone.id}/`)
  }
  await backup
  const restoredDir = join(folder(), 'data')
  await restoreData({ from: to, dir: restoredDir })
  const restored = studioIn(restoredDir)
  const { items } = await restored.images.listByOwner('ada', { limit: 200 })
  expect(items.length).toBeGreaterThan(0)
  for (const { id, title } of items) expect(textOf(await restored.blobs.read(originalKey('ada', id)))).toBe(title)
})

it('leaves the backup as it was when the restored studio changes', async () => {
  const [dir, to] = [folder(), join(folder(), 'backup')]
  const image = await addImage(studioIn(dir), 'kept')
  await backupData({ dir, to, now: NOW })
  for (const name of ['first', 'second']) {
    const restoredDir = join(folder(), name)
    await restoreData({ from: to, dir: restoredDir })
    const restored = studioIn(restoredDir)
    expect(textOf(await restored.blobs.read(originalKey('ada', image.id)))).toBe('kept')
    await restored.blobs.purge(`originals/ada/${image.id}/`)
    await restored.images.remove(image.id)
  }
})

it('never writes over a studio, nor into a folder that holds something', async () => {
  const [dir, to] = [folder(), join(folder(), 'backup')]
  studioIn(dir)
  await backupData({ dir, to, now: NOW })
  await expect(backupData({ dir, to, now: NOW })).rejects.toMatchObject({ code: 'conflict' })
  await expect(restoreData({ from: to, dir })).rejects.toMatchObject({ code: 'conflict' })
})

it('refuses what is no whole backup or is damaged, and leaves no studio behind', async () => {
  const [dir, to] = [folder(), join(folder(), 'backup')]
  studioIn(dir)
  await expect(backupData({ dir: folder(), to, now: NOW })).rejects.toMatchObject({ code: 'not_found' })
  await expect(restoreData({ from: dir, dir: folder() })).rejects.toMatchObject({ code: 'invalid_input' })
  rmSync(to, { recursive: true, force: true })
  await backupData({ dir, to, now: NOW })
  const database = readFileSync(join(to, 'genzo.sqlite'))
  writeFileSync(join(to, 'genzo.sqlite'), database.fill(7, 8192, 40_000))
  const target = join(folder(), 'data')
  await expect(restoreData({ from: to, dir: target })).rejects.toMatchObject({ code: 'invalid_input' })
  expect(existsSync(join(target, 'genzo.sqlite'))).toBe(false)
})

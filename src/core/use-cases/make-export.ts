import { isStudioError } from '../errors.ts'
import type { Image } from '../image.ts'
import type { Page } from '../page.ts'
import { inboxPrefix, originalKey } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import type { ZipEntry } from '../ports/zip.ts'
import { INBOX_MS } from '../times.ts'

export type ExportPorts = Pick<Ports, 'uploads' | 'blobs' | 'images' | 'albums' | 'generations' | 'directory' | 'zip' | 'now'>

const PAGE = 100
const README = `Everything that this studio keeps of you. / このスタジオに保存されているあなたのデータ一式です。 / 本工作室保存的您的全部数据。

person.json          your account / アカウント / 账户
images.jsonl         one image a line: title, tags, settings, history / 画像（1 行 1 件） / 图片（每行一张）
generations.jsonl    what you asked for, with prompts and costs / 生成の依頼と費用 / 生成请求与费用
albums.jsonl         titles, and which images lie in each / アルバム / 相册
originals/           the files as they came or were made, "file" in images.jsonl / 元のファイル / 原始文件

.jsonl is one JSON value a line, UTF-8; times are ISO 8601 UTC; money is in micro-dollars (1,000,000 is one US dollar).
`

/**
 * Makes the archive of one export and marks it as ready for a day. May run twice, and in two places at once: one archive is stored. What is
 * added or purged while it is made may or may not be in it. Throws when a store fails; nothing half-written is kept.
 */
export async function makeExport(ports: ExportPorts, id: string): Promise<void> {
  const found = await ports.uploads.find(id)
  if (found?.purpose !== 'export' || found.state !== 'open') return
  const { ownerId, key, contentType } = found
  const before = await ports.directory.find(ownerId)
  try {
    await ports.blobs.put(key, ports.zip(entriesOf(ports, ownerId)), { contentType })
  } catch (error) {
    // Stored by an attempt that ended before it could say so: whole, since a blob is stored whole or not at all.
    if (!isStudioError(error, 'conflict')) throw error
  }
  // Who erased themselves meanwhile has left, or is about to; given up by the clock, nobody would be told of these bytes.
  const after = before && (await ports.directory.find(ownerId))
  const hasLeft = before !== undefined && (after === undefined || after.isDisabled)
  const end = ports.now() + INBOX_MS
  const ended = await (hasLeft ? ports.uploads.fail(id, end) : ports.uploads.arrive(id, end))
  if (ended?.state !== 'arrived') await ports.blobs.purge(inboxPrefix(ownerId, id))
}

async function* entriesOf(ports: ExportPorts, ownerId: string): AsyncGenerator<ZipEntry> {
  const modifiedAt = ports.now()
  yield { name: 'readme.txt', modifiedAt, body: README }
  const person = await ports.directory.find(ownerId)
  yield { name: 'person.json', modifiedAt, body: `${JSON.stringify(told({ id: ownerId, ...person }), null, 2)}\n` }
  yield { name: 'images.jsonl', modifiedAt, body: lines(imagesOf(ports, ownerId), (image) => imageRecord(ports, image)) }
  const generations = everything((page) => ports.generations.listByOwner(ownerId, page))
  yield { name: 'generations.jsonl', modifiedAt, body: lines(generations, async (generation) => told(generation)) }
  const albums = everything((page) => ports.albums.listByOwner(ownerId, page))
  yield {
    name: 'albums.jsonl',
    modifiedAt,
    body: lines(albums, async (album) => ({ ...told(album), imageIds: await idsIn(ports, album.id) })),
  }
  for await (const image of imagesOf(ports, ownerId)) {
    const version = image.blobVersion === undefined ? {} : { version: image.blobVersion }
    const blob = await ports.blobs.open(originalKey(ownerId, image.id), version)
    // Not come yet, never came, or purged since it was listed.
    if (blob) yield { name: fileOf(image), modifiedAt: image.createdAt, body: blob.body }
  }
}

async function* imagesOf(ports: Pick<Ports, 'images'>, ownerId: string): AsyncGenerator<Image> {
  for (const trash of [false, true]) yield* everything((page) => ports.images.listByOwner(ownerId, { ...page, trash }))
}

async function imageRecord(ports: Pick<Ports, 'images'>, image: Image): Promise<object> {
  const history = (await ports.images.activity(image.id)).map(told)
  return { ...told(image), file: fileOf(image), history }
}

async function idsIn(ports: Pick<Ports, 'albums'>, albumId: string): Promise<string[]> {
  const ids: string[] = []
  for await (const id of everything((page) => ports.albums.listImages(albumId, page))) ids.push(id)
  return ids
}

async function* lines<T>(items: AsyncIterable<T>, record: (item: T) => Promise<object>): AsyncGenerator<string> {
  for await (const item of items) yield `${JSON.stringify(await record(item))}\n`
}

async function* everything<T>(list: (page: { limit: number; cursor?: string }) => Promise<Page<T>>): AsyncGenerator<T> {
  for (let cursor: string | undefined; ; ) {
    const { items, nextCursor } = await list({ limit: PAGE, ...(cursor !== undefined && { cursor }) })
    yield* items
    if (nextCursor === undefined) return
    cursor = nextCursor
  }
}

/** What only the studio's own work needs: where bytes lie, who holds a lease, what is owed. */
const INSIDE = new Set(['ownerId', 'blobVersion', 'renditions', 'attempts', 'fence', 'fingerprint', 'dueAt', 'revision'])

/** A record as its owner reads it: times as ISO 8601. */
function told(record: object): Record<string, unknown> {
  const fields = Object.entries(record).filter(([name]) => !INSIDE.has(name))
  const isTime = (name: string, value: unknown): value is number => typeof value === 'number' && (name === 'at' || /At$|Before$/.test(name))
  return Object.fromEntries(fields.map(([name, value]) => [name, isTime(name, value) ? new Date(value).toISOString() : value]))
}

/** Controls, and what file systems refuse or read as a folder. */
const UNSAFE = /[\p{Cc}\p{Cs}<>:"/\\|?*]+/gu
const LONGEST_NAME = 60

/** A file name that tells its picture: day, title, and the end of the id, which no two share. */
function fileOf({ id, title, createdAt, format, fileName }: Image): string {
  const day = new Date(createdAt).toISOString().slice(0, 10)
  const name = [...title.toWellFormed().normalize('NFC').replace(UNSAFE, ' ').replace(/\s+/g, ' ').trim()].slice(0, LONGEST_NAME).join('')
  const extension = (format || /\.([a-z0-9]{1,5})$/i.exec(fileName ?? '')?.[1] || 'bin').toLowerCase().replace('jpeg', 'jpg')
  return `originals/${[day, name.replace(/[.\s]+$/, ''), id.slice(-12)].filter(Boolean).join(' ')}.${extension}`
}

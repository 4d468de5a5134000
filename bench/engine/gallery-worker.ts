// One gallery table: fills a studio with ROWS images of a thousand each, and the plain table beside it, and measures pages of both.
// `node bench/engine/gallery-worker.ts ROWS ROUNDS` prints one JSON line.
import { createHmac, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Actor } from '#core/actor.ts'
import { LADDER, rungName, rungsOf } from '#core/canonical.ts'
import type { Image } from '#core/image.ts'
import { endOfNextDay } from '#core/link.ts'
import { imageOf, newId } from '#core/ports/samples.contract.ts'
import { toldImage } from '#core/told-image.ts'
import { type ImageUrls, imageUrls } from '#core/use-cases/image-urls.ts'
import { listImages } from '#core/use-cases/list-images.ts'
import { toldPage } from '#http/routes/told.ts'
import { imageInserter } from '#local/sqlite-images.ts'
import { localPorts } from '#local/studio.ts'

const [rows = 10_000, count = 3] = process.argv.slice(2).map(Number)
const PER_OWNER = 1000
const PAGES = 1000
const SECRET = randomBytes(32).toString('base64url')
const dir = mkdtempSync(join(tmpdir(), 'genzo-gallery-'))
const ports = localPorts({ dir })
const plain = new DatabaseSync(join(dir, 'plain.sqlite'))
// The usual shape beside ours: a column for each field, what nests as JSON in its own, an index for the list. Given more memory than ours.
plain.exec(`pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -65536; pragma mmap_size = 1073741824;
  create table image (id text primary key, owner_id text, state text, origin text, title text, tags text, is_favourite integer,
    file_name text, width integer, height integer, byte_length integer, format text, sha256 text, placeholder text, palette text,
    camera text, attempts integer, revision integer, created_at integer, updated_at integer);
  create index by_owner on image (owner_id, created_at desc)`)

const owners = Array.from({ length: Math.ceil(rows / PER_OWNER) }, () => newId())
const START = Date.UTC(2026, 0, 1)
function image(at: number): Image {
  const renditions = LADDER.map((width) => ({
    canonical: rungName(width, 'webp'),
    format: 'webp',
    width,
    height: (width * 3) / 4,
    byteLength: width * 90,
  }))
  return imageOf({
    ...{ ownerId: owners[at % owners.length]!, title: `a walk by the lake ${at}`, tags: ['lake', 'walk'], width: 4032, height: 3024 },
    ...{ byteLength: 2_260_000, fileName: `IMG_${at}.jpg`, createdAt: START + at * 1000, updatedAt: START + at * 1000, renditions },
    ...{ placeholder: '3OcRJYB4d3h/iIeHeEh3eIhw+j3A', palette: ['#8ecc4a', '#5b9c29', '#1a2b3c', '#ffeedd'], sha256: 'f'.repeat(64) },
    camera: { make: 'Acme', model: 'Phone 9', takenAt: '2026-01-02T03:04:05', fNumber: 1.8, iso: 100, focalLengthMm: 5.7 },
  })
}
const insert = imageInserter(ports.db)
const insertPlain = plain.prepare(`insert into image values (${Array(20).fill('?').join()})`)
const columns = (one: Image) => [
  ...[one.id, one.ownerId, one.state, one.origin, one.title, JSON.stringify(one.tags), Number(one.isFavourite), one.fileName!],
  ...[one.width, one.height, one.byteLength, one.format, one.sha256!, one.placeholder!, JSON.stringify(one.palette)],
  ...[JSON.stringify(one.camera), one.attempts, one.revision, one.createdAt, one.updatedAt],
]
for (let from = 0; from < rows; from += 10_000) {
  ports.db.transaction(() => {
    plain.exec('begin')
    for (let at = from; at < Math.min(rows, from + 10_000); at++) {
      const one = image(at)
      insert(one)
      insertPlain.run(...columns(one))
    }
    plain.exec('commit')
  })
}

const actorOf = (id: string): Actor => ({ id, role: 'user', scopes: ['images:read'], via: 'jwt' })
const anyone = () => owners[Math.floor(Math.random() * owners.length)]!
const pagePlain = plain.prepare('select * from image where owner_id = ? and created_at < ? order by created_at desc limit 51')
const pageOfPlain = (owner: string) => pagePlain.all(owner, Number.MAX_SAFE_INTEGER).slice(0, 50).map(imageIn)
/** A row as the record that the API tells of. */
function imageIn(row: Record<string, unknown>): Image {
  const parsed = (column: string) => JSON.parse(row[column] as string)
  const { id, state, origin, title, width, height, format, placeholder, revision } = row
  return {
    ...{ id, state, origin, title, width, height, format, placeholder, revision },
    ...{ tags: parsed('tags'), palette: parsed('palette'), camera: parsed('camera'), isFavourite: row['is_favourite'] === 1 },
    ...{ fileName: row['file_name'], byteLength: row['byte_length'], createdAt: row['created_at'], updatedAt: row['updated_at'] },
  } as Image
}
/** A signature for each address, as services of pictures have it: five sizes and the original. */
function signedEach({ id, width }: Image): ImageUrls {
  const exp = endOfNextDay(ports.now())
  const signed = (query: string) => {
    const path = `/i/${id}?${query}&exp=${exp}&kid=${ports.signer.kid}`
    return `${ports.policy.publicUrl}${path}&sig=${createHmac('sha256', SECRET).update(path).digest('base64url')}`
  }
  const sizes = rungsOf(width).map((w) => ({ w, url: signed(`w=${w}&fm=webp`) }))
  const upTo = (most: number) => sizes.findLast(({ w }) => w <= most)!.url
  const srcset = sizes.map(({ w, url }) => `${url} ${Math.min(w, width)}w`).join(', ')
  return { thumbnail: upTo(320), preview: upTo(1280), original: signed('fm=original'), srcset }
}

const wireImage = (one: Image, urls?: ImageUrls) => Object.assign(toldImage(one), { urls })

const contenders = {
  /** The answer of GET /api/images, with signed URLs of every image. */
  ours: async (owner: string) => {
    return toldPage(ports, await listImages(ports, actorOf(owner), { limit: 50 }))
  },
  /** The same from the table of columns, each address signed. */
  table: async (owner: string) => JSON.stringify({ items: pageOfPlain(owner).map((one) => wireImage(one, signedEach(one))) }),
  /** The same table with our way of signing. */
  tableOurUrls: async (owner: string) => JSON.stringify({ items: pageOfPlain(owner).map((one) => wireImage(one, imageUrls(ports, one))) }),
  /** Nothing signed, on either side. */
  rows: async (owner: string) => {
    const { items } = await listImages(ports, actorOf(owner), { limit: 50 })
    return `{"items":[${items.map(({ json }) => json).join(',')}]}`
  },
  tableRows: async (owner: string) => JSON.stringify({ items: pageOfPlain(owner).map((one) => wireImage(one)) }),
}

/** Before any timing: the same images in the same words, and as many addresses. */
async function gate(owner: string) {
  const [mine, theirs, signedOurWay] = await Promise.all([contenders.ours(owner), contenders.table(owner), contenders.tableOurUrls(owner)])
  const unsigned = (page: string) => JSON.stringify(JSON.parse(page).items).replaceAll(/sig=[\w-]+/g, '')
  if (unsigned(mine) !== unsigned(theirs) || unsigned(mine) !== unsigned(signedOurWay)) throw new Error('the answers differ')
  if (JSON.parse(mine).items.length !== 50) throw new Error('a short page')
}
for (let at = 0; at < 5; at++) await gate(anyone())

const us: Record<string, number[]> = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))
for (let round = -1; round < count; round++)
  for (const [name, page] of Object.entries(contenders)) {
    const began = process.cpuUsage()
    for (let at = 0; at < PAGES; at++) if ((await page(anyone())).length < 10_000) throw new Error('a short page')
    const { user, system } = process.cpuUsage(began)
    if (round >= 0) us[name]!.push((user + system) / PAGES)
  }
console.log(JSON.stringify(us))
plain.close()
await ports.close()
rmSync(dir, { recursive: true, force: true })

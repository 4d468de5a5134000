// One gallery table: fills a studio with ROWS images of a thousand each, and the plain table beside it, and measures pages of both.
// `node bench/engine/gallery-worker.ts ROWS ROUNDS` prints one JSON line.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Actor } from '#core/actor.ts'
import type { Image } from '#core/image.ts'
import { imageOf, newId } from '#core/ports/samples.contract.ts'
import { LADDER, rungName } from '#core/transform.ts'
import { listImages } from '#core/use-cases/list-images.ts'
import { told } from '#http/routes/told.ts'
import { imageInserter } from '#local/sqlite-images.ts'
import { localPorts } from '#local/studio.ts'

const [rows = 10_000, count = 3] = process.argv.slice(2).map(Number)
const PER_OWNER = 1000
const PAGES = 1000
const dir = mkdtempSync(join(tmpdir(), 'genzo-gallery-'))
const ports = localPorts({ dir })
const plain = new DatabaseSync(join(dir, 'plain.sqlite'))
// The same settings; the usual shape: a row id, a column for each field, an index for the list.
plain.exec(`pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -65536; pragma mmap_size = 1073741824;
  create table image (id text primary key, owner_id text, created_at integer, doc_state text, doc text);
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
const insertPlain = plain.prepare('insert into image values (?, ?, ?, ?, ?)')
for (let from = 0; from < rows; from += 10_000) {
  ports.db.transaction(() => {
    plain.exec('begin')
    for (let at = from; at < Math.min(rows, from + 10_000); at++) {
      const one = image(at)
      insert(one)
      insertPlain.run(one.id, one.ownerId, one.createdAt, one.state, JSON.stringify(one))
    }
    plain.exec('commit')
  })
}

const actorOf = (id: string): Actor => ({ id, role: 'user', scopes: ['images:read'], via: 'jwt' })
const anyone = () => owners[Math.floor(Math.random() * owners.length)]!
const pagePlain = plain.prepare('select * from image where owner_id = ? and created_at < ? order by created_at desc limit 51')
const contenders = {
  /** The answer of GET /api/images, with a signature of every image. */
  ours: async () => {
    const { items, nextCursor } = await listImages(ports, actorOf(anyone()), { limit: 50 })
    return JSON.stringify({ items: items.map((one) => told(ports, one)), nextCursor })
  },
  /** The same answer from the plain table. */
  plain: async () => {
    const found = pagePlain.all(anyone(), Number.MAX_SAFE_INTEGER).slice(0, 50)
    return JSON.stringify({ items: found.map((row) => told(ports, JSON.parse(row['doc'] as string) as Image)) })
  },
  /** The rows alone; nothing signed. */
  plainRows: async () => {
    const found = pagePlain.all(anyone(), Number.MAX_SAFE_INTEGER).slice(0, 50)
    return JSON.stringify(found.map((row) => JSON.parse(row['doc'] as string)))
  },
  rows: async () => JSON.stringify((await listImages(ports, actorOf(anyone()), { limit: 50 })).items),
}
const us: Record<string, number[]> = { ours: [], plain: [], plainRows: [], rows: [] }
for (let round = -1; round < count; round++)
  for (const [name, page] of Object.entries(contenders)) {
    const began = process.cpuUsage()
    for (let at = 0; at < PAGES; at++) if ((await page()).length < 10_000) throw new Error('a short page')
    const { user, system } = process.cpuUsage(began)
    if (round >= 0) us[name]!.push((user + system) / PAGES)
  }
console.log(JSON.stringify(us))
plain.close()
await ports.close()
rmSync(dir, { recursive: true, force: true })

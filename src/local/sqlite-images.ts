import { StudioError } from '#core/errors.ts'
import type { Activity, Image, ImageState } from '#core/image.ts'
import type { Images } from '#core/ports/images.ts'
import { keysetPages } from './cursor.ts'
import { CHANGEABLE, changeable, lineIn, recordIn, recordsIn } from './image-rows.ts'
import { type Db, parsedAll } from './sqlite.ts'

const YEAR_MS = 365 * 86_400_000
const shelfOf = (state: ImageState) => (state === 'trashed' ? 1 : state === 'purging' ? 2 : 0)

/** Writes new rows: for `insert`, and for the transaction in which a generation is accepted. False when the id is taken. */
export function imageInserter(db: Db): (image: Image) => boolean {
  const columns = ['owner_id', 'shelf', 'created_at', 'id', ...CHANGEABLE]
  const insert = db.prepare(`insert into image (${columns}) values (${columns.map(() => '?')}) on conflict do nothing`)
  return (image) => insert.run(image.ownerId, shelfOf(image.state), image.createdAt, image.id, ...changeable(image)).changes === 1
}

export function sqliteImages({ db }: { db: Db }): Images {
  const insert = imageInserter(db)
  const findById = db.prepare('select doc, rest from image where id = ?')
  const rewrite = db.prepare(`update image set shelf = ?, ${CHANGEABLE.map((column) => `${column} = ?`)} where id = ?`)
  const pagesOf = (columns: string) =>
    keysetPages(db, { select: `select ${columns} from image where owner_id = ? and shelf = ?`, by: ['created_at', 'id'] })
  const recordPage = pagesOf('id, created_at, doc, rest')
  const linePage = pagesOf('id, created_at, doc, picture_width')
  const children = db.prepare('select doc, rest from image where parent_id = ? order by created_at, id limit 200')
  const due = db.prepare('select doc, rest from image where due_at <= ? order by due_at limit ?')
  const claim = db.prepare('insert into image_hash values (?, ?, ?) on conflict do nothing')
  const holder = db.prepare('select image_id from image_hash where owner_id = ? and sha256 = ?')
  const unclaim = db.prepare('delete from image_hash where owner_id = ? and sha256 = ? and image_id = ?')
  const removals = [
    'delete from image where id = ?',
    'delete from image_hash where image_id = ?',
    'delete from activity where image_id = ?',
  ]
  const remove = removals.map((sql) => db.prepare(sql))
  const totals = db.prepare('select images, bytes from owner_total where owner_id = ?')
  // Only of an image that is there: a worker may still be noting what it did while its image is purged.
  const append = db.prepare(
    `insert into activity select ?1, coalesce(max(seq), 0) + 1, ?2, ?3 from activity where image_id = ?1
     having exists (select 1 from image where id = ?1)`,
  )
  const forget = db.prepare('delete from activity where image_id = ? and at < ?')
  const history = db.prepare('select doc from activity where image_id = ? order by seq limit 500')

  const find = (id: string) => recordIn(findById.get(id))

  return {
    async insert(image) {
      if (!insert(image)) throw new StudioError('conflict', `image ${image.id} exists`)
    },
    find: async (id) => find(id),
    findMany: async (ids) => ids.slice(0, 100).flatMap((id) => find(id) ?? []),
    update: async (id, { from, revision }, change) =>
      db.transaction(() => {
        const image = find(id)
        if (!image || !from.includes(image.state) || (revision !== undefined && revision !== image.revision)) return undefined
        // Through JSON, `undefined` removes the field, and the caller gets exactly what a later read gives.
        const next = JSON.parse(JSON.stringify({ ...image, ...change, revision: image.revision + 1 })) as Image
        rewrite.run(shelfOf(next.state), ...changeable(next), id)
        return next
      }),
    async listByOwner(ownerId, { trash, ...page }) {
      const { rows, ...rest } = recordPage([ownerId, trash ? 1 : 0], page)
      return { items: recordsIn(rows), ...rest }
    },
    async listTold(ownerId, { trash, ...page }) {
      const { rows, ...rest } = linePage([ownerId, trash ? 1 : 0], page)
      return { items: rows.map(lineIn), ...rest }
    },
    listChildren: async (imageId) => recordsIn(children.all(imageId)),
    claimHash: async (ownerId, sha256, imageId) =>
      db.transaction(() => {
        claim.run(ownerId, sha256, imageId)
        return holder.get(ownerId, sha256)!['image_id'] as string
      }),
    findByHash: async (ownerId, sha256) => holder.get(ownerId, sha256)?.['image_id'] as string | undefined,
    releaseHash: async (ownerId, sha256, imageId) => void unclaim.run(ownerId, sha256, imageId),
    listDue: async (now, limit) => recordsIn(due.all(now, limit)),
    remove: async (id) => db.transaction(() => remove.forEach((statement) => void statement.run(id))),
    async totals(ownerId) {
      const row = totals.get(ownerId)
      return { images: Number(row?.['images'] ?? 0), bytes: Number(row?.['bytes'] ?? 0) }
    },
    note: async (imageId, activity) =>
      db.transaction(() => {
        forget.run(imageId, activity.at - YEAR_MS)
        append.run(imageId, activity.at, JSON.stringify(activity))
      }),
    activity: async (imageId) => parsedAll<Activity>(history.all(imageId)),
  }
}

import { StudioError } from '#core/errors.ts'
import type { Album, Albums } from '#core/ports/albums.ts'
import { keysetPages } from './cursor.ts'
import type { Db, Row } from './sqlite.ts'

export function sqliteAlbums({ db }: { db: Db }): Albums {
  const insert = db.prepare('insert into album values (?, ?, ?, ?, ?, ?, 0) on conflict do nothing')
  const find = db.prepare('select * from album where id = ?')
  const rewrite = db.prepare('update album set title = ?, cover_id = ?, updated_at = ? where id = ?')
  const albums = keysetPages(db, { select: 'select * from album where owner_id = ?', by: ['created_at', 'id'] })
  const drop = ['delete from album_image where album_id = ?', 'delete from album where id = ?'].map((sql) => db.prepare(sql))
  const add = db.prepare('insert into album_image values (?, ?, ?) on conflict do nothing')
  const grow = db.prepare('update album set images = images + ?, updated_at = max(updated_at, ?) where id = ?')
  const take = db.prepare('delete from album_image where album_id = ? and image_id = ?')
  const shrink = db.prepare('update album set images = images - 1, cover_id = nullif(cover_id, ?) where id = ?')
  const images = keysetPages(db, { select: 'select * from album_image where album_id = ?', by: ['added_at', 'image_id'] })
  const byImage = db.prepare('select album_id from album_image where image_id = ?')

  return {
    async insert({ id, ownerId, createdAt, updatedAt, title, coverId }) {
      if (insert.run(id, ownerId, createdAt, updatedAt, title, coverId).changes === 0)
        throw new StudioError('conflict', `album ${id} exists`)
    },
    find: async (id) => albumOf(find.get(id)),
    async listByOwner(ownerId, request) {
      const { rows, ...rest } = albums([ownerId], request)
      return { items: rows.map((row) => albumOf(row)!), ...rest }
    },
    update: async (id, change) =>
      db.transaction(() => {
        const album = albumOf(find.get(id))
        if (!album) return undefined
        const next = { ...album, ...change }
        rewrite.run(next.title, next.coverId, next.updatedAt, id)
        return albumOf(find.get(id))
      }),
    remove: async (id) => db.transaction(() => drop.forEach((statement) => void statement.run(id))),
    addImages: async (id, { imageIds, at, most }) =>
      db.transaction(() => {
        const album = albumOf(find.get(id))
        if (!album) return undefined
        let added = 0
        for (const imageId of imageIds) added += add.run(id, at, imageId).changes
        if (album.images + added > most)
          throw new StudioError('conflict', `an album holds at most ${most} images`, { reason: 'album_full' })
        if (added > 0) grow.run(added, at, id)
        return added
      }),
    removeImage: async (id, imageId) =>
      db.transaction(() => {
        if (take.run(id, imageId).changes === 1) shrink.run(imageId, id)
      }),
    async listImages(id, request) {
      const { rows, ...rest } = images([id], request)
      return { items: rows.map((row) => row['image_id'] as string), ...rest }
    },
    listByImage: async (imageId) => byImage.all(imageId).map((row) => row['album_id'] as string),
  }
}

function albumOf(row: Row | undefined): Album | undefined {
  if (!row) return undefined
  return {
    id: row['id'] as string,
    ownerId: row['owner_id'] as string,
    title: row['title'] as string,
    ...(row['cover_id'] !== null && { coverId: row['cover_id'] as string }),
    images: Number(row['images']),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
  }
}

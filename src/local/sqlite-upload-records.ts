import { StudioError } from '#core/errors.ts'
import type { Upload, Uploads } from '#core/ports/uploads.ts'
import { type Db, parsed, parsedAll } from './sqlite.ts'
import { imageInserter } from './sqlite-images.ts'

export type UploadRecords = Pick<Uploads, 'insert' | 'find' | 'arrive' | 'fail' | 'listExpired' | 'remove'>

/** What was promised to those who upload. */
export function sqliteUploadRecords({ db }: { db: Db }): UploadRecords {
  const insert = db.prepare('insert into upload values (?, ?, ?, ?) on conflict do nothing')
  const insertImage = imageInserter(db)
  const findById = db.prepare('select doc from upload where id = ?')
  const rewrite = db.prepare('update upload set expires_at = ?, doc = ? where id = ?')
  const expired = db.prepare('select doc from upload where expires_at < ? order by expires_at limit ?')
  const remove = db.prepare('delete from upload where id = ?')
  const find = (id: string) => parsed<Upload>(findById.get(id))
  const end = (id: string, state: 'arrived' | 'failed', expiresAt: number) =>
    db.transaction(() => {
      const upload = find(id)
      if (upload?.state !== 'open') return upload
      const ended: Upload = { ...upload, state, expiresAt }
      rewrite.run(expiresAt, JSON.stringify(ended), id)
      return ended
    })

  return {
    insert: async (upload, image) =>
      db.transaction(() => {
        const isNew = insert.run(upload.id, upload.ownerId, upload.expiresAt, JSON.stringify(upload)).changes > 0
        if (!isNew || (image && !insertImage(image))) throw new StudioError('conflict', `upload ${upload.id} exists`)
      }),
    find: async (id) => find(id),
    arrive: async (id, expiresAt) => end(id, 'arrived', expiresAt),
    fail: async (id, expiresAt) => end(id, 'failed', expiresAt),
    listExpired: async (now, limit) => parsedAll<Upload>(expired.all(now, limit)),
    remove: async (id) => void remove.run(id),
  }
}

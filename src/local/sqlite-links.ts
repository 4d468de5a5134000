import { StudioError } from '#core/errors.ts'
import type { Links, ShareLink } from '#core/ports/links.ts'
import { type Db, parsed, parsedAll } from './sqlite.ts'

export function sqliteLinks({ db }: { db: Db }): Links {
  const insert = db.prepare('insert into link values (?, ?, ?, ?, ?, ?) on conflict do nothing')
  const find = db.prepare('select doc from link where id = ?')
  const secret = db.prepare('select secret from link where kid = ?')
  const byImage = db.prepare('select doc from link where image_id = ? order by created_at desc, id desc')
  const revoke = db.prepare('delete from link where id = ?')
  const removeByImage = db.prepare('delete from link where image_id = ?')

  return {
    async insert({ secret, ...link }) {
      if (insert.run(link.id, link.kid, link.imageId, link.createdAt, secret, JSON.stringify(link)).changes === 0)
        throw new StudioError('conflict', `link ${link.id} or its key id exists`)
    },
    find: async (id) => parsed<ShareLink>(find.get(id)),
    secretOf: async (kid) => secret.get(kid)?.['secret'] as string | undefined,
    listByImage: async (imageId) => parsedAll<ShareLink>(byImage.all(imageId)),
    revoke: async (id) => void revoke.run(id),
    // Each look here asks for the image.
    setShown: async () => {},
    removeByImage: async (imageId) => void removeByImage.run(imageId),
  }
}

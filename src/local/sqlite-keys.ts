import { StudioError } from '#core/errors.ts'
import type { ApiKey, Keys } from '#core/ports/access.ts'
import { type Db, parsed, parsedAll } from './sqlite.ts'

export function sqliteKeys({ db }: { db: Db }): Keys {
  const insert = db.prepare('insert into api_key values (?, ?, ?, ?, ?) on conflict do nothing')
  const byHash = db.prepare('select doc from api_key where hash = ?')
  const byOwner = db.prepare('select doc from api_key where owner_id = ? order by created_at desc, id desc')
  const byId = db.prepare('select doc from api_key where id = ?')
  const rewrite = db.prepare('update api_key set doc = ? where id = ?')
  const remove = db.prepare('delete from api_key where owner_id = ?')
  const find = (id: string) => parsed<ApiKey>(byId.get(id))
  const write = (key: ApiKey) => {
    rewrite.run(JSON.stringify(key), key.id)
    return key
  }

  return {
    async insert(key) {
      if (insert.run(key.id, key.ownerId, key.hash, key.createdAt, JSON.stringify(key)).changes === 0)
        throw new StudioError('conflict', `key ${key.id} exists`)
    },
    findByHash: async (hash) => parsed<ApiKey>(byHash.get(hash)),
    listByOwner: async (ownerId) => parsedAll<ApiKey>(byOwner.all(ownerId)),
    revoke: async (ownerId, id, at) =>
      db.transaction(() => {
        const key = find(id)
        if (key?.ownerId !== ownerId) return undefined
        return key.revokedAt === undefined ? write({ ...key, revokedAt: at }) : key
      }),
    touch: async (id, at) =>
      db.transaction(() => {
        const key = find(id)
        if (key && at - (key.lastUsedAt ?? 0) >= 60_000) write({ ...key, lastUsedAt: at })
      }),
    removeByOwner: async (ownerId) => void remove.run(ownerId),
  }
}

import { setImmediate as breathe } from 'node:timers/promises'
import { MOST_VECTORS, type Vectors } from '#core/ports/vectors.ts'
import { cosine, nearestOf } from '#core/vector.ts'
import type { Db } from './sqlite.ts'

/** Read and reckoned at a time, about 2 ms: between two of these the process answers others. */
const SLICE = 512
/** After every UUID. */
const LAST = '~'

/** Vectors in SQLite, compared one by one: no index of a person's few thousand pictures would be quicker than reading them. */
export function sqliteVectors({ db }: { db: Db }): Vectors {
  const put = db.prepare(
    `insert into image_vector values (?, ?, ?, ?)
     on conflict (owner_id, image_id) do update set space = excluded.space, vector = excluded.vector`,
  )
  const find = db.prepare('select vector from image_vector where owner_id = ? and image_id = ? and space = ?')
  const slice = db.prepare(
    'select image_id, vector from image_vector where owner_id = ? and space = ? and image_id < ? order by image_id desc limit ?',
  )
  const remove = db.prepare('delete from image_vector where owner_id = ? and image_id = ?')

  return {
    async put({ ownerId, imageId, space, vector }) {
      put.run(ownerId, imageId, space, vector)
    },
    find: async ({ ownerId, imageId, space }) => find.get(ownerId, imageId, space)?.['vector'] as Uint8Array | undefined,
    async nearest({ ownerId, space }, to, limit) {
      const found = nearestOf(limit)
      for (let [before, read] = [LAST, 0]; read < MOST_VECTORS; read += SLICE) {
        const rows = slice.all(ownerId, space, before, SLICE)
        for (const row of rows) found.add({ imageId: row['image_id'] as string, score: cosine(to, row['vector'] as Uint8Array) })
        if (rows.length < SLICE) break
        before = rows.at(-1)!['image_id'] as string
        await breathe()
      }
      return found.best
    },
    async remove({ ownerId, imageId }) {
      remove.run(ownerId, imageId)
    },
  }
}

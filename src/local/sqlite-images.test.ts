import { expect, it } from 'vitest'
import { imagesContract } from '#core/ports/images.contract.ts'
import { imageOf } from '#core/ports/samples.contract.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteImages } from './sqlite-images.ts'

imagesContract(async () => sqliteImages({ db: openDatabase(':memory:') }))

it('keeps no history of an image that was removed while it was worked on', async () => {
  const db = openDatabase(':memory:')
  const images = sqliteImages({ db })
  const image = imageOf({ ownerId: 'ada' })
  await images.insert(image)
  await images.remove(image.id)
  await images.note(image.id, { at: 1, step: 'render', outcome: 'done' })
  expect(db.prepare('select count(*) as rows from activity').get()).toEqual({ rows: 0 })
})

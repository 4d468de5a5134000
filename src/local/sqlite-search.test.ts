import { expect, it } from 'vitest'
import { imageOf } from '#core/ports/samples.contract.ts'
import { searchContract } from '#core/ports/search.contract.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteSearch } from './sqlite-search.ts'

searchContract(async () => sqliteSearch({ db: openDatabase(':memory:') }))

it('keeps nothing of an owner whose images are all gone', async () => {
  const db = openDatabase(':memory:')
  const search = sqliteSearch({ db })
  const images = ['a', 'b'].map((title) => imageOf({ ownerId: 'ada', title }))
  for (const image of images) await search.put(image)
  await search.remove(images[0]!)
  expect(await search.query({ ownerId: 'ada' }, { limit: 5 })).toEqual({ items: [images[1]!.id] })
  await search.remove(images[1]!)
  for (const table of ['search_owner', 'search_doc', 'search_words'])
    expect(db.prepare(`select count(*) as n from ${table}`).get()).toEqual({ n: 0 })
})

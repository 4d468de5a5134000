import { afterEach, expect, it } from 'vitest'
import type { Ports } from '../ports/index.ts'
import { imageOf } from '../ports/samples.contract.ts'
import { listImages } from './list-images.ts'
import { reindexSearch } from './reindex-search.ts'
import { ada, bob, type TestStudio, testStudio } from './studio.contract.ts'

let studio: TestStudio
afterEach(() => studio?.close())

const found = async (q: string, actor = ada) => (await listImages(studio, actor, { q, limit: 200 })).items.length
const always = () => ({ until: studio.now() + 1 })

/** A store whose pictures no index of today's rule knows. */
async function oldStore(counts: Record<string, number>) {
  studio = testStudio()
  for (const [ownerId, count] of Object.entries(counts)) {
    await studio.directory.seen({ id: ownerId, email: `${ownerId}@example.com`, role: 'user', at: studio.now() })
    for (let at = 0; at < count; at += 1) await studio.images.insert(imageOf({ ownerId, title: '風景 ladybird' }))
  }
}

it('brings every picture of everybody into an index of another rule, and then does nothing', async () => {
  await oldStore({ ada: 3, bob: 1 })
  await studio.images.insert(imageOf({ ownerId: 'ada', title: '風景', state: 'trashed' }))
  expect(await found('ladyb')).toBe(0)
  expect(await reindexSearch(studio, always())).toBe(true)
  expect([await found('ladyb'), await found('风景'), await found('ladyb', bob)]).toEqual([3, 3, 1])

  const silent: Ports['search'] = { ...studio.search, put: () => Promise.reject(new Error('was asked again')) }
  expect(await reindexSearch({ ...studio, search: silent }, always())).toBe(true)
})

it('goes on where it was cut, by its time or by a failure', async () => {
  await oldStore({ ada: 250, bob: 2 })
  let calls = 0
  // The clock moves with every page written, so that the time given is over after the first.
  const settings: Ports['settings'] = {
    ...studio.settings,
    set: async (...given) => {
      await studio.settings.set(...given)
      studio.clock.at += 1000
    },
  }
  const failing: Ports['search'] = {
    ...studio.search,
    put: (image) => (++calls > 5 ? Promise.reject(new Error('gone')) : studio.search.put(image)),
  }
  expect(await reindexSearch({ ...studio, settings }, always())).toBe(false)
  expect(await found('ladyb')).toBe(100)
  await expect(reindexSearch({ ...studio, search: failing }, always())).rejects.toThrow('gone')
  expect(await reindexSearch({ ...studio, settings }, always())).toBe(false)
  expect(await found('ladyb')).toBe(200)
  expect(await reindexSearch(studio, always())).toBe(true)
  const all = await studio.search.query({ ownerId: ada.id, text: 'ladyb' }, { limit: 300 })
  expect(all.items).toHaveLength(250)
  expect(await found('ladyb', bob)).toBe(2)
})

it('lets others have their turn between a few pictures', async () => {
  await oldStore({ ada: 100 })
  let turns = 0
  const timer = setInterval(() => {
    turns += 1
  }, 0)
  await reindexSearch(studio, always())
  clearInterval(timer)
  expect(turns).toBeGreaterThanOrEqual(5)
})

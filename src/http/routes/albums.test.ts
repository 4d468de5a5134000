import { expect, it } from 'vitest'
import { imageOf } from '#core/ports/samples.contract.ts'
import { testApp } from '../studio.contract.ts'

async function studio() {
  const parts = testApp()
  const ada = await parts.person('ada@example.com')
  const images = [0, 1, 2].map((at) => imageOf({ ownerId: ada.id, title: `${at}` }))
  for (const image of images) await parts.ports.images.insert(image)
  return { ...parts, as: await parts.keyOf(ada), ids: images.map(({ id }) => id) }
}

it('takes an album through its life over the API', async () => {
  const { ask, as, ids } = await studio()
  const made = await ask('POST', '/api/albums', { as, body: { title: '  <b>Kyoto</b> 🍁 ' } })
  expect([made.status, made.body]).toMatchObject([201, { title: '<b>Kyoto</b> 🍁', images: 0 }])
  const path = `/api/albums/${made.body.id}`
  expect((await ask('POST', `${path}/images`, { as, body: { imageIds: ids.slice(0, 2) } })).body).toEqual({ added: 2 })
  expect((await ask('POST', `${path}/images`, { as, body: { imageIds: ids } })).body).toEqual({ added: 1 })

  const first = (await ask('GET', `${path}/images?limit=2`, { as })).body
  const second = (await ask('GET', `${path}/images?limit=2&cursor=${first.nextCursor}`, { as })).body
  expect([...first.items, ...second.items].map(({ id }: { id: string }) => id).toSorted()).toEqual(ids.toSorted())
  expect(second.nextCursor).toBeUndefined()
  expect((await ask('GET', `/api/images/${ids[0]}/albums`, { as })).body.items).toMatchObject([{ id: made.body.id }])

  const patched = await ask('PATCH', path, { as, body: { title: 'Autumn', coverId: ids[0] } })
  expect(patched.body).toMatchObject({ title: 'Autumn', images: 3, coverId: ids[0], cover: { id: ids[0], title: '0' } })
  expect((await ask('DELETE', `${path}/images/${ids[0]}`, { as })).status).toBe(204)
  expect((await ask('GET', '/api/albums', { as })).body.items).toMatchObject([{ title: 'Autumn', images: 2 }])
  expect((await ask('DELETE', path, { as })).status).toBe(204)
  expect((await ask('GET', path, { as })).status).toBe(404)
  expect((await ask('GET', `/api/images/${ids[1]}`, { as })).body.state).toBe('ready')
})

it.each([{}, { title: '   ' }, { title: 'x'.repeat(201) }, { title: 'a', imageIds: ['../etc'] }, { title: 'a', colour: 'red' }])(
  'refuses an album that says %j',
  async (body) => {
    const { ask, as } = await studio()
    expect((await ask('POST', '/api/albums', { as, body })).body).toMatchObject({ status: 400, code: 'invalid_input' })
  },
)

it('refuses an empty addition, and one of more than a hundred', async () => {
  const { ask, as } = await studio()
  const { body } = await ask('POST', '/api/albums', { as, body: { title: 'a' } })
  for (const imageIds of [[], Array.from({ length: 101 }, () => crypto.randomUUID())])
    expect((await ask('POST', `/api/albums/${body.id}/images`, { as, body: { imageIds } })).status).toBe(400)
  expect((await ask('GET', `/api/albums/${body.id}/images?cursor=nonsense`, { as })).body.code).toBe('invalid_input')
})

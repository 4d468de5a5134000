import { expect, it } from 'vitest'
import type { Image } from '#core/image.ts'
import { toldLine } from '#core/told-image.ts'
import { imageUrls } from '#core/use-cases/image-urls.ts'
import { localPorts } from '#local/studio.ts'
import { told, toldPage } from './told.ts'

const DAY = 86_400_000
const image = (id: string, width: number) =>
  ({ id, width, height: 10, state: 'ready', renditions: [{}], title: '', tags: [], createdAt: 0, updatedAt: 0 }) as unknown as Image

it('tells the URLs of this image, this width and this day, however often it was asked before', async () => {
  let now = Date.UTC(2026, 10, 21)
  const ports = localPorts({ now: () => now })
  const asked = [image('a', 640), image('b', 640), image('a', 2000), image('a', 640)]
  for (const one of asked) expect(told(ports, one).urls).toEqual(imageUrls(ports, one))
  const yesterday = told(ports, image('a', 640)).urls
  now += DAY
  expect(told(ports, image('a', 640)).urls).toEqual(imageUrls(ports, image('a', 640)))
  expect(told(ports, image('a', 640)).urls).not.toEqual(yesterday)
  await ports.close()
})

it('tells of a page just what it tells of each image', async () => {
  const ports = localPorts({ now: () => Date.UTC(2026, 10, 21) })
  const title = '"灯台\\ \u2028 </script>'
  const images = [image('a', 640), image('b', 9000), { ...image('c', 10), title }, { ...image('d', 640), renditions: [] }]
  const items = JSON.parse(JSON.stringify(images.map((one) => told(ports, one))))
  expect(items.map(({ urls }: { urls?: object }) => urls !== undefined)).toEqual([true, true, true, false])
  expect(JSON.parse(toldPage(ports, { items: images.map(toldLine), nextCursor: 'x"' }))).toEqual({ items, nextCursor: 'x"' })
  expect(toldPage(ports, { items: [] })).toBe('{"items":[]}')
  await ports.close()
})

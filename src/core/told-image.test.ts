import { expect, it } from 'vitest'
import type { Image } from './image.ts'
import { toldImage, toldLine } from './told-image.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const whole: Required<Image> = {
  ...{ id: 'i', ownerId: 'o', origin: 'edited', state: 'trashed', stateBeforeTrash: 'ready', trashedAt: NOON + 9, dueAt: NOON + 99 },
  ...{ reason: 'slow', reasonDetail: 'It took long.', duplicateOf: 'd', parentId: 'p', generationId: 'g', outputIndex: 0 },
  ...{ title: '海', tags: ['sea'], isFavourite: true, fileName: 'a.jpg', albumIds: ['a'], width: 400, height: 300, byteLength: 9 },
  ...{ format: 'jpeg', sha256: 'f', frames: 2, hasAlpha: false, placeholder: '3OcR', palette: ['#aabbcc'], blobVersion: 'v' },
  ...{ camera: { iso: 100 }, madeWith: { modelId: 'sketch', task: 'text-to-image' }, attempts: 3, revision: 7 },
  ...{ renditions: [{ canonical: 'c', format: 'webp', width: 160, height: 120, byteLength: 9 }], createdAt: NOON, updatedAt: NOON + 5 },
}

it('is what databases have kept since schema 5: another text needs a migration', () => {
  expect(JSON.stringify(toldImage(whole))).toBe(
    '{"id":"i","state":"trashed","reason":"slow","reasonDetail":"It took long.","duplicateOf":"d","origin":"edited","title":"海",' +
      '"tags":["sea"],"isFavourite":true,"fileName":"a.jpg","width":400,"height":300,"byteLength":9,"format":"jpeg","frames":2,' +
      '"hasAlpha":false,"placeholder":"3OcR","palette":["#aabbcc"],"camera":{"iso":100},"parentId":"p","generationId":"g","outputIndex":0,' +
      '"madeWith":{"modelId":"sketch","task":"text-to-image"},"albumIds":["a"],"revision":7,"createdAt":"2026-11-21T12:00:00.000Z",' +
      '"updatedAt":"2026-11-21T12:00:00.005Z","trashedAt":"2026-11-21T12:00:00.009Z"}',
  )
})

it.each([
  ['ready', whole.renditions, 400],
  ['trashed', whole.renditions, 400],
  ['processing', whole.renditions, undefined],
  ['ready', [], undefined],
] as const)('has a width to fetch where it is %s with files %j', (state, renditions, width) => {
  expect(toldLine({ ...whole, state, renditions: [...renditions] }).pictureWidth).toBe(width)
})

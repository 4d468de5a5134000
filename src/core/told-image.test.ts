import { expect, it } from 'vitest'
import { fullImageOf } from './ports/samples.contract.ts'
import { toldImage, toldLine } from './told-image.ts'

const whole = fullImageOf({ ownerId: 'o', id: 'i', duplicateOf: 'd', parentId: 'p', generationId: 'g', albumIds: ['a'] })

it('is what databases have kept since schema 5: another text needs a migration', () => {
  expect(JSON.stringify(toldImage(whole))).toBe(
    '{"id":"i","state":"trashed","reason":"slow","reasonDetail":"It took long.","duplicateOf":"d","origin":"edited","title":"夕焼け \\"quoted\\" \u{1f680}",' +
      '"tags":["sea","海"],"isFavourite":true,"fileName":"a/b\\\\c \\"d\\".jpg","width":400,"height":300,"byteLength":9,"format":"jpeg","frames":2,' +
      '"hasAlpha":false,"placeholder":"3OcR","palette":["#aabbcc"],"camera":{"latitude":35.68,"exposureSeconds":0.005},"parentId":"p","generationId":"g","outputIndex":0,' +
      '"madeWith":{"modelId":"sketch","task":"text-to-image","prompt":"a boat","seed":0,"parameters":{"strength":0.5}},"albumIds":["a"],"revision":7,"createdAt":"2026-11-21T12:00:00.000Z",' +
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

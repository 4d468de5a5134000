import { expect, it } from 'vitest'
import { imageOf } from './ports/samples.contract.ts'
import { toldImage } from './told-image.ts'

it('is what databases have kept since schema 5: another shape needs a migration that forgets their texts', () => {
  expect(Object.keys(toldImage(imageOf({ ownerId: 'ada' }))).join(' ')).toBe(
    'id state reason reasonDetail duplicateOf origin title tags isFavourite fileName width height byteLength format frames hasAlpha ' +
      'placeholder palette camera parentId generationId outputIndex madeWith albumIds revision createdAt updatedAt trashedAt',
  )
})

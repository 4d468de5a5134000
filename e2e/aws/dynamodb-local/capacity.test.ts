import { beforeAll, describe, expect, it } from 'vitest'
import { cursorOf } from '../../../src/aws/cursor.ts'
import { batchWrite, orderKey } from '../../../src/aws/dynamodb.ts'
import { dynamodbImages } from '../../../src/aws/dynamodb-images.ts'
import { imageRow } from '../../../src/aws/image-rows.ts'
import type { Images } from '../../../src/core/ports/images.ts'
import { imageOf, newId } from '../../../src/core/ports/samples.contract.ts'
import { newTables } from '../stores.ts'

// Read units are what a page costs, and Amazon's own server reckons them from the bytes that it read. Ours are on demand: what is consumed
// is what is paid.
const FEW = 1_000
const MANY = 100_000
const WRITERS = 8
const [few, many] = [newId(), newId()]
/** Rows of equal size, each newer than the one before. */
const imageAt = (ownerId: string, at: number) =>
  imageOf({ ownerId, id: newId(), title: 'harbour at dusk', createdAt: 1_700_000_000_000 + at })
let images: Images
/** Units of every read since the last look. */
let units: number[]

beforeAll(async () => {
  const on = await newTables('dynamodbLocal')
  on.dynamo.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } as typeof args.input })
      const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: { CapacityUnits?: number } }
      units?.push(ConsumedCapacity?.CapacityUnits ?? Number.NaN)
      return answer
    },
    { step: 'initialize' },
  )
  const fill = async (ownerId: string, from: number, to: number) => {
    for (let at = from; at < to; at += 25)
      await batchWrite(on.dynamo, on.tables.ImageMetadata, {
        put: Array.from({ length: Math.min(25, to - at) }, (_, by) => imageRow(imageAt(ownerId, at + by))),
      })
  }
  const share = MANY / WRITERS
  await Promise.all([fill(few, 0, FEW), ...Array.from({ length: WRITERS }, (_, by) => fill(many, by * share, (by + 1) * share))])
  images = dynamodbImages({ ...on, newId })
}, 300_000)

/** What one page costs, in the middle of the library or at its newest end. */
async function costOf(ownerId: string, { limit, middle }: { limit: number; middle?: number }): Promise<number> {
  const cursor = middle === undefined ? undefined : cursorOf(orderKey(1_700_000_000_000 + middle, newId()))
  units = []
  const page = await images.listByOwner(ownerId, { limit, ...(cursor && { cursor }) })
  expect(page.items).toHaveLength(limit)
  expect(units).toHaveLength(1)
  return units[0]!
}

describe('what a page of the gallery consumes', () => {
  it('is the same for 1,000 images and for 100,000, at the newest end and in the middle', async () => {
    const cost = await costOf(few, { limit: 50 })
    expect(cost).toBeGreaterThan(0)
    expect(await costOf(many, { limit: 50 })).toBe(cost)
    expect(await costOf(many, { limit: 50, middle: MANY / 2 })).toBe(cost)
    expect(await costOf(few, { limit: 50, middle: FEW / 2 })).toBe(cost)
  })
  it('is reckoned from what was read, so that the figure can rise', async () => {
    expect(await costOf(many, { limit: 200 })).toBeGreaterThan(3 * (await costOf(many, { limit: 50 })))
  })
  it('is at most one read unit for ten pictures', async () => {
    expect(await costOf(many, { limit: 50 })).toBeLessThanOrEqual(5)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { idKeeper, pageJoiner, rowKeeper } from './growing.ts'
import { justify } from './justify.ts'

const frame = { width: 1000, target: 200, gap: 6 }
const size = fc.integer({ min: 0, max: 4000 })
const image = fc.record({ id: fc.integer({ min: 0, max: 40 }).map(String), width: size, height: size })
const pagesOf = fc.array(fc.record({ items: fc.array(image, { maxLength: 12 }) }), { maxLength: 8 })
type Image = { id: string; width: number; height: number }

describe('a library that grows page by page', () => {
  it('holds each image once, as last told, whether the pages came one by one or all at once', () => {
    fc.assert(
      fc.property(pagesOf, pagesOf, (pages, others) => {
        const join = pageJoiner<Image>()
        const steps = [...pages.map((_, at) => pages.slice(0, at + 1)), others, pages]
        for (const step of steps)
          expect(join(step)).toEqual([...new Map(step.flatMap(({ items }) => items).map((one) => [one.id, one])).values()])
      }),
    )
  })

  it('is the same list for the same pages, and leaves the lists it gave before as they were', () => {
    const join = pageJoiner<Image>()
    const first = { items: [{ id: 'a', width: 1, height: 1 }] }
    const before = join([first])
    expect(join([first])).toBe(before)
    join([first, { items: [{ id: 'a', width: 2, height: 1 }] }])
    expect(before).toEqual(first.items)
  })

  it('lays out as if all had been there at once, also after a change of width or of the images', () => {
    fc.assert(
      fc.property(fc.array(image, { maxLength: 60 }), fc.array(fc.nat(60), { maxLength: 5 }), (images, cuts) => {
        const keep = rowKeeper()
        const lists = [...cuts.sort((a, b) => a - b).map((cut) => images.slice(0, cut)), images, images.slice(1)]
        for (const one of [frame, { ...frame, width: 400 }])
          for (const list of lists)
            expect(keep(list, one)).toEqual(
              justify(
                list.map(({ width, height }) => width / height),
                one,
              ),
            )
      }),
    )
  })

  it('keeps rows and ids right for lists that were joined, also where a page told an image again', () => {
    fc.assert(
      fc.property(pagesOf, pagesOf, (pages, others) => {
        const [join, keepRows, keepIds] = [pageJoiner<Image>(), rowKeeper(), idKeeper()]
        for (const step of [...pages.map((_, at) => pages.slice(0, at + 1)), others, pages, pages.slice(0, 1)]) {
          const list = join(step)
          expect(keepIds(list)).toEqual(list.map(({ id }) => id))
          expect(keepRows(list, frame)).toEqual(
            justify(
              list.map(({ width, height }) => width / height),
              frame,
            ),
          )
        }
      }),
    )
  })

  it('looks at no image again when a page more arrives', () => {
    const [join, keepRows, keepIds] = [pageJoiner<Image>(), rowKeeper(), idKeeper()]
    let looks = 0
    const page = (from: number) => ({
      items: Array.from({ length: 50 }, (_, at) => ({
        get id() {
          looks++
          return `${from + at}`
        },
        width: 4,
        height: 3,
      })),
    })
    const pages = Array.from({ length: 40 }, (_, at) => page(at * 50))
    const perStep = pages.map((_, at) => {
      looks = 0
      const list = join(pages.slice(0, at + 1))
      keepIds(list)
      keepRows(list, frame)
      return looks
    })
    expect(perStep.at(-1)).toBe(perStep[0])
  })

  it('keeps the full rows the very same when more arrives', () => {
    const keep = rowKeeper()
    const images = Array.from({ length: 30 }, (_, at) => ({ id: `${at}`, width: 4, height: 3 }))
    const before = keep(images.slice(0, 20), frame)
    expect(keep(images, frame)[0]).toBe(before[0])
  })
})

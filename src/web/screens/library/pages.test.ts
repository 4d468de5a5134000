import { describe, expect, it } from 'vitest'
import type { ImageView, List } from '../../api/types.ts'
import { changePages, sharePages } from './pages.ts'

const image = (id: string, more: Partial<ImageView> = {}) =>
  ({ id, revision: 1, title: `of ${id}`, isFavourite: false, tags: ['lake'], urls: { thumbnail: `/i/${id}` }, ...more }) as ImageView
const answer = (...pages: ImageView[][]) => ({
  pages: pages.map((items, at): List<ImageView> => ({ items, ...(at < pages.length - 1 && { nextCursor: `${at + 1}` }) })),
})
const copyOf = <T>(data: T): T => JSON.parse(JSON.stringify(data)) as T

describe('pages of images that are asked again', () => {
  const before = answer([image('a'), image('b')], [image('c'), image('d')])

  it('stay the very same where nothing changed', () => {
    expect(sharePages(before, copyOf(before)).pages).toBe(before.pages)
  })

  it('keep every image but the one that changed, whoever changed it', () => {
    for (const change of [{ revision: 2 }, { isFavourite: true }, { title: 'new' }, { tags: ['lake', 'sea'] }]) {
      const after = copyOf(before)
      after.pages[1]!.items[0] = image('c', change)
      const shared = sharePages(before, after)
      expect(shared).toEqual(after)
      expect(shared.pages[0]).toBe(before.pages[0])
      expect(shared.pages[1]!.items[1]).toBe(before.pages[1]!.items[1])
    }
  })

  it('take new addresses of pictures, since the old ones run out', () => {
    const after = answer([
      image('a', { urls: { thumbnail: '/i/a?later', preview: '', original: '' } as ImageView['urls'] & {} }),
      image('b'),
    ])
    expect(sharePages(before, after).pages[0]!.items[0]!.urls!.thumbnail).toBe('/i/a?later')
  })

  it('show what came, went and moved, and the first answer as it is', () => {
    const after = answer([image('new'), image('a')], [image('b'), image('d')], [image('e')])
    expect(sharePages(before, after)).toEqual(after)
    expect(sharePages(undefined, after)).toEqual(after)
  })
})

describe('a change of many images', () => {
  it('reaches them on every page, and leaves the other pages the very same', () => {
    const data = answer([image('a'), image('b')], [image('c')])
    const changed = changePages(data, (one) => (one.id === 'b' ? undefined : one.id === 'a' ? { ...one, isFavourite: true } : one))
    expect(changed.pages.map(({ items }) => items.map(({ id, isFavourite }) => [id, isFavourite]))).toEqual([[['a', true]], [['c', false]]])
    expect(changed.pages[1]).toBe(data.pages[1])
    expect(sharePages(data, changed).pages).toEqual(changed.pages)
  })
})

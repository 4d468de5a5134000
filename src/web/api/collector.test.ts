import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventType } from '#core/ports/news.ts'
import { collector } from './collector.ts'

/** Questions that are answered when the test says so. */
function asking() {
  const open: { key: string; answer: () => void }[] = []
  const invalidateQueries = ({ queryKey }: { queryKey?: unknown } = {}) =>
    new Promise<void>((answer) => open.push({ key: (queryKey as string[]).join(' '), answer }))
  return { open, tell: collector({ invalidateQueries } as never), keys: () => open.map(({ key }) => key) }
}
const event = (type: EventType, subjectId: string) => ({ seq: 1, v: 1 as const, type, at: 0, subjectId })

describe('what news makes stale', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is asked once for several events of one moment', async () => {
    const { tell, keys } = asking()
    for (const id of ['a', 'b', 'a']) tell(event('image.ready', id))
    expect(keys()).toEqual([])
    await vi.runAllTimersAsync()
    expect(keys()).toEqual(['image a', 'images', 'image b'])
  })

  it('is asked again only after the answer, and then once, however much came meanwhile', async () => {
    const { tell, keys, open } = asking()
    tell(event('image.ready', 'a'))
    await vi.runAllTimersAsync()
    for (const id of ['b', 'c', 'd']) {
      tell(event('image.ready', id))
      await vi.runAllTimersAsync()
    }
    expect(keys().filter((key) => key === 'images')).toHaveLength(1)
    open.find(({ key }) => key === 'images')!.answer()
    await vi.runAllTimersAsync()
    expect(keys().filter((key) => key === 'images')).toHaveLength(2)
    expect(keys()).toContain('image d')
  })

  it('lets one long answer hold up nothing else', async () => {
    const { tell, keys } = asking()
    tell(event('image.ready', 'a'))
    await vi.runAllTimersAsync()
    tell(event('generation.settled', 'g'))
    await vi.runAllTimersAsync()
    expect(keys()).toEqual(['image a', 'images', 'generation g', 'generations', 'usage'])
  })

  it('is only the picture itself for a step of its processing', async () => {
    const { tell, keys } = asking()
    tell(event('image.step', 'a'))
    await vi.runAllTimersAsync()
    expect(keys()).toEqual(['image a'])
  })
})

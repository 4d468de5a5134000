import { describe, expect, it } from 'vitest'
import { EMPTY_QUEUE, reduceUploads, speedOf, startable, totalsOf, type UploadEvent, type UploadItem } from './queue.ts'

const file = (id: string, size = 100): UploadItem => ({ id, name: `${id}.jpg`, size, contentType: 'image/jpeg', state: 'waiting', sent: 0 })
const play = (...events: UploadEvent[]) => events.reduce(reduceUploads, EMPTY_QUEUE)
const states = (queue: { items: readonly UploadItem[] }) => queue.items.map(({ state }) => state).join(' ')
const added: UploadEvent = { type: 'add', items: [file('a'), file('b'), file('c'), file('d')] }

describe('the upload queue', () => {
  it('starts so many at once, in order', () => {
    const queue = play(added, { type: 'started', id: 'a' })
    expect(startable(queue, 3).map(({ id }) => id)).toEqual(['b', 'c'])
    expect(startable(play(added, { type: 'pause', id: 'a' }), 1).map(({ id }) => id)).toEqual(['b'])
  })

  it('waits, and does not fail, when the network is cut, and goes on with what it knows', () => {
    const session = { id: 'i1', partSize: 10, partCount: 10 }
    const queue = play(
      added,
      { type: 'started', id: 'a' },
      { type: 'offered', id: 'a', imageId: 'i1', session },
      { type: 'progress', id: 'a', sent: 40 },
      { type: 'cut', id: 'a' },
    )
    expect(queue.items[0]).toMatchObject({ state: 'waiting', session, sent: 40 })
  })

  it('takes what the studio has for a duplicate, unless it is this very upload whose answer was lost', () => {
    const cut = play(
      added,
      { type: 'started', id: 'a' },
      { type: 'offered', id: 'a', imageId: 'i1' },
      { type: 'cut', id: 'a' },
      { type: 'started', id: 'a' },
    )
    expect(reduceUploads(cut, { type: 'existing', id: 'a', imageId: 'i1' }).items[0]).toMatchObject({ state: 'processing', imageId: 'i1' })
    expect(reduceUploads(cut, { type: 'existing', id: 'a', imageId: 'i9' }).items[0]).toMatchObject({ state: 'duplicate', imageId: 'i9' })
  })

  it('pauses and resumes one or all, leaving what has ended alone', () => {
    const queue = play(added, { type: 'started', id: 'a' }, { type: 'arrived', id: 'a' }, { type: 'pause' })
    expect(states(queue)).toBe('processing paused paused paused')
    expect(states(reduceUploads(queue, { type: 'resume', id: 'c' }))).toBe('processing paused waiting paused')
  })

  it('tries again from the first byte, forgetting what the failed attempt was given', () => {
    const failed = play(
      added,
      { type: 'started', id: 'a' },
      { type: 'offered', id: 'a', imageId: 'i1' },
      { type: 'failed', id: 'a', reason: 'too_large' },
    )
    const [again] = reduceUploads(failed, { type: 'retry', id: 'a' }).items
    expect(again).toEqual(file('a'))
  })

  it('hears from the studio what became of a picture, a duplicate found late included', () => {
    const sent = play(added, { type: 'started', id: 'a' }, { type: 'offered', id: 'a', imageId: 'i1' }, { type: 'arrived', id: 'a' })
    expect(reduceUploads(sent, { type: 'image', imageId: 'i1', state: 'ready' }).items[0]!.state).toBe('ready')
    expect(reduceUploads(sent, { type: 'image', imageId: 'i1', state: 'rejected', reason: 'duplicate' }).items[0]!.state).toBe('duplicate')
    expect(reduceUploads(sent, { type: 'image', imageId: 'i1', state: 'failed', reason: 'invalid_input' }).items[0]).toMatchObject({
      state: 'failed',
      reason: 'invalid_input',
    })
  })

  it('ignores news that come too late', () => {
    const removed = play(added, { type: 'remove', id: 'a' }, { type: 'progress', id: 'a', sent: 5 })
    expect(states(removed)).toBe('waiting waiting waiting')
    expect(states(play(added, { type: 'arrived', id: 'a' }))).toBe('waiting waiting waiting waiting')
  })

  it('adds up', () => {
    const queue = play(
      added,
      { type: 'started', id: 'a' },
      { type: 'progress', id: 'a', sent: 500 },
      { type: 'existing', id: 'a', imageId: 'x' },
    )
    expect(totalsOf(queue)).toEqual({ files: 4, done: 1, failed: 0, bytes: 400, sent: 100, isBusy: true })
    expect(
      speedOf([
        { at: 0, sent: 0 },
        { at: 2000, sent: 1000 },
      ]),
    ).toBe(500)
    expect(speedOf([])).toBe(0)
  })
})

import { expect, it } from 'vitest'
import { translateFault } from './errors.ts'

const model = { id: 'm', name: 'Model', lifecycle: { state: 'active' } } as const
const broken = (code: string, message = code) => Object.assign(new Error(message), { code, $metadata: {} })
const of = (fault: Error, underWayMs?: number) =>
  translateFault(fault, { model, region: 'us-west-2', ...(underWayMs !== undefined && { underWayMs }) })

it.each(['ECONNRESET', 'EPIPE', 'ERR_HTTP2_STREAM_ERROR'])('asks again when the line broke by %s at once', (code) => {
  expect(of(broken(code, 'socket hang up'), 150)).toMatchObject({ code: 'unavailable' })
})

it.each(['ECONNRESET', 'EPIPE', 'ERR_HTTP2_STREAM_ERROR'])(
  'leaves it to a person when %s came while a picture may have been made',
  (code) => {
    const message = expect.stringContaining('may be billed again')
    expect(of(broken(code, 'socket hang up'), 800)).toMatchObject({ code: 'internal', message })
  },
)

it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])('asks again after %s, however long it took, since nothing was sent', (code) => {
  expect(of(broken(code), 60_000)).toMatchObject({ code: 'unavailable' })
})

it('asks again where a call may be made twice', () => {
  expect(of(broken('ECONNRESET'))).toMatchObject({ code: 'unavailable' })
})

import { describe, expect, it } from 'vitest'
import { emfTelemetry } from './emf-telemetry.ts'

function recorded(more: Partial<Parameters<typeof emfTelemetry>[0]> = {}) {
  const lines: string[] = []
  const telemetry = emfTelemetry({ write: (line) => void lines.push(line), now: () => 1_700_000_000_000, namespace: 'Genzo', ...more })
  return { telemetry, last: () => JSON.parse(lines.at(-1)!), lines }
}

describe('telemetry in the embedded metric format', () => {
  it('writes a number as a metric that CloudWatch can read, with its unit and dimensions', () => {
    const { telemetry, last } = recorded({ about: { stage: 'prod' } })
    telemetry.observe('render_ms', 12.5, { format: 'webp' })
    expect(last()).toEqual({
      _aws: {
        Timestamp: 1_700_000_000_000,
        CloudWatchMetrics: [
          { Namespace: 'Genzo', Dimensions: [['stage', 'format']], Metrics: [{ Name: 'render_ms', Unit: 'Milliseconds' }] },
        ],
      },
      stage: 'prod',
      format: 'webp',
      render_ms: 12.5,
    })
  })

  it.each([
    ['originals_bytes', 'Bytes'],
    ['queue_age_seconds', 'Seconds'],
    ['images', 'None'],
  ])('measures %s in %s', (name, unit) => {
    const { telemetry, last } = recorded()
    telemetry.gauge(name, 1)
    expect(last()._aws.CloudWatchMetrics[0].Metrics[0].Unit).toBe(unit)
  })

  it('writes logs as JSON with the ids of the request, which metrics do not carry', () => {
    const { telemetry, last } = recorded({ context: () => ({ requestId: 'r1' }) })
    telemetry.log('warn', 'slow', { imageId: 'i1', error: new TypeError('bad', { cause: new Error('root') }) })
    expect(last()).toMatchObject({
      level: 'warn',
      time: '2023-11-14T22:13:20.000Z',
      message: 'slow',
      requestId: 'r1',
      imageId: 'i1',
      error: { name: 'TypeError', message: 'bad', cause: 'Error: root' },
    })
    telemetry.count('requests_total', 1)
    expect(last().requestId).toBeUndefined()
  })

  it('leaves out what is below its level', () => {
    const { telemetry, lines } = recorded({ level: 'warn' })
    telemetry.log('info', 'chatter')
    expect(lines).toEqual([])
  })

  it('never throws, whatever it is given or whoever listens', () => {
    const cyclic: Record<string, unknown> = {}
    cyclic.self = cyclic
    const { telemetry } = recorded()
    expect(() => telemetry.log('info', 'odd', cyclic)).not.toThrow()
    const broken = recorded({
      write: () => {
        throw new Error('pipe closed')
      },
    })
    expect(() => broken.telemetry.count('x', 1)).not.toThrow()
  })
})

import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { isStudioError, StudioError } from '#core/errors.ts'
import type { Image } from '#core/image.ts'
import type { AppEnv } from '../env.ts'
import { base64Of, streamEvent, wishOf } from './answer.ts'
import type { Asked } from './body.ts'
import { openAiError } from './errors.ts'
import { type FilePorts, smallFileOf } from './files.ts'
import { type Begun, finish, type RunPorts } from './run.ts'

/** A comment this often keeps proxies from taking a model at work for a dead line. Milliseconds. */
const HEARTBEAT_MS = 15_000

type Streamed = { begun: Begun; asked: Asked; verb: 'image_generation' | 'image_edit'; stopping?: AbortSignal | undefined }

/** Sends each picture as it becomes ready. What goes wrong once the stream has begun is an `error` event, which the SDKs throw. */
export function answerStream(c: Context<AppEnv>, ports: RunPorts & FilePorts, { begun, asked, verb, stopping }: Streamed): Response {
  const { generation } = begun
  const { fields } = asked
  const wish = wishOf(fields)
  // Proxies such as nginx would hold the events back until there are enough of them.
  c.header('x-accel-buffering', 'no')
  return streamSSE(c, async (out) => {
    const gone = new AbortController()
    out.onAbort(() => gone.abort())
    const signal = stopping ? AbortSignal.any([gone.signal, stopping]) : gone.signal
    const beat = setInterval(() => void out.write(': still here\n\n').catch(() => {}), HEARTBEAT_MS)
    const send = (event: { type: string }) => out.writeSSE({ event: event.type, data: JSON.stringify(event) })
    const onReady = async (image: Image) => {
      if ((fields.partial_images ?? 0) > 0) {
        const base64 = Buffer.from(await smallFileOf(ports, image, wish)).toString('base64')
        await send(streamEvent({ verb, fields, generation }, { image, base64, partial: 0 }))
      }
      await send(streamEvent({ verb, fields, generation }, { image, base64: await base64Of(ports, image, wish) }))
    }
    try {
      await finish(ports, c.get('actor'), generation, { signal, onReady })
    } catch (error) {
      if (!isStudioError(error))
        ports.telemetry.log('error', 'a stream failed', {
          requestId: c.get('requestId'),
          error: error instanceof Error ? error.name : typeof error,
        })
      const told = isStudioError(error) ? error : new StudioError('internal', 'the studio failed, and recorded it', {})
      await out.writeSSE({ event: 'error', data: JSON.stringify({ type: 'error', error: openAiError(told) }) })
    } finally {
      clearInterval(beat)
    }
  })
}

import { z } from '@hono/zod-openapi'
import { streamSSE } from 'hono/streaming'
import { StudioError } from '#core/errors.ts'
import { iso } from '#core/iso-time.ts'
import type { Ports } from '#core/ports/index.ts'
import { EVENT_TYPES, type StudioEvent } from '#core/ports/news.ts'
import { LONGEST_WAIT_SECONDS } from '../route-table.ts'
import { Time } from '../schemas/common.ts'
import { type Api, describe, json } from './route.ts'

/** Events an answer holds at most. */
const PAGE = 100
/** A comment this often keeps proxies from taking a quiet stream for a dead one. Milliseconds. */
const HEARTBEAT_MS = 15_000
/** A stream ends after this and the browser asks again, with a credential that is checked again. Milliseconds. */
const STREAM_MS = 5 * 60_000

const WireEvent = z
  .object({ seq: z.int(), v: z.literal(1), type: z.enum(EVENT_TYPES), at: Time, subjectId: z.string() })
  .openapi('StudioEvent')
const Feed = z.object({ items: z.array(WireEvent), cursor: z.int().openapi({ description: 'Ask with it next.' }) })
const FeedQuery = z.object({
  after: z.string().max(20).default('0').openapi({ description: '`cursor` of the answer before, or `now` for only what comes.' }),
  wait: z.coerce.number().int().min(0).max(LONGEST_WAIT_SECONDS).default(LONGEST_WAIT_SECONDS).openapi({ description: 'Seconds.' }),
})

const wireEvent = ({ at, ...event }: StudioEvent): z.infer<typeof WireEvent> => ({ ...event, at: iso(at) })

type FeedOptions = { isStreaming: boolean /** The server is being stopped: whoever waits is answered now. */; stopping?: AbortSignal }
const eitherOf = (a: AbortSignal, b: AbortSignal | undefined) => (b ? AbortSignal.any([a, b]) : a)

/** News of what is yours: a long-poll everywhere, a stream of server-sent events where the host can hold one. */
export function eventRoutes(app: Api, { events, now }: Pick<Ports, 'events' | 'now'>, { isStreaming, stopping }: FeedOptions): void {
  app.openapi(
    describe({
      method: 'get',
      path: '/api/events',
      tags: ['Events'],
      summary: 'What happened after a cursor; waits for it when there is nothing yet',
      request: { query: FeedQuery },
      responses: { 200: json(Feed, 'News, oldest first; with Accept: text/event-stream, a stream of the same') },
    }),
    async (c) => {
      const { id } = c.get('actor')
      const { after, wait } = c.req.valid('query')
      const wantsStream = isStreaming && (c.req.header('accept') ?? '').includes('text/event-stream')
      const cursor = await cursorOf(events, id, (wantsStream && c.req.header('last-event-id')) || after)
      if (wantsStream) return stream(c as never, cursor) as never
      const first = await events.after(id, cursor, PAGE)
      if (first.items.length > 0 || wait === 0 || after === 'now')
        return c.json({ items: first.items.map(wireEvent), cursor: first.cursor }, 200)
      await events.wait(id, cursor, wait * 1000, eitherOf(c.req.raw.signal, stopping))
      const { items, cursor: next } = await events.after(id, cursor, PAGE)
      return c.json({ items: items.map(wireEvent), cursor: next }, 200)
    },
  )

  const stream = (c: Parameters<typeof streamSSE>[0], from: number) =>
    streamSSE(c, async (out) => {
      const { id } = c.get('actor') as { id: string }
      const stop = new AbortController()
      out.onAbort(() => stop.abort())
      let cursor = from
      const began = now()
      let quietSince = began
      while (!out.aborted && !stopping?.aborted && now() - began < STREAM_MS) {
        const page = await events.after(id, cursor, PAGE)
        for (const event of page.items)
          await out.writeSSE({ id: String(event.seq), event: event.type, data: JSON.stringify(wireEvent(event)) })
        cursor = page.cursor
        if (page.items.length > 0) quietSince = now()
        await events.wait(id, cursor, HEARTBEAT_MS, eitherOf(stop.signal, stopping))
        if (now() - quietSince >= HEARTBEAT_MS) {
          await out.write(': still here\n\n')
          quietSince = now()
        }
      }
    })
}

/** The cursor as a number; `now` is past everything that is kept. */
async function cursorOf(events: Ports['events'], ownerId: string, after: string): Promise<number> {
  if (after !== 'now') {
    if (!/^\d{1,15}$/.test(after))
      throw new StudioError('invalid_input', `the cursor ${JSON.stringify(after)} is not one that this feed gave`)
    return Number(after)
  }
  let cursor = 0
  for (;;) {
    const page = await events.after(ownerId, cursor, 1000)
    if (page.items.length === 0) return page.cursor
    cursor = page.cursor
  }
}

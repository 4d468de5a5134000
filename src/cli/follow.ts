import type { StudioEvent } from '#core/ports/news.ts'
import type { Client } from './client.ts'

type News = { items: StudioEvent[]; cursor: number }

/** Where the feed is now: ask before doing what is then followed, so that no news falls between. */
export async function feedNow(client: Client): Promise<number> {
  const { body } = await client.json<News>('GET', '/api/events?after=now&wait=0')
  return body.cursor
}

/**
 * Waits on the event feed until `look` says that nothing is open any more. `look` is called at the start, with each batch of news, and
 * when a wait ends without any, since a feed keeps 24 hours and not for ever.
 */
export async function followUntil(client: Client, from: number, look: (subjects: ReadonlySet<string> | undefined) => Promise<boolean>) {
  let cursor = from
  let isDone = await look(undefined)
  while (!isDone) {
    const { body } = await client.json<News>('GET', `/api/events?after=${cursor}`)
    cursor = body.cursor
    isDone = await look(body.items.length > 0 ? new Set(body.items.map(({ subjectId }) => subjectId)) : undefined)
  }
}

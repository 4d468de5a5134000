import { bestEffort } from '#core/best-effort.ts'
import type { Events, EventType } from '#core/ports/news.ts'
import type { Telemetry } from '#core/ports/operations.ts'
import type { Topic } from './sns-topic.ts'

/** What operators hear of: how things ended. Everything else is between the studio and the owner. */
const ANNOUNCED: Partial<Record<EventType, string>> = {
  'image.ready': 'An image is ready',
  'image.failed': 'An image could not be processed',
  'image.rejected': 'An image was rejected',
  'generation.settled': 'A generation has ended',
}

/**
 * The owners' feed, with endings told to `image-processed-topic` as well. Every path to an ending appends to the feed (a task, an
 * abandoned job, the sweeper), so this one place misses none. At least once, ids only; the feed comes first, and a topic that does not
 * answer is logged and holds nothing up.
 */
export function announcedEvents(events: Events, { topic, telemetry }: { topic: Topic; telemetry: Telemetry }): Events {
  return {
    ...events,
    async append(ownerId, event) {
      await events.append(ownerId, event)
      const subject = ANNOUNCED[event.type]
      if (!subject) return
      const message = { ownerId, subjectId: event.subjectId, at: new Date(event.at).toISOString() }
      await bestEffort({ telemetry }, 'announcing an ending', () => topic.publish({ kind: event.type, subject, message }))
    },
  }
}

/** Something happened to something of the owner's. `seq` is a per-owner counter and the cursor. */
export type StudioEvent = { seq: number; v: 1; type: EventType; at: number; subjectId: string }
export const EVENT_TYPES = [
  'image.pending',
  'image.processing',
  'image.step',
  'image.ready',
  'image.failed',
  'image.rejected',
  'image.updated',
  'image.trashed',
  'image.purged',
  'generation.queued',
  'generation.running',
  'generation.output',
  'generation.settled',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** The owner's feed: at least once, kept 24 hours. */
export interface Events {
  append(ownerId: string, event: { type: EventType; subjectId: string; at: number }): Promise<void>
  /**
   * Events with a higher seq, oldest first, at most `limit`. `cursor` is what to ask with next, also when nothing came. A cursor of
   * before the kept time starts at the oldest kept.
   */
  after(ownerId: string, cursor: number, limit: number): Promise<{ items: StudioEvent[]; cursor: number }>
  /** Resolves when there may be news after `cursor`, or after `timeoutMs`. Never rejects. */
  wait(ownerId: string, cursor: number, timeoutMs: number, signal?: AbortSignal): Promise<void>
  removeByOwner(ownerId: string): Promise<void>
}

export type Letter = { to: string; subject: string; text: string; html?: string }
/** Mail to people: SMTP, SES, or an outbox page. Fails with `unavailable`; the caller decides whether that matters. */
export interface Mail {
  send(letter: Letter): Promise<void>
}

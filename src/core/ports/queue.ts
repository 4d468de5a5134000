/** What waits. Ids only: never prompts or bytes. */
export type Job =
  | { kind: 'generate'; generationId: string }
  | { kind: 'process'; imageId: string }
  /** In the `processing` queue: everything of its owner, to take along. */
  | { kind: 'export'; exportId: string }
/** The id of what a job is about. */
export const subjectOf = (job: Job): string =>
  job.kind === 'generate' ? job.generationId : job.kind === 'process' ? job.imageId : job.exportId
export type QueueName = 'generation' | 'processing'

export type Message = {
  job: Job
  /** Fairness group. */
  ownerId: string
  /** Names this delivery; changes with each. */
  receipt: string
  /** Deliveries so far, this one included. A poison guard only: attempts live in the job's row. */
  receiveCount: number
  sentAt: number
}

/** Counts are approximate. */
export type QueueDepth = { waiting: number; delayed: number; inFlight: number; dead: number; oldestAgeMs?: number }

export type DeadLetter = { job: Job; ownerId: string; reason: string; at: number; id: string }

/** At least once, in any order. The queue owns the retry of a job; nothing else does. */
export interface Queue {
  /** Durable when it resolves. `delaySeconds` 0–900. */
  send(job: Job, about: { ownerId: string; delaySeconds?: number }): Promise<void>
  /**
   * Up to `max` (1–10) messages, hidden from others for `visibilitySeconds`; waits up to `waitSeconds` for the first. Approximately
   * fair between owners.
   */
  receive(options: { max: number; visibilitySeconds: number; waitSeconds: number; signal?: AbortSignal }): Promise<Message[]>
  /** Done with it. Succeeds when the receipt is stale. */
  remove(message: Message): Promise<void>
  /** Heartbeat: hidden for `visibilitySeconds` from now. 0 gives it back at once. */
  extend(message: Message, visibilitySeconds: number): Promise<void>
  /** Waits for a rate or a throttle without costing an attempt: a new delayed message, then the old one is removed. */
  postpone(message: Message, delaySeconds: number): Promise<void>
  /** Puts it among the dead letters with the reason, then removes it. */
  setAside(message: Message, reason: string): Promise<void>
  depth(): Promise<QueueDepth>
  /** Dead letters, approximately oldest first. May hide them from other readers for a moment. */
  listDead(limit: number): Promise<DeadLetter[]>
  /** Sends up to `limit` dead letters again. Returns how many. */
  redrive(limit: number): Promise<number>
}

import type { ServerResponse } from 'node:http'

/** Where Node keeps the text of a head: `headersSent` asks whether it is there, and `end` writes it. */
type WithHead = ServerResponse & { _header?: string | null; maxRequestsOnConnectionReached?: boolean }

/** Whether the connection stays after this answer. */
const stays = (response: WithHead): boolean => response.shouldKeepAlive && !response.maxRequestsOnConnectionReached

/**
 * Whether a head that Node wrote for another answer may stand on this one: nothing was written yet, the connection stays, as such a head
 * says, and this Node keeps heads where we know. If not, heads are written the long way, each line of them checked and joined anew.
 */
export const takesHead = (response: ServerResponse): boolean => stays(response) && (response as WithHead)._header === null

/** What Node wrote as the head of an answer after which the connection stays. */
export const writtenHead = (response: ServerResponse): string | undefined =>
  (stays(response) && (response as WithHead)._header) || undefined

/** Puts a head on an answer that takes it, as Node wrote it: with its date, so within the same second only. */
export function setHead(response: ServerResponse, text: string): void {
  ;(response as WithHead)._header = text
}

/** The second of a time in ms: for how long a head may be written again. */
export const secondOf = (now: number): number => Math.floor(now / 1000)

import type { Generation, Output } from '../generation.ts'
import type { Image } from '../image.ts'
import type { Page, PageRequest } from '../page.ts'
import type { PeriodLimit } from './ledger.ts'

export type Acceptance =
  | { outcome: 'accepted'; generation: Generation }
  /** The same key and body came before: this is what was accepted then, as it is now. */
  | { outcome: 'repeated'; generation: Generation }
  | { outcome: 'key_reused' }
  | { outcome: 'limit_reached'; limit: PeriodLimit; remaining: number; unit: 'microUsd' | 'images' }

export type GenerationChange = {
  [K in
    | 'state'
    | 'outputs'
    | 'chargedMicroUsd'
    | 'providerCalls'
    | 'reason'
    | 'reasonDetail'
    | 'adjustments'
    | 'attempts'
    | 'startedAt'
    | 'settledAt'
    | 'dueAt']?: Generation[K] | undefined
}

/** Generations, accepted and run exactly once in effect. */
export interface Generations {
  /**
   * One atomic call: the generation with its `dueAt`, its pending images, the reservation in every period and the idempotency key
   * are all written, or none is. A limit that would be passed refuses the whole. Idempotency keys are per owner and end at `expiresAt`,
   * which is compared here, never left to a clean-up.
   */
  accept(request: {
    generation: Generation
    images: readonly Image[]
    reservation: { microUsd: number; images: number; periods: readonly PeriodLimit[] }
    idempotency?: { key: string; bodyHash: string; expiresAt: number }
  }): Promise<Acceptance>
  /**
   * What `accept` would answer to a repeat of this key: `repeated`, `key_reused` when the body differs, undefined when the key is free
   * or ended at or before `now`. Strong. Asked first, so that a repeat is answered even when the studio would refuse a new request.
   */
  findRepeat(ownerId: string, idempotency: { key: string; bodyHash: string; now: number }): Promise<Acceptance | undefined>
  /** Strong. */
  find(id: string): Promise<Generation | undefined>
  /**
   * Takes the generation for one worker until `leaseUntil`, raising the fence. Undefined when it is settled, or held by another's live
   * lease. `holder` is `{bootId}.{run id}`: the same holder may claim again (its step ran twice), another run of the same boot may not,
   * and a lease of an earlier boot of the same server is free at once.
   */
  claim(id: string, lease: { holder: string; now: number; leaseUntil: number }): Promise<Generation | undefined>
  /** Keeps the lease. False when the fence is no longer the newest. */
  extend(id: string, fence: number, leaseUntil: number): Promise<boolean>
  /** Writes under the fence. Undefined when a newer claim exists or it is settled: the caller stops, it was overtaken. */
  update(id: string, fence: number, change: GenerationChange): Promise<Generation | undefined>
  /** Replaces one output under the fence, leaving the others: outputs run in parallel. `addedProviderCalls` is added to the count. */
  updateOutput(id: string, fence: number, output: Output, addedProviderCalls: number): Promise<Generation | undefined>
  /** Drops the lease, so that a retry need not wait for it. */
  release(id: string, fence: number): Promise<void>
  /** Marks that the owner wants it stopped; idempotent; needs no fence. Returns it as it is, undefined when there is none. */
  requestCancel(id: string, at: number): Promise<Generation | undefined>
  /** Newest first. Eventually consistent. */
  listByOwner(ownerId: string, page: PageRequest): Promise<Page<Generation>>
  listDue(now: number, limit: number): Promise<Generation[]>
  /** Sets when the sweeper looks again; needs no fence, does nothing when settled. */
  defer(id: string, dueAt: number): Promise<void>
  removeByOwner(ownerId: string): Promise<number>
}

import type { Directory, Keys } from './access.ts'
import type { Albums } from './albums.ts'
import type { Blobs } from './blobs.ts'
import type { Derivatives } from './derivatives.ts'
import type { Generations } from './generations.ts'
import type { Images } from './images.ts'
import type { Ledger } from './ledger.ts'
import type { Links } from './links.ts'
import type { Embeddings, Models, Moderator, Wording } from './models.ts'
import type { Events, Mail } from './news.ts'
import type { Audit, Rates, Settings, Telemetry } from './operations.ts'
import type { Pixels } from './pixels.ts'
import type { Queue, QueueName } from './queue.ts'
import type { Search } from './search.ts'
import type { Uploads } from './uploads.ts'
import type { Vectors } from './vectors.ts'
import type { Workflows } from './workflows.ts'
import type { Zip } from './zip.ts'

/** Everything the studio needs from the world: the system's table of contents. Each world builds one of these, in its `studio.ts`. */
export type Ports = {
  /** Bytes, written once. */
  blobs: Blobs
  uploads: Uploads
  derivatives: Derivatives
  pixels: Pixels
  zip: Zip
  /** Facts. */
  images: Images
  albums: Albums
  search: Search
  vectors: Vectors
  generations: Generations
  ledger: Ledger
  links: Links
  /** Work. */
  queues: Record<QueueName, Queue>
  workflows: Workflows
  models: Models
  wording: Wording
  embeddings: Embeddings
  moderator: Moderator
  rates: Rates
  /** People and news. */
  keys: Keys
  directory: Directory
  events: Events
  mail: Mail
  /** Running it. */
  settings: Settings
  audit: Audit
  telemetry: Telemetry
  policy: Policy
  /** HMAC-SHA-256 under the studio's own delivery key, base64url; `kid` names the key. */
  signer: Signer
  now: () => number
  newId: () => string
}

/** The studio's own signing key for delivery URLs. Sync, since a page of fifty images signs fifty. */
export interface Signer {
  readonly kid: string
  /** Base64url of HMAC-SHA-256, 43 characters. */
  sign(text: string, secret?: string): string
  /** The secret of a kid that this signer holds (today's key and the one before); undefined for a link's. */
  secretOf(kid: string): string | undefined
}

/** What the operator decided: limits, prices and rules that use cases ask. All money integer micro-dollars. */
export type Policy = {
  dayMicroUsd?: number
  monthMicroUsd?: number
  dayImages?: number
  monthImages?: number
  storageBytesPerOwner?: number
  maxUploadBytes: number
  maxPixels: number
  trashDays: number
  /** Absent keeps them. */
  deleteGeneratedAfterDays?: number
  maxGenerationsInFlightPerOwner: number
  /** Asking for a retired model is answered by its successor, and says so. */
  answerRetiredBySuccessor: boolean
  publicUrl: string
}

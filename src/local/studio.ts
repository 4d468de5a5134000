import { randomFillSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidV7Source } from '#core/ids.ts'
import { policyModerator } from '#core/moderation.ts'
import type { Policy, Ports } from '#core/ports/index.ts'
import { inProcessPixels } from '#imaging/in-process-pixels.ts'
import { awaiting } from './awaiting.ts'
import { fsBlobs } from './fs-blobs.ts'
import { fsUploads, type LocalUploads } from './fs-uploads.ts'
import { quietTelemetry } from './quiet-telemetry.ts'
import { freshSecrets, hmacSigner, type Secrets, secretsIn } from './secrets.ts'
import { type Db, openDatabase } from './sqlite.ts'
import { sqliteDirectory } from './sqlite-directory.ts'
import { sqliteEvents } from './sqlite-events.ts'
import { sqliteGenerations } from './sqlite-generations.ts'
import { sqliteImages } from './sqlite-images.ts'
import { sqliteKeys } from './sqlite-keys.ts'
import { sqliteLedger } from './sqlite-ledger.ts'
import { sqliteLinks } from './sqlite-links.ts'
import { sqliteAudit, sqliteRates, sqliteSettings } from './sqlite-operations.ts'
import { sqliteQueue } from './sqlite-queue.ts'
import { sqliteSearch } from './sqlite-search.ts'
import { sqliteUploadRecords } from './sqlite-upload-records.ts'
import { unconfiguredEmbeddings, unconfiguredWording } from './unconfigured.ts'
import { inProcessWakes } from './wakes.ts'

export type LocalConfig = {
  /** `GENZO_DATA`. Absent: a database in memory and a temporary folder, gone at `close`. */
  dir?: string
  /** Given by the one server, which holds the lock: what earlier boots had in hand is free at once. */
  bootId?: string
  policy?: Partial<Policy>
  now?: () => number
  /** Ports made elsewhere, in place of the ones here. */
  ports?: Partial<Ports>
}

export type LocalStudio = Ports & {
  db: Db
  secrets: Secrets
  /** Takes the PUTs that `uploads.sign` signed: one machine is its own store. */
  storePut: LocalUploads['receive']
  close(): Promise<void>
}

/** What an operator who decided nothing gets. Bytes, pixels, days. */
export const DEFAULT_POLICY: Policy = {
  maxUploadBytes: 100 * 1024 ** 2,
  maxPixels: 100_000_000,
  trashDays: 30,
  maxGenerationsInFlightPerOwner: 20,
  answerRetiredBySuccessor: true,
  publicUrl: 'http://127.0.0.1:3000',
}

/** The studio on one machine. `:memory:` makes these adapters the fakes of every core test: the ones we ship. */
export function localPorts(config: LocalConfig | ':memory:' = {}): LocalStudio {
  const { dir: given, bootId, now = Date.now, policy: decided, ports: others } = config === ':memory:' ? ({} as LocalConfig) : config
  const dir = given ?? mkdtempSync(join(tmpdir(), 'genzo-'))
  if (given !== undefined) mkdirSync(given, { recursive: true, mode: 0o700 })
  const db = openDatabase(given === undefined ? ':memory:' : join(dir, 'genzo.sqlite'))
  const secrets = given === undefined ? freshSecrets() : secretsIn(join(dir, 'secrets.json'))
  const policy = { ...DEFAULT_POLICY, ...decided }
  const wakes = inProcessWakes()
  const blobs = fsBlobs({ dir })
  const records = sqliteUploadRecords({ db })
  const uploads = fsUploads({ dir, blobs, records, secret: secrets.uploads, baseUrl: policy.publicUrl, now })
  const queue = (name: 'generation' | 'processing') => sqliteQueue({ db, name, now, wakes, ...(bootId !== undefined && { bootId }) })

  const ports: Ports = {
    blobs,
    uploads,
    derivatives: awaiting<Ports['derivatives']>('delivery'),
    workflows: awaiting<Ports['workflows']>('the workflow interpreter'),
    models: awaiting<Ports['models']>('the models'),
    mail: awaiting<Ports['mail']>('mail'),
    telemetry: quietTelemetry(),
    pixels: inProcessPixels({ read: async (key) => blobs.pathOf(key) }),
    images: sqliteImages({ db }),
    search: sqliteSearch({ db }),
    generations: sqliteGenerations({ db }),
    ledger: sqliteLedger({ db }),
    links: sqliteLinks({ db }),
    queues: { generation: queue('generation'), processing: queue('processing') },
    wording: unconfiguredWording(),
    embeddings: unconfiguredEmbeddings(),
    moderator: policyModerator(),
    rates: sqliteRates({ db }),
    keys: sqliteKeys({ db }),
    directory: sqliteDirectory({ db, now }),
    events: sqliteEvents({ db, wakes }),
    settings: sqliteSettings({ db }),
    audit: sqliteAudit({ db }),
    policy,
    signer: hmacSigner({ keys: secrets.delivery }),
    now,
    newId: uuidV7Source(now, (bytes) => randomFillSync(bytes)),
  }

  return {
    ...ports,
    ...others,
    db,
    secrets,
    storePut: uploads.receive,
    async close() {
      db.close()
      if (given === undefined) rmSync(dir, { recursive: true, force: true })
    },
  }
}

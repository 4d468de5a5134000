import { randomFillSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidV7Source } from '#core/ids.ts'
import type { Model } from '#core/model.ts'
import { type ModerationPolicy, policyModerator } from '#core/moderation.ts'
import type { Policy, Ports } from '#core/ports/index.ts'
import type { QueueName } from '#core/ports/queue.ts'
import { generationTasks } from '#core/use-cases/generation-tasks.ts'
import { processingTasks } from '#core/use-cases/processing-tasks.ts'
import { inProcessPixels } from '#imaging/in-process-pixels.ts'
import { zip } from '#imaging/zip.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { linearPatterns } from '#models/linear-patterns.ts'
import { SKETCH } from '#models/sketch/catalogue.data.ts'
import { sketchInvoker } from '#models/sketch/invoke.ts'
import { studioModels } from '#models/studio-models.ts'
import { aslWorkflows } from './asl-workflows.ts'
import { DATABASE_FILE, SECRETS_FILE } from './data-files.ts'
import { dropDrafts, type FsBlobs, fsBlobs } from './fs-blobs.ts'
import { fsUploads, type LocalUploads } from './fs-uploads.ts'
import { outboxMail } from './outbox-mail.ts'
import { pixelPool } from './pixel-pool.ts'
import { quietTelemetry } from './quiet-telemetry.ts'
import { type Revocations, revocations, tellingRevocations } from './revocations.ts'
import { freshSecrets, hmacSigner, type Secrets, secretsIn } from './secrets.ts'
import { sketchThread } from './sketch-thread.ts'
import { type Db, openDatabase } from './sqlite.ts'
import { sqliteAlbums } from './sqlite-albums.ts'
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
import { sqliteVectors } from './sqlite-vectors.ts'
import { type TieredOptions, tieredDerivatives } from './tiered-derivatives.ts'
import { unconfiguredEmbeddings, unconfiguredWording } from './unconfigured.ts'
import { inProcessWakes } from './wakes.ts'

export type LocalConfig = {
  /** `GENZO_DATA`, made when it is not there. Absent: a database in memory and a temporary folder, gone at `close`. */
  dir?: string
  /** Given by the one server, which holds the lock: what earlier boots had in hand is free, and their drafts go. */
  bootId?: string
  policy?: Partial<Policy>
  /** Words and patterns that prompts may not hold. */
  moderation?: ModerationPolicy
  /** Pixels in child processes, this many. Absent: in this process, as tests want it. */
  pixelWorker?: { url: URL; size: number }
  /** The sketch model in a thread of its own. Absent: in this process. */
  sketchWorker?: URL
  /** What the operator laid over the catalogue; absent: sketch alone, and Bedrock's where it has an invoker. */
  catalogue?: readonly Model[]
  invokers?: Parameters<typeof studioModels>[0]['invokers']
  /** Budgets of made files and of their makers. */
  derivatives?: Partial<Pick<TieredOptions, 'memoryBytes' | 'diskBytes' | 'makers' | 'waiting'>>
  /** Pauses between the workflows' retries; absent: the documents' own. */
  retryPauseMs?: number
  now?: () => number
  /** Ports made elsewhere, in place of the ones here. The workflows use them too. */
  ports?: Partial<Ports>
}

export type LocalStudio = Ports & {
  db: Db
  secrets: Secrets
  /** Takes the PUTs that `uploads.sign` signed: one machine is its own store. */
  storePut: LocalUploads['receive']
  /** Where a blob's bytes lie, for those who read files themselves. */
  blobPath: FsBlobs['pathOf']
  /** What was withdrawn of late, for those who keep answers ready. */
  revocations: Revocations
  close(): Promise<void>
}

/** What an operator who decided nothing gets. Bytes, pixels, days. */
export const DEFAULT_POLICY: Policy = {
  maxUploadBytes: 100 * 1024 ** 2,
  maxPixels: 100_000_000,
  trashDays: 30,
  maxGenerationsInFlightPerOwner: 20,
  answerRetiredBySuccessor: false,
  publicUrl: 'http://127.0.0.1:3000',
}

/** Memory for pictures asked for most, disk for the rest, in bytes; makers keep a pool of children busy while one of them reads. */
const DERIVATIVES = { memoryBytes: 128 * 1024 ** 2, diskBytes: 4 * 1024 ** 3, makers: Math.max(2, availableParallelism()) }

/** The studio on one machine. `:memory:` makes these adapters the fakes of every core test: the ones we ship. */
export function localPorts(given: LocalConfig | ':memory:' = {}): LocalStudio {
  const config = given === ':memory:' ? {} : given
  const { now = Date.now } = config
  const { dir, db, secrets, discard } = openData(config.dir)
  const policy = { ...DEFAULT_POLICY, ...config.policy }
  if (config.bootId !== undefined) dropDrafts(dir)
  const wakes = inProcessWakes()
  const blobs = fsBlobs({ dir })
  const records = sqliteUploadRecords({ db })
  const uploads = fsUploads({ dir, blobs, records, secret: secrets.uploads, baseUrl: policy.publicUrl, now })
  const queue = (name: QueueName) => sqliteQueue({ db, name, now, wakes, ...(config.bootId !== undefined && { bootId: config.bootId }) })
  const pool = config.pixelWorker && pixelPool({ blobPath: blobs.pathOf, size: config.pixelWorker.size, workerUrl: config.pixelWorker.url })
  const thread = config.sketchWorker && sketchThread({ workerUrl: config.sketchWorker })

  const untold: Omit<Ports, 'workflows'> = {
    blobs,
    uploads,
    derivatives: tieredDerivatives({ dir, blobs, ...DERIVATIVES, ...config.derivatives }),
    pixels: pool ?? inProcessPixels({ read: async (key) => blobs.pathOf(key) }),
    zip,
    images: sqliteImages({ db }),
    albums: sqliteAlbums({ db }),
    search: sqliteSearch({ db }),
    vectors: sqliteVectors({ db }),
    generations: sqliteGenerations({ db }),
    ledger: sqliteLedger({ db }),
    links: sqliteLinks({ db }),
    queues: { generation: queue('generation'), processing: queue('processing') },
    models: studioModels({
      catalogue: config.catalogue ?? [SKETCH, ...BEDROCK_CATALOGUE],
      invokers: { local: { invoke: thread ?? sketchInvoker() }, ...config.invokers },
    }),
    wording: unconfiguredWording(),
    embeddings: unconfiguredEmbeddings(),
    moderator: policyModerator(config.moderation, linearPatterns),
    rates: sqliteRates({ db }),
    keys: sqliteKeys({ db }),
    directory: sqliteDirectory({ db, now }),
    events: sqliteEvents({ db, wakes }),
    mail: outboxMail({ dir: join(dir, 'outbox'), now }),
    settings: sqliteSettings({ db }),
    audit: sqliteAudit({ db }),
    telemetry: quietTelemetry(),
    policy,
    signer: hmacSigner({ keys: secrets.delivery }),
    now,
    newId: uuidV7Source(now, pooledRandom()),
    ...config.ports,
  }
  const withdrawn = revocations()
  const ports = tellingRevocations(untold, withdrawn)
  const handlers = { generation: generationTasks(ports), processing: processingTasks(ports) }
  const workflows = aslWorkflows({ handlers, ...(config.retryPauseMs !== undefined && { retryPauseMs: config.retryPauseMs }) })

  return {
    ...ports,
    workflows: config.ports?.workflows ?? workflows,
    db,
    secrets,
    storePut: uploads.receive,
    blobPath: blobs.pathOf,
    revocations: withdrawn,
    async close() {
      await pool?.close()
      await thread?.close()
      db.close()
      discard()
    },
  }
}

/** Random bytes from a pool: asking the system for ten costs as much as for four thousand, and every request is given an id. */
function pooledRandom(): (bytes: Uint8Array) => Uint8Array {
  const pool = new Uint8Array(4096)
  let used = pool.length
  return (bytes) => {
    if (used + bytes.length > pool.length) {
      randomFillSync(pool)
      used = 0
    }
    for (let at = 0; at < bytes.length; at++) bytes[at] = pool[used++]!
    return bytes
  }
}

/** What lies under `GENZO_DATA`; without one, a database in memory and a folder that `discard` removes. */
function openData(given: string | undefined): { dir: string; db: Db; secrets: Secrets; discard: () => void } {
  if (given === undefined) {
    const dir = mkdtempSync(join(tmpdir(), 'genzo-'))
    const discard = () => rmSync(dir, { recursive: true, force: true })
    return { dir, db: openDatabase(':memory:'), secrets: freshSecrets(), discard }
  }
  mkdirSync(given, { recursive: true, mode: 0o700 })
  const db = openDatabase(join(given, DATABASE_FILE))
  return { dir: given, db, secrets: secretsIn(join(given, SECRETS_FILE)), discard: () => {} }
}

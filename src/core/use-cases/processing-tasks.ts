import { ERROR_CODES, type ErrorCode, isStudioError, StudioError } from '../errors.ts'
import type { Image } from '../image.ts'
import { originalKey, renditionKey, renditionPrefix } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import type { InspectionLimits } from '../ports/pixels.ts'
import type { TaskHandler } from '../ports/workflows.ts'
import { provenanceOf } from '../provenance.ts'
import { MINUTE } from '../times.ts'
import { rungName } from '../transform.ts'
import { type EmbedPorts, rememberMeaning } from './find-by-meaning.ts'
import { concludeImage, finishImage } from './finish-image.ts'

export type ProcessingPorts = Pick<
  Ports,
  'blobs' | 'images' | 'pixels' | 'search' | 'events' | 'moderator' | 'models' | 'policy' | 'telemetry' | 'now'
> &
  EmbedPorts

/** Longest side and most frames of a picture that is opened at all. */
const MAX_SIDE = 32_768
const MAX_FRAMES = 2000

/** What each step answers: `go` is false when the image is no longer to be processed, and later steps have nothing to do. */
type Step = { imageId: string; go: boolean }

/**
 * The tasks of `processing.asl.json`, by state name. Any may run twice, and any may find the image trashed, purged or finished by
 * another run: then it changes nothing.
 */
export function processingTasks(ports: ProcessingPorts) {
  return {
    Inspect: (input) => step(ports, input, { name: 'inspect', work: inspect }),
    Render: (input) => step(ports, input, { name: 'render', work: render }),
    Moderate: (input) => step(ports, input, { name: 'moderate', work: moderate }),
    Publish: (input) => step(ports, input, { name: 'publish', work: publish }),
    Tell: (input) => tell(ports, input),
    Fail: (input) => fail(ports, input),
  } satisfies Record<string, TaskHandler>
}

type Work = (ports: ProcessingPorts, image: Image) => Promise<boolean>

/** Runs one step on an image that is still being processed, and writes it into the image's history with its time. */
async function step(ports: ProcessingPorts, input: Record<string, unknown>, { name, work }: { name: string; work: Work }): Promise<Step> {
  const imageId = String(input.imageId)
  const image = await ports.images.find(imageId)
  if (image?.state !== 'processing') return { imageId, go: false }
  const at = ports.now()
  const note = (outcome: 'done' | 'failed', text?: string) => {
    const ms = ports.now() - at
    ports.telemetry.observe('processing_step_ms', ms, { step: name, outcome })
    return ports.images.note(imageId, { at, step: name, outcome, ms, ...(text ? { note: text } : {}) })
  }
  try {
    const go = await work(ports, image)
    await note('done')
    return { imageId, go }
  } catch (error) {
    await note('failed', isStudioError(error) ? error.message : 'an unexpected error; it was logged')
    if (!isStudioError(error)) ports.telemetry.log('error', `${name} threw`, { imageId, error: String(error) })
    throw error
  }
}

const sourceOf = (image: Image) => ({
  key: originalKey(image.ownerId, image.id),
  ...(image.blobVersion ? { version: image.blobVersion } : {}),
})

/** Looks at what really came, whatever its name says, and notices bytes the owner already has. */
async function inspect(ports: ProcessingPorts, image: Image): Promise<boolean> {
  const stat = await ports.blobs.stat(originalKey(image.ownerId, image.id))
  if (!stat) throw new StudioError('invalid_input', 'the bytes of this image are not in the store; upload it again')
  const version = image.blobVersion ?? stat.version
  const limits: InspectionLimits = {
    ...{ maxBytes: ports.policy.maxUploadBytes, maxPixels: ports.policy.maxPixels, maxSide: MAX_SIDE, maxFrames: MAX_FRAMES },
  }
  const found = await ports.pixels.inspect({ key: stat.key, ...(version ? { version } : {}) }, limits)
  // A generated picture may equal another (same prompt, same seed) and is wanted all the same.
  const holder = image.origin === 'upload' ? await claimHash(ports, image, found.sha256) : image.id
  if (holder !== image.id) return rejectDuplicate(ports, image, holder)

  const { width, height, format, byteLength, sha256, frames, hasAlpha, camera } = found
  const updated = await ports.images.update(
    image.id,
    { from: ['processing'] },
    {
      ...{ width, height, format, byteLength, sha256, frames, hasAlpha, updatedAt: ports.now() },
      ...(camera ? { camera } : {}),
      ...(version ? { blobVersion: version } : {}),
    },
  )
  // Trashed or purged meanwhile: a purge has already released what it knew of, this claim came later.
  if (!updated && !(await isKept(ports, image.id))) await ports.images.releaseHash(image.ownerId, sha256, image.id)
  return updated !== undefined
}

/** The id that holds these bytes among the owner's images. A claim whose image failed or went is taken over. */
async function claimHash(ports: ProcessingPorts, image: Image, sha256: string): Promise<string> {
  const holder = await ports.images.claimHash(image.ownerId, sha256, image.id)
  if (holder === image.id) return holder
  const other = await ports.images.find(holder)
  if (other && ['pending', 'processing', 'ready', 'trashed'].includes(other.state)) return holder
  await ports.images.releaseHash(image.ownerId, sha256, holder)
  return ports.images.claimHash(image.ownerId, sha256, image.id)
}

async function rejectDuplicate(ports: ProcessingPorts, image: Image, duplicateOf: string): Promise<boolean> {
  const inTrash = (await ports.images.find(duplicateOf))?.state === 'trashed'
  const reasonDetail = inTrash ? 'you have the same picture in your trash; restore it there' : 'you already have the same picture'
  await finishImage(ports, image, { state: 'rejected', reason: 'duplicate', reasonDetail, duplicateOf, from: ['processing'] })
  return false
}

const isKept = async (ports: ProcessingPorts, id: string) => ((await ports.images.find(id))?.state ?? 'purging') !== 'purging'

/** Makes the whole set from one decode and stores what is not there yet. */
async function render(ports: ProcessingPorts, image: Image): Promise<boolean> {
  const model = image.madeWith ? await ports.models.find(image.madeWith.modelId) : undefined
  const mark = provenanceOf(image, model)
  const set = await ports.pixels.makeSet(sourceOf(image), { format: image.format, ...(mark ? { mark } : {}) })
  for (const { canonical, contentType, bytes } of set.renditions) {
    await putOrAdopt(ports, renditionKey(image.id, canonical), { bytes, contentType })
  }
  const renditions = set.renditions.map(({ canonical, format, width, height, bytes }) => ({
    ...{ canonical, format, width, height, byteLength: bytes.byteLength },
  }))
  const updated = await ports.images.update(
    image.id,
    { from: ['processing'] },
    { renditions, placeholder: set.placeholder, palette: set.palette, updatedAt: ports.now() },
  )
  if (updated) await ports.events.append(image.ownerId, { type: 'image.step', subjectId: image.id, at: ports.now() })
  // A purge that ran while these were written did not see all of them.
  else if (!(await isKept(ports, image.id))) await ports.blobs.purge(renditionPrefix(image.id))
  return updated !== undefined
}

/** Renditions are reproducible: what an earlier run stored is as good. */
async function putOrAdopt(ports: Pick<Ports, 'blobs'>, key: string, file: { bytes: Uint8Array; contentType: string }) {
  const { bytes, contentType } = file
  try {
    await ports.blobs.put(key, bytes, { contentType, byteLength: bytes.byteLength })
  } catch (error) {
    if (!isStudioError(error, 'conflict')) throw error
  }
}

/** Shows the moderator the 1280 px rung, or the widest there is of a smaller picture. */
async function moderate(ports: ProcessingPorts, image: Image): Promise<boolean> {
  const rungs = image.renditions.filter(({ format }) => format === 'webp').sort((a, b) => b.width - a.width)
  const rung = image.renditions.find(({ canonical }) => canonical === rungName(1280, 'webp')) ?? rungs.find(({ width }) => width <= 1280)
  const bytes = rung && (await ports.blobs.read(renditionKey(image.id, rung.canonical)))
  if (!bytes) throw new StudioError('unavailable', 'the rendition for moderation is not in the store yet')
  const verdict = await ports.moderator.picture({ bytes, contentType: 'image/webp' })
  if (verdict.verdict === 'allow') return true
  await finishImage(ports, image, { state: 'rejected', reason: 'content_refused', reasonDetail: verdict.reason, from: ['processing'] })
  return false
}

/** From here on the owner sees it everywhere. */
async function publish(ports: ProcessingPorts, image: Image): Promise<boolean> {
  const at = ports.now()
  const published = await ports.images.update(
    image.id,
    { from: ['processing'] },
    { state: 'ready', attempts: 0, reason: undefined, reasonDetail: undefined, updatedAt: at, dueAt: at + MINUTE },
  )
  return published !== undefined
}

/** Indexes and announces the final state; then nothing is owed. */
async function tell(ports: ProcessingPorts, input: Record<string, unknown>): Promise<Step> {
  const imageId = String(input.imageId)
  const image = await ports.images.find(imageId)
  if (image?.dueAt !== undefined) {
    await concludeImage(ports, image)
    // Last, since a slow provider must not keep anybody from their picture.
    if (image.state === 'ready') await rememberMeaning(ports, image)
  }
  return { imageId, go: false }
}

/** An error that no further attempt can mend. `error` is what the interpreter caught: `{Error, Cause}`. */
async function fail(ports: ProcessingPorts, input: Record<string, unknown>): Promise<Step> {
  const imageId = String(input.imageId)
  const { code, message } = caughtError(input.error)
  await finishImage(ports, { id: imageId }, { state: 'failed', reason: code, reasonDetail: message, from: ['processing'] })
  return { imageId, go: false }
}

/**
 * The code and the sentence of an error as an interpreter reports it: `Genzo.{code}` by name, the message plain, or inside the JSON that
 * Lambda makes of a thrown error. Anything else is `internal`, and its text is not for people.
 */
export function caughtError(error: unknown): { code: ErrorCode; message: string } {
  const { Error: name, Cause: cause } = (error ?? {}) as { Error?: string; Cause?: string }
  const code = ERROR_CODES.find((known) => name === `Genzo.${known}`)
  if (name === 'States.Timeout') return { code: 'unavailable', message: 'it took longer than the studio allows' }
  if (!code) return { code: 'internal', message: 'the studio failed on this; it was logged' }
  return { code, message: lambdaMessage(cause) ?? cause ?? code }
}

function lambdaMessage(cause: string | undefined): string | undefined {
  try {
    const { errorMessage } = JSON.parse(cause ?? '') as { errorMessage?: unknown }
    return typeof errorMessage === 'string' ? errorMessage : undefined
  } catch {
    return undefined
  }
}

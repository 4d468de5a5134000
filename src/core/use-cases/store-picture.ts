import { bestEffort } from '../best-effort.ts'
import { checkRequest } from '../catalogue.ts'
import { isStudioError } from '../errors.ts'
import type { Generation, Output } from '../generation.ts'
import type { Image, MadeWith } from '../image.ts'
import type { Model } from '../model.ts'
import { originalKey, originalPrefix } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import type { MadePicture, ModelAnswer } from '../ports/models.ts'
import type { Inspection } from '../ports/pixels.ts'
import { provenanceOf } from '../provenance.ts'
import { RESEND_MS } from '../times.ts'

export type StorePorts = Pick<Ports, 'blobs' | 'images' | 'pixels' | 'generations' | 'queues' | 'events' | 'telemetry' | 'policy' | 'now'>

type Context = { generation: Generation; fence: number; model: Model }
type Made = Extract<ModelAnswer, { outcome: 'made' }>

/**
 * Marks a picture, stores it under the image id allocated for it, hands the image to processing and records the output as made. False
 * when this run was overtaken and must stop.
 */
export async function storePicture(
  ports: StorePorts,
  context: Context,
  { output, picture, answer }: { output: Output; picture: MadePicture; answer: Made },
): Promise<boolean> {
  const { generation, model } = context
  const image = await ports.images.find(output.imageId)
  if (image?.state !== 'pending') return recordOutput(ports, context, { output, image })

  const mark = provenanceOf(image.origin === 'upload' ? { origin: 'generated' } : image, model)!
  const finished = await ports.pixels.finish(picture.bytes, { mark, ...exactSize(generation, model) })
  const key = originalKey(generation.ownerId, image.id)
  const isOurs = await putIfAbsent(ports, key, { bytes: finished.bytes, contentType: finished.contentType })
  const facts = isOurs
    ? { width: finished.width, height: finished.height, byteLength: finished.bytes.byteLength, format: formatOf(finished.contentType) }
    : await inspectStored(ports, key)
  const seed = picture.seed ?? output.seed
  const madeWith = settingsOf(generation, { seed, size: facts, answer })
  return fillImage(ports, context, { output: { ...output, ...(seed === undefined ? {} : { seed }) }, facts, madeWith })
}

/** The size that was settled when the request was accepted. Where it follows the source it is the model's to choose. */
function exactSize({ request }: Generation, model: Model): { exact?: { width: number; height: number } } {
  const { size } = checkRequest(model, request)
  return size ? { exact: size } : {}
}

/**
 * Takes over what an earlier run of this output left behind: true when there was something, and the output is recorded now. The provider
 * is then not asked, nor paid, a second time.
 */
export async function adoptOutput(ports: StorePorts, context: Context, output: Output): Promise<boolean> {
  const image = await ports.images.find(output.imageId)
  if (image?.state !== 'pending') return recordOutput(ports, context, { output, image }).then(() => true)
  const key = originalKey(context.generation.ownerId, image.id)
  if (!(await ports.blobs.stat(key))) return false
  const facts = await inspectStored(ports, key)
  const madeWith = settingsOf(context.generation, { seed: output.seed, size: facts })
  await fillImage(ports, context, { output, facts, madeWith })
  return true
}

type Facts = Pick<Image, 'width' | 'height' | 'byteLength' | 'format'>

/** `pending` → `processing` with everything it was made with, queued; then the output is made. */
async function fillImage(
  ports: StorePorts,
  context: Context,
  { output, facts, madeWith }: { output: Output; facts: Facts; madeWith: MadeWith },
): Promise<boolean> {
  const at = ports.now()
  const { ownerId, id } = context.generation
  const filled = await ports.images.update(
    output.imageId,
    { from: ['pending'] },
    { ...facts, madeWith, state: 'processing', attempts: 0, updatedAt: at, dueAt: at + RESEND_MS },
  )
  if (!filled) return recordOutput(ports, context, { output, image: await ports.images.find(output.imageId) })
  const job = { kind: 'process', imageId: filled.id } as const
  await bestEffort(ports, 'queueing a generated image', () => ports.queues.processing.send(job, { ownerId }))
  const recorded = await recordOutput(ports, context, { output, image: filled })
  await bestEffort(ports, 'telling of an output', async () => {
    await ports.images.note(filled.id, { at, step: 'generate', outcome: 'done', note: context.model.name })
    await ports.events.append(ownerId, { type: 'generation.output', subjectId: id, at })
  })
  return recorded
}

/** Says under the fence what became of an output, as its image tells. False when a newer run has taken over. */
async function recordOutput(
  ports: StorePorts,
  { generation, fence }: Context,
  { output, image }: { output: Output; image: Image | undefined },
): Promise<boolean> {
  const result = outcomeOf(output, image)
  const { ownerId, id } = generation
  // Purged, or ended by a newer run, while it was being made: bytes put since then belong to no row.
  if (result.state !== 'made') await ports.blobs.purge(originalPrefix(ownerId, output.imageId))
  return (await ports.generations.updateOutput(id, fence, result, 0)) !== undefined
}

/** A row that has a size was filled, whatever became of it later; one without was ended before its picture came. */
function outcomeOf(output: Output, image: Image | undefined): Output {
  if (image && image.state !== 'purging' && image.width > 0) return { ...output, state: 'made' }
  if (image?.state === 'rejected') return { ...output, state: 'refused', reason: image.reason ?? 'content_refused' }
  if (image?.state === 'failed') return { ...output, state: 'failed', reason: image.reason ?? 'internal' }
  return { ...output, state: 'cancelled', reason: 'removed' }
}

/** True when the bytes are now there because of this call; false when the key was taken, and what is there is adopted. */
async function putIfAbsent(ports: Pick<Ports, 'blobs'>, key: string, file: { bytes: Uint8Array; contentType: string }): Promise<boolean> {
  try {
    await ports.blobs.put(key, file.bytes, { contentType: file.contentType, byteLength: file.bytes.byteLength })
    return true
  } catch (error) {
    if (isStudioError(error, 'conflict')) return false
    throw error
  }
}

async function inspectStored(ports: StorePorts, key: string): Promise<Facts> {
  const { maxUploadBytes: maxBytes, maxPixels } = ports.policy
  const found: Inspection = await ports.pixels.inspect({ key }, { maxBytes, maxPixels, maxSide: 32_768, maxFrames: 1 })
  return { width: found.width, height: found.height, byteLength: found.byteLength, format: found.format }
}

const formatOf = (contentType: string): string => contentType.replace(/^image\//, '')

/** Enough to make this very picture again. */
function settingsOf(generation: Generation, { seed, size, answer }: { seed: number | undefined; size: Facts; answer?: Made }): MadeWith {
  const { modelId, task, request, adjustments, sent } = generation
  const { prompt, negativePrompt, parameters, inputs } = request
  return {
    ...{
      modelId,
      task,
      width: size.width,
      height: size.height,
      adjustments: [...new Set([...adjustments, ...(answer?.adjustments ?? [])])],
    },
    ...(prompt === undefined ? {} : { prompt }),
    ...(sent?.prompt === undefined ? {} : { promptSent: sent.prompt }),
    ...(negativePrompt === undefined ? {} : { negativePrompt }),
    ...(seed === undefined ? {} : { seed }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(inputs === undefined ? {} : { inputs: inputs.map(({ role, ...of }) => ({ role, ...defined(of) })) }),
    ...(answer?.requestId ? { requestId: answer.requestId } : {}),
  }
}

const defined = (of: { imageId?: string | undefined; uploadId?: string | undefined }) => ({
  ...(of.imageId === undefined ? {} : { imageId: of.imageId }),
  ...(of.uploadId === undefined ? {} : { uploadId: of.uploadId }),
})

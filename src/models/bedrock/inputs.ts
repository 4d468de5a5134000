import { modelTask } from '#core/catalogue.ts'
import { StudioError } from '#core/errors.ts'
import type { InputLimits } from '#core/model.ts'
import type { ModelRequest } from '#core/ports/models.ts'
import type { Picture } from '#core/ports/pixels.ts'
import type { InputRole } from '#core/task.ts'
import type { Prepare } from './codec.ts'

/** Bytes of a request or an answer, base64 included (API reference, InvokeModel). */
export const MAX_BODY_BYTES = 25_000_000
/** Kept for prompts and braces: two prompts of 10,000 characters at four bytes each, and more. */
const WORDS_BYTES = 250_000

/** What a mask becomes on a model's wire; ours is white = change with soft edges. */
export type MaskWire = { polarity: 'white' | 'black'; binary: boolean }
type Sent = { source?: string; mask?: string; others: Partial<Record<InputRole, string[]>>; adjustments: string[] }

/**
 * The pictures of a request as base64, within the model's limits and together within one body: what already fits is sent as it is, the
 * rest is encoded again and said so. The mask takes the exact size its source is sent at. `invalid_input` when a mask has another size
 * than its source.
 */
export async function sendInputs(request: ModelRequest, prepare: Prepare, wire?: MaskWire): Promise<Sent> {
  const limits = modelTask(request.model, request.task).inputLimits ?? { formats: ['png', 'jpeg'] }
  const pictures = request.inputs.filter((input) => input.role !== 'mask')
  const budget = Math.floor(((MAX_BODY_BYTES - WORDS_BYTES) * 3) / 4 / Math.max(1, request.inputs.length))
  const sent: Sent = { others: {}, adjustments: [] }
  let source: { before: Picture; sent: Picture } | undefined
  for (const { role, picture } of pictures) {
    const ready = await fit(picture, { ...limits, maxBytes: Math.min(limits.maxBytes ?? Infinity, budget) }, prepare)
    if (ready.width !== picture.width || ready.height !== picture.height)
      sent.adjustments.push(`sent the ${role} at ${show(ready)} instead of ${show(picture)}`)
    if (role === 'source' && !source) {
      source = { before: picture, sent: ready }
      sent.source = base64(ready)
    } else sent.others[role] = [...(sent.others[role] ?? []), base64(ready)]
  }
  const mask = request.inputs.find((input) => input.role === 'mask')?.picture
  if (mask && source && wire) sent.mask = base64(await fitMask(mask, source, { prepare, wire, budget }))
  return sent
}

async function fit(picture: Picture, limits: InputLimits, prepare: Prepare): Promise<Picture> {
  const { maxSide = Infinity, maxPixels = Infinity, maxBytes = Infinity, formats } = limits
  const isTaken =
    formats.some((format) => picture.contentType === `image/${format}`) &&
    Math.max(picture.width, picture.height) <= maxSide &&
    picture.width * picture.height <= maxPixels &&
    picture.bytes.byteLength <= maxBytes &&
    !(picture.hasAlpha && limits.alpha === 'opaque only')
  if (isTaken) return picture
  return prepare(
    { bytes: picture.bytes },
    {
      ...{ formats, maxBytes, flatten: limits.alpha === 'opaque only' },
      ...(limits.maxSide && { maxSide: limits.maxSide }),
      ...(limits.maxPixels && { maxPixels: limits.maxPixels }),
    },
  )
}

async function fitMask(
  mask: Picture,
  source: { before: Picture; sent: Picture },
  { prepare, wire, budget }: { prepare: Prepare; wire: MaskWire; budget: number },
): Promise<Picture> {
  const { before, sent } = source
  if (mask.width !== before.width || mask.height !== before.height)
    throw new StudioError('invalid_input', `the mask is ${show(mask)}; its source is ${show(before)}, and both must be the same size`)
  return prepare(
    { bytes: mask.bytes },
    {
      formats: ['png'],
      maxBytes: budget,
      exact: { width: sent.width, height: sent.height, fit: 'fill' },
      mask: { binary: wire.binary, invert: wire.polarity === 'black' },
    },
  )
}

const base64 = ({ bytes }: Picture): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
const show = ({ width, height }: { width: number; height: number }) => `${width} × ${height}`

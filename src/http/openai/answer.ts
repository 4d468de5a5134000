import type { Generation } from '#core/generation.ts'
import type { Image } from '#core/image.ts'
import { aliasIsDallE } from './aliases.ts'
import type { Asked, Fields } from './body.ts'
import { type FilePorts, fileOf, fileUrl, type Wish } from './files.ts'
import type { Begun, Finished } from './run.ts'

/** No tokens are counted here. Told all the same, with every detail: gateways that meter by tokens stumble over a usage in part. */
const USAGE = {
  input_tokens: 0,
  output_tokens: 0,
  total_tokens: 0,
  input_tokens_details: { text_tokens: 0, image_tokens: 0 },
  output_tokens_details: { text_tokens: 0, image_tokens: 0 },
}

/** PNG unless something else was asked for: clients that get base64 without a format take it for that. */
export function wishOf({ output_format: format = 'png', output_compression: compression }: Fields): Wish {
  if (format === 'png' || compression === undefined) return { format }
  return { format, quality: Math.max(1, compression) }
}

/** What was asked in vain beside what the plan could not use. */
export const formatIgnored = ({ output_format: format = 'png', output_compression: compression }: Fields): string[] =>
  format === 'png' && compression !== undefined && compression !== 100 ? ['output_compression'] : []

/** What every answer of this door says of itself: who really made it, and what was not heeded. */
export function toldHeaders({ generation, ignored }: Begun): Record<string, string> {
  return {
    'x-genzo-model': generation.modelId,
    'x-genzo-generation': generation.id,
    ...(ignored.length > 0 && { 'x-genzo-ignored': ignored.join(', ') }),
  }
}

/** Exactly one of `url` and `b64_json` in each item: clients look for one first, and would take the wrong one of two. */
export async function answerOf(ports: FilePorts, { generation, images }: Finished, { fields }: Pick<Asked, 'fields'>) {
  const wish = wishOf(fields)
  const form = fields.response_format ?? (aliasIsDallE(fields.model) ? 'url' : 'b64_json')
  // The prompt as the model got it, where it was put into English first.
  const said = generation.sent?.prompt
  const revised = said === undefined ? {} : { revised_prompt: said }
  const item = async (image: Image) =>
    form === 'url' ? { url: fileUrl(ports, image, wish), ...revised } : { b64_json: await base64Of(ports, image, wish), ...revised }
  const data = []
  // One after the other: ten pictures at once would be ten in memory.
  for (const image of images) data.push(await item(image))
  return { created: seconds(generation.createdAt), data, ...lookOf(images[0]!, { fields, generation }), usage: USAGE }
}

export const base64Of = async (ports: FilePorts, image: Image, wish: Wish): Promise<string> =>
  Buffer.from(await fileOf(ports, image, wish)).toString('base64')

const seconds = (ms: number) => Math.floor(ms / 1000)
const QUALITIES = ['low', 'medium', 'high', 'auto', 'standard', 'hd']
function lookOf({ width, height, hasAlpha }: Image, { fields, generation }: { fields: Fields; generation: Generation }) {
  const { format } = wishOf(fields)
  const background = hasAlpha && format !== 'jpeg' ? 'transparent' : 'opaque'
  const isHeeded = generation.request.parameters?.['quality'] !== undefined && QUALITIES.includes(fields.quality ?? '')
  const quality = isHeeded ? fields.quality : 'auto'
  return { background, output_format: format, quality, size: `${width}x${height}` }
}

/** One picture as the stream tells it: a partial is a smaller look at what is finished, since no model of ours shows itself at work. */
export function streamEvent(
  { verb, fields, generation }: { verb: 'image_generation' | 'image_edit'; fields: Fields; generation: Generation },
  { image, base64, partial }: { image: Image; base64: string; partial?: number },
) {
  const common = { b64_json: base64, created_at: seconds(generation.createdAt), ...lookOf(image, { fields, generation }) }
  if (partial !== undefined) return { type: `${verb}.partial_image`, ...common, partial_image_index: partial }
  return { type: `${verb}.completed`, ...common, usage: USAGE }
}

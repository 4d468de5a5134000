import type { Context } from 'hono'
import { z } from 'zod'
import { StudioError } from '#core/errors.ts'
import { canonicalJson, sha256Hex } from '#core/hash.ts'
import type { PictureFile } from '#core/use-cases/ingest-picture.ts'
import type { AppEnv } from '../env.ts'
import { pictureOfFile, pictureOfUrl } from './pictures.ts'

const MAX_PICTURES = 16
/** Everything optional may be null in this API. */
const maybe = <T extends z.ZodType>(schema: T) => z.preprocess((value) => value ?? undefined, schema.optional())
const word = maybe(z.string('a text').max(200, 'at most 200 characters'))

/** What all three endpoints take. Unknown fields are kept aside and told, never refused: other programs send what they like. */
const Fields = z.looseObject({
  prompt: maybe(z.string('a text').max(40_000, 'at most 40000 characters')),
  model: word,
  n: maybe(z.int('a whole number').min(1, 'at least 1').max(10, 'at most 10')),
  size: maybe(z.string('a text').regex(/^(auto|\d{1,5}x\d{1,5})$/, 'write it as 1024x1024, or auto')),
  response_format: maybe(z.enum(['url', 'b64_json'], 'url or b64_json')),
  output_format: maybe(
    z.preprocess((format) => (format === 'jpg' ? 'jpeg' : format), z.enum(['png', 'jpeg', 'webp'], 'png, jpeg or webp')),
  ),
  output_compression: maybe(z.int('a whole number').min(0, 'at least 0').max(100, 'at most 100')),
  stream: maybe(z.boolean('true or false')),
  partial_images: maybe(z.int('a whole number').min(0, 'at least 0').max(3, 'at most 3')),
  seed: maybe(z.int('a whole number').min(0, 'at least 0').max(4_294_967_295, 'at most 4294967295')),
  negative_prompt: maybe(z.string('a text').max(40_000, 'at most 40000 characters')),
  quality: word,
  background: word,
  style: word,
  moderation: word,
  input_fidelity: word,
})
export type Fields = z.infer<typeof Fields>

/** A request as it came: its fields, its pictures, and a hash of both that is the same when it comes again. */
export type Asked = { fields: Fields; pictures: PictureFile[]; mask?: PictureFile; fingerprint: string }

const PICTURE_FIELDS = ['image', 'image[]', 'images', 'mask']

/** Reads JSON or a form, whichever came. `needsPicture` for edits and variations. */
export async function readAsked(c: Context<AppEnv>, { needsPicture }: { needsPicture: boolean }): Promise<Asked> {
  const type = c.req.header('content-type') ?? ''
  const isForm = /^multipart\/form-data/i.test(type)
  if (!isForm && !/^application\/(\w+\+)?json/i.test(type))
    throw new StudioError('unsupported_type', 'send application/json, or multipart/form-data with pictures', { found: type.slice(0, 80) })
  const { fields, pictures, mask } = isForm ? await readForm(c) : await readJson(c)
  if (needsPicture && pictures.length === 0) throw wrong('image', 'is needed: send a picture')
  if (pictures.length > MAX_PICTURES) throw wrong('image', `has ${pictures.length} pictures; send at most ${MAX_PICTURES}`)
  const files = await Promise.all([...pictures, ...(mask ? [mask] : [])].map(({ bytes }) => sha256Hex(bytes)))
  const { keyId, id } = c.get('actor')
  const fingerprint = await sha256Hex(canonicalJson({ by: keyId ?? id, path: c.req.path, fields, files, hasMask: mask !== undefined }))
  return { fields: parsed(fields), pictures, ...(mask && { mask }), fingerprint }
}

type Raw = { fields: Record<string, unknown>; pictures: PictureFile[]; mask?: PictureFile }

async function readJson(c: Context<AppEnv>): Promise<Raw> {
  const body: unknown = await c.req.json().catch(() => {
    throw new StudioError('invalid_input', 'the body is not JSON')
  })
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw new StudioError('invalid_input', 'the body is not a JSON object')
  const given = body as Record<string, unknown>
  const fields = Object.fromEntries(Object.entries(given).filter(([name]) => !PICTURE_FIELDS.includes(name)))
  const of = [given['images'], given['image']].flat().filter((one) => one !== undefined && one !== null)
  const pictures = of.map((one, at) => pictureOfUrl(one, `image.${at}`))
  const mask = given['mask'] === undefined || given['mask'] === null ? undefined : pictureOfUrl(given['mask'], 'mask')
  return { fields, pictures, ...(mask && { mask }) }
}

async function readForm(c: Context<AppEnv>): Promise<Raw> {
  const form = await c.req.formData().catch(() => {
    throw new StudioError('invalid_input', 'the form is not valid multipart/form-data')
  })
  const entries = [...form.entries()]
  const fields = Object.fromEntries(
    entries.filter(([name]) => !PICTURE_FIELDS.includes(name)).map(([name, value]) => [name, typed(name, value)]),
  )
  const of = entries.filter(([name]) => name === 'image' || name === 'image[]')
  const pictures = await Promise.all(of.map(([, value], at) => pictureOfFile(value, `image.${at}`)))
  const given = form.get('mask')
  const mask = given === null ? undefined : await pictureOfFile(given, 'mask')
  return { fields, pictures, ...(mask && { mask }) }
}

const NUMBERS = ['n', 'partial_images', 'output_compression', 'seed']
/** Form values are texts: an empty one says nothing, and numbers and flags are read as what they mean. */
function typed(name: string, value: FormDataEntryValue): unknown {
  if (typeof value !== 'string') return undefined
  if (value === '' || value === 'null') return undefined
  if (NUMBERS.includes(name)) return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  if (name === 'stream') return value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value
  return value
}

function parsed(fields: Record<string, unknown>): Fields {
  const read = Fields.safeParse(fields)
  if (read.success) return read.data
  const problems = read.error.issues.map(({ path, message }) => ({ path: path.join('.') || 'body', problem: message }))
  const said = problems.map(({ path, problem }) => `${path}: give ${problem}`).join('; ')
  throw new StudioError('invalid_input', said, { fields: problems })
}

export const wrong = (path: string, problem: string): StudioError =>
  new StudioError('invalid_input', `${path} ${problem}`, { fields: [{ path, problem }] })

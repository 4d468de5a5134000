import { randomUUID } from 'node:crypto'
import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { WireGeneration } from '#http/schemas/generation.ts'
import type { WireImage } from '#http/schemas/image.ts'
import { apiClient, type Client } from '../client.ts'
import { type Command, type Given, text } from '../command.ts'
import { feedNow, followUntil } from '../follow.ts'
import { bar, dollars } from '../output.ts'
import { CliError, type World } from '../world.ts'

const SETTLED = ['succeeded', 'partial', 'refused', 'failed', 'cancelled']
const REQUEST = {
  model: { type: 'string' },
  task: { type: 'string' },
  size: { type: 'string' },
  count: { type: 'string' },
  seed: { type: 'string' },
  negative: { type: 'string' },
} as const
const REQUEST_HELP = [
  '--model M      `genzo estimate` and GET /api/models name them',
  '--task T       text-to-image by default',
  '--size S       1024x768, or a shape such as 16:9',
  '--count N      pictures, 1 by default',
  '--seed N       the same seed makes the same picture',
  '--negative N   what to avoid',
]

export const generateCommand: Command = {
  name: 'generate',
  usage: '"PROMPT" [--model M] [--size S] [--count N] [--seed N] [--out FILE|DIR]',
  about: 'makes pictures, waits, and saves them; prints the files',
  help: [...REQUEST_HELP, '--out PATH     a file, or a folder for several; the current folder by default'],
  options: { ...REQUEST, out: { type: 'string' } },
  async run(world, given) {
    const request = requestOf(given)
    const client = apiClient(world)
    const cursor = await feedNow(client)
    // The key makes a repeat after a lost answer the same generation, so that nothing is made or paid twice.
    const { body } = await client.json<WireGeneration>('POST', '/api/generations', {
      body: request,
      headers: { 'idempotency-key': randomUUID() },
    })
    world.say(`${body.model}: ${body.images.length} × ${body.task}, estimated ${dollars(body.estimate.microUsd)} (${body.id})`)
    for (const change of body.adjustments) world.say(`note: ${change}`)
    const settled = await untilSettled(world, client, { id: body.id, cursor })
    const files = await save(world, client, { generation: settled, out: text(given, 'out') })
    if (given.isJson) world.out(JSON.stringify({ ...settled, files }))
    else for (const file of files) world.out(file)
    if (settled.state !== 'succeeded') throw new CliError(`the generation ${settled.state}: ${whyOf(settled)}`)
  },
}

export const estimateCommand: Command = {
  name: 'estimate',
  usage: '"PROMPT" [--model M] [--size S] [--count N]',
  about: 'what that would cost; nothing is spent',
  help: REQUEST_HELP,
  options: REQUEST,
  async run(world, given) {
    type Estimate = { model: string; microUsd: number; images: number; remaining?: number; adjustments: string[] }
    const request = requestOf(given)
    const { body } = await apiClient(world).json<Estimate>('POST', '/api/estimates', { body: request })
    if (given.isJson) return world.out(JSON.stringify(body))
    for (const change of body.adjustments) world.say(`note: ${change}`)
    if (body.remaining !== undefined) world.say(`${dollars(body.remaining)} of your limit remain`)
    world.out(`${dollars(body.microUsd)} for ${body.images} by ${body.model}`)
  },
}

function requestOf(given: Given): Record<string, unknown> {
  const [prompt, ...more] = given.positionals
  if (!prompt || more.length > 0) throw new CliError('give one prompt, in quotes', { isUsage: true })
  const number = (name: string) => {
    const value = text(given, name)
    if (value === undefined) return {}
    if (!/^\d+$/.test(value)) throw new CliError(`--${name} is ${value}; give a whole number`, { isUsage: true })
    return { [name]: Number(value) }
  }
  const some = (name: string, as: string) => (text(given, name) === undefined ? {} : { [as]: text(given, name) })
  return {
    prompt,
    ...some('model', 'model'),
    ...some('task', 'task'),
    ...some('negative', 'negativePrompt'),
    ...number('count'),
    ...number('seed'),
    ...sizeOf(given),
  }
}

function sizeOf(given: Given): Record<string, unknown> {
  const size = text(given, 'size')
  if (size === undefined) return {}
  const [, width, separator, height] = /^(\d+)(x|×|:)(\d+)$/i.exec(size) ?? []
  if (!separator) throw new CliError(`--size is ${size}; write 1024x768, or a shape such as 16:9`, { isUsage: true })
  return separator === ':' ? { aspectRatio: size } : { width: Number(width), height: Number(height) }
}

async function untilSettled(world: World, client: Client, { id, cursor }: { id: string; cursor: number }): Promise<WireGeneration> {
  let latest: WireGeneration | undefined
  await followUntil(client, cursor, async (subjects) => {
    const isNews = !subjects || subjects.has(id) || latest?.images.some((image) => subjects.has(image.id))
    if (!isNews) return false
    latest = (await client.json<WireGeneration>('GET', `/api/generations/${id}`)).body
    const made = latest.images.filter(({ state }) => state !== 'waiting').length
    world.progress(`${bar(made, latest.images.length)} ${latest.state}`)
    return SETTLED.includes(latest.state)
  })
  world.progress('')
  return latest!
}

async function save(
  world: World,
  client: Client,
  { generation, out }: { generation: WireGeneration; out: string | undefined },
): Promise<string[]> {
  const made = generation.images.filter(({ state }) => state === 'made')
  const target = out === undefined ? world.cwd : resolve(world.cwd, out)
  const isFolder =
    out === undefined ||
    /[/\\]$/.test(out) ||
    (await stat(target).then(
      (found) => found.isDirectory(),
      () => false,
    ))
  if (!isFolder) await mkdir(dirname(target), { recursive: true })
  const files: string[] = []
  for (const [index, { id }] of made.entries()) {
    const { body: image } = await client.json<WireImage>('GET', `/api/images/${id}`)
    const response = await client.bytes(`/api/images/${id}/original`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    const path = isFolder ? join(target, `genzo-${id}.${image.format || formatOf(bytes)}`) : numbered(target, index, made.length)
    await writeWhole(path, bytes)
    files.push(path)
  }
  return files
}

/** `fox.png` for one picture, `fox-1.png`, `fox-2.png` … for several. */
function numbered(path: string, index: number, of: number): string {
  if (of === 1) return path
  const extension = extname(path)
  return join(dirname(path), `${basename(path, extension)}-${index + 1}${extension}`)
}

/** A picture that is just made may not be inspected yet; its first bytes tell enough to name the file. */
const formatOf = (bytes: Uint8Array): string =>
  bytes[0] === 0x89 ? 'png' : bytes[0] === 0xff ? 'jpeg' : bytes[0] === 0x52 ? 'webp' : 'bin'

export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.part`, bytes)
  await rename(`${path}.part`, path)
}

const whyOf = ({ reasonDetail, reason, images }: WireGeneration) =>
  reasonDetail ?? reason ?? images.find((image) => image.reason)?.reason ?? 'the studio gave no reason'

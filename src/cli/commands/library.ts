import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { WireImage } from '#http/schemas/image.ts'
import { apiClient, type Client } from '../client.ts'
import { type Command, flag, type Given, text } from '../command.ts'
import { bar, bytesText, table } from '../output.ts'
import { CliError } from '../world.ts'
import { writeWhole } from './pictures.ts'

const FILTERS = {
  q: { type: 'string' },
  origin: { type: 'string' },
  state: { type: 'string' },
  tag: { type: 'string' },
  model: { type: 'string' },
  favourite: { type: 'boolean' },
  limit: { type: 'string' },
} as const
const FILTER_HELP = [
  '--origin O     upload, generated or edited',
  '--tag T, --model M, --state S, --favourite',
  '--limit N      at most so many; all by default for download, 50 for lists',
]

export const imagesCommand: Command = {
  name: 'images',
  usage: '[list | search "WORDS"] [filters]',
  about: 'your library, newest first',
  help: FILTER_HELP,
  options: FILTERS,
  async run(world, given) {
    const [verb = 'list', ...words] = given.positionals
    if (verb !== 'list' && verb !== 'search') throw new CliError('say list, or search and words', { isUsage: true })
    if (verb === 'search' && words.length === 0) throw new CliError('say what to search for', { isUsage: true })
    const found: WireImage[] = []
    for await (const image of imagesOf(apiClient(world), given, { words: words.join(' '), limit: limitOf(given) ?? 50 })) found.push(image)
    if (given.isJson) return world.out(JSON.stringify(found))
    const sized = ({ width, height }: WireImage) => (width ? `${width}×${height}` : '')
    if (found.length > 0)
      world.out(table(found.map((image) => [image.id, image.state, image.format, sized(image), bytesText(image.byteLength), image.title])))
    world.say(`${found.length} image${found.length === 1 ? '' : 's'}`)
  },
}

export const downloadCommand: Command = {
  name: 'download',
  usage: '["WORDS"] --out DIR [filters]',
  about: 'saves originals: of a search, or all; files already there are left',
  help: ['--out DIR      made when absent', ...FILTER_HELP],
  options: { ...FILTERS, out: { type: 'string' } },
  async run(world, given) {
    const out = text(given, 'out')
    if (!out) throw new CliError('say where to: --out DIR', { isUsage: true })
    const client = apiClient(world)
    const dir = resolve(world.cwd, out)
    const wanted: WireImage[] = []
    for await (const image of imagesOf(client, given, { words: given.positionals.join(' '), limit: limitOf(given) })) {
      if (image.state === 'ready') wanted.push(image)
    }
    let [saved, bytes] = [0, 0]
    for (const [index, image] of wanted.entries()) {
      const path = join(dir, fileNameOf(image))
      world.progress(`${bar(index, wanted.length)} ${image.title}`)
      if (!existsSync(path)) {
        const body = new Uint8Array(await (await client.bytes(`/api/images/${image.id}/original`)).arrayBuffer())
        await writeWhole(path, body)
        saved += 1
        bytes += body.byteLength
      }
      if (!given.isJson) world.out(path)
    }
    world.progress('')
    if (given.isJson) world.out(JSON.stringify({ dir, found: wanted.length, saved, bytes }))
    world.say(`saved ${saved} of ${wanted.length} (${bytesText(bytes)}) in ${dir}`)
  },
}

/** Two files may share a name, so each carries the end of its image's id, the random part. */
function fileNameOf({ id, title, format, fileName }: WireImage): string {
  const stem = (fileName?.replace(/\.[^.]*$/, '') || title || 'image')
    .replace(/[^\p{L}\p{N} ._-]+/gu, '_')
    .slice(0, 80)
    .trim()
  return `${stem}-${id.slice(-8)}.${format === 'jpeg' ? 'jpg' : format}`
}

function limitOf(given: Given): number | undefined {
  const limit = text(given, 'limit')
  if (limit === undefined) return undefined
  if (!/^[1-9]\d{0,6}$/.test(limit)) throw new CliError(`--limit is ${limit}; give a whole number`, { isUsage: true })
  return Number(limit)
}

async function* imagesOf(
  client: Client,
  given: Given,
  { words, limit = Number.POSITIVE_INFINITY }: { words: string; limit?: number | undefined },
) {
  const query = new URLSearchParams({ limit: String(Math.min(200, limit)) })
  if (words || text(given, 'q')) query.set('q', words || text(given, 'q')!)
  for (const name of ['origin', 'state', 'tag', 'model']) if (text(given, name)) query.set(name, text(given, name)!)
  if (flag(given, 'favourite')) query.set('favourite', 'true')
  for (let left = limit; ; ) {
    const { body } = await client.json<{ items: WireImage[]; nextCursor?: string }>('GET', `/api/images?${query}`)
    for (const image of body.items) {
      if (left-- <= 0) return
      yield image
    }
    if (body.nextCursor === undefined) return
    query.set('cursor', body.nextCursor)
  }
}

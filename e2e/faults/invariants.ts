import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Generation } from '#core/generation.ts'
import { SETTLED_STATES } from '#core/generation.ts'
import type { Image } from '#core/image.ts'
import { originalKey, renditionKey } from '#core/ports/blobs.ts'
import { listImages } from '#core/use-cases/list-images.ts'
import { ada, type TestStudio } from '#core/use-cases/studio.contract.ts'
import { recordsIn } from '#local/image-rows.ts'
import { PRICE } from './fault-studio.ts'
import type { Ack } from './flows.ts'

/**
 * What must be true of a studio at rest after any crash. Returns a sentence for each promise that is broken. Rows are read from the
 * database itself, so that nothing hides behind a port.
 */
export async function brokenPromises(studio: TestStudio, { dir, acks }: { dir: string; acks: readonly Ack[] }): Promise<string[]> {
  const rows = (sql: string) => studio.db.prepare(sql).all()
  const images = recordsIn(rows('select doc, rest from image'))
  const generations = rows('select doc from generation').map(({ doc }) => JSON.parse(String(doc)) as Generation)
  return [
    ...settled(images, generations),
    ...(await moneyIsRight(studio, { images, generations })),
    ...(await filesMatchRows(studio, { dir, images })),
    ...(await nothingIsLeftOver(studio, images)),
    ...callsAreBounded(dir, generations),
    ...acks.flatMap((ack) => keeps(ack, { images, generations })),
  ]
}

function settled(images: Image[], generations: Generation[]): string[] {
  const open = images
    .filter(({ state }) => ['pending', 'processing', 'purging'].includes(state))
    .map(({ id, state }) => `image ${id} is ${state}`)
  const due = images
    .filter(({ state, dueAt }) => dueAt !== undefined && state !== 'trashed')
    .map(({ id, state }) => `${state} image ${id} owes something`)
  const running = generations
    .filter(({ state }) => !(SETTLED_STATES as readonly string[]).includes(state))
    .map(({ id, state }) => `generation ${id} is ${state}`)
  return [...open, ...due, ...running]
}

async function moneyIsRight(
  studio: TestStudio,
  { images, generations }: { images: Image[]; generations: Generation[] },
): Promise<string[]> {
  const broken: string[] = []
  let committed = 0
  for (const generation of generations) {
    const { id, outputs, chargedMicroUsd } = generation
    const made = outputs.filter(({ state }) => state === 'made')
    const reservation = await studio.ledger.find(id)
    if (reservation?.state !== 'settled') broken.push(`the reservation of generation ${id} is ${reservation?.state}`)
    if (reservation?.committedMicroUsd !== PRICE * made.length || chargedMicroUsd !== PRICE * made.length)
      broken.push(`generation ${id} made ${made.length} and committed ${reservation?.committedMicroUsd}, charged ${chargedMicroUsd}`)
    committed += reservation?.committedMicroUsd ?? 0
    for (const { imageId } of made)
      if (!images.some((image) => image.id === imageId && image.width > 0)) broken.push(`made image ${imageId} has no row`)
  }
  const open = studio.db.prepare("select count(*) as n from reservation where state = 'open'").get()?.['n']
  if (open !== 0) broken.push(`${open} reservations are open`)
  const erased = generations.length === 0
  const [day] = await studio.ledger.usage(ada.id, ['2026-11-21'])
  if (!erased && day?.microUsd !== committed) broken.push(`the day says ${day?.microUsd} µ$ and ${committed} were committed`)
  return broken
}

async function filesMatchRows(studio: TestStudio, { dir, images }: { dir: string; images: Image[] }): Promise<string[]> {
  const broken: string[] = []
  const files = new Map((await allFiles(studio)).map(({ key, byteLength }) => [key, byteLength]))
  const wanted = new Map<string, number>()
  for (const image of images.filter(({ state }) => state === 'ready' || state === 'trashed')) {
    wanted.set(originalKey(image.ownerId, image.id), image.byteLength)
    for (const { canonical, byteLength } of image.renditions) wanted.set(renditionKey(image.id, canonical), byteLength)
    if (image.renditions.length === 0) broken.push(`${image.state} image ${image.id} has no renditions`)
    const limits = { maxBytes: 1e9, maxPixels: 1e9, maxSide: 1e6, maxFrames: 10 }
    const found = await studio.pixels.inspect({ key: originalKey(image.ownerId, image.id) }, limits).catch(() => undefined)
    if (found?.sha256 !== image.sha256) broken.push(`the bytes of ${image.id} are not those of its record`)
  }
  for (const [key, byteLength] of wanted)
    if (files.get(key) !== byteLength) broken.push(`${key} has ${files.get(key)} bytes, its row says ${byteLength}`)
  for (const key of files.keys()) if (!wanted.has(key)) broken.push(`${key} belongs to no row`)
  const parts = join(dir, 'parts')
  const sessions = existsSync(parts) ? readdirSync(parts) : []
  if (sessions.some((session) => readdirSync(join(parts, session)).length > 0)) broken.push('parts of an ended upload are left')
  return broken
}

async function allFiles(studio: TestStudio) {
  const pages = await Promise.all(['originals/', 'renditions/', 'inbox/'].map((prefix) => studio.blobs.list(prefix, { limit: 1000 })))
  return pages.flatMap(({ items }) => items)
}

async function nothingIsLeftOver(studio: TestStudio, images: Image[]): Promise<string[]> {
  const broken: string[] = []
  const known = new Set(images.map(({ id }) => id))
  for (const { image_id: id } of studio.db.prepare('select image_id from image_hash').all())
    if (!known.has(String(id))) broken.push(`a hash is claimed by ${id}, which is gone`)
  for (const [name, queue] of Object.entries(studio.queues)) {
    const depth = await queue.depth()
    if (depth.waiting + depth.delayed + depth.inFlight + depth.dead > 0) broken.push(`queue ${name} holds ${JSON.stringify(depth)}`)
  }
  const found = (await studio.search.query({ ownerId: ada.id }, { limit: 200 })).items.toSorted()
  const shown = images
    .filter(({ state }) => ['ready', 'failed', 'rejected'].includes(state))
    .map(({ id }) => id)
    .toSorted()
  if (JSON.stringify(found) !== JSON.stringify(shown)) broken.push(`search finds ${found.length} images of ${shown.length}`)
  const titled = images.filter(({ state, title }) => state === 'ready' && title === 'kept')
  const byWord = await listImages(studio, ada, { q: 'kept', limit: 10 })
  if (byWord.items.length !== titled.length) broken.push('a patched title is not found by its word')
  return broken
}

/** Crashed at most once, a call's answer can be lost at most once; side by side there are two. */
function callsAreBounded(dir: string, generations: Generation[]): string[] {
  const log = join(dir, 'provider-calls.log')
  const calls = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0
  const counted = generations.reduce((sum, { providerCalls }) => sum + providerCalls, 0)
  const answered = generations.flatMap(({ outputs }) => outputs).filter(({ state }) => state === 'made' || state === 'refused').length
  if (generations.length === 0) return []
  return [
    ...(calls > counted ? [`the provider was asked ${calls} times and ${counted} calls were counted`] : []),
    ...(calls > answered + 2 ? [`the provider was asked ${calls} times for ${answered} answers`] : []),
  ]
}

function keeps(ack: Ack, { images, generations }: { images: Image[]; generations: Generation[] }): string[] {
  if (ack.kind === 'owner') return images.length + generations.length > 0 ? ['an erased owner still has something'] : []
  if (ack.kind === 'generation') {
    const state = generations.find(({ id }) => id === ack.id)?.state
    const isKept = ack.is === 'settled' ? state !== undefined : state === ack.is
    return isKept ? [] : [`generation ${ack.id} was to be ${ack.is} and is ${state}`]
  }
  const image = images.find(({ id }) => id === ack.id)
  if (ack.is === 'ready')
    return image?.state === 'ready' && (!ack.title || image.title === ack.title)
      ? []
      : [`image ${ack.id} was to be ready and is ${image?.state}`]
  const isKept = image === undefined || (ack.is === 'trashed or gone' && image.state === 'trashed')
  return isKept ? [] : [`image ${ack.id} was to be ${ack.is} and is ${image.state}`]
}

import { setTimeout as pause } from 'node:timers/promises'
import type { WireImage } from '#http/schemas/image.ts'
import { type Client, persistently } from './client.ts'
import { samplePng } from './sample-png.ts'

const [WIDTH, HEIGHT] = [96, 64]
const LOOK_EVERY_MS = 500

/** One step of the way that a picture takes through a deployed studio. */
export type Step = {
  number: number
  name: string
  state: 'ok' | 'failed' | 'not reached'
  /** What was seen, or why it failed. */
  found: string
  /** Milliseconds. */
  took: number
  /** Where to look, when it failed. */
  advice?: string
}

export type Way = {
  url: string
  client: Client
  /** The first door, `/generate-upload-url`, takes tokens of the user pool alone; a key asks at the other. */
  isByKey: boolean
  /** Longest wait for one step, milliseconds. */
  patience: number
  onStep(step: Step): void
}

type Sent = { imageId: string; uploadUrl: string; headers: Record<string, string> }
type State = { cursor: number; bytes: Buffer; sent?: Sent; image?: WireImage }
type Check = { name: string; advice: string; see(way: Way, state: State): Promise<string> }

/**
 * Sends a picture of its own through the whole studio, as a person's browser does, and tells of each step. Removes for good what it made,
 * also when a step fails. Resolves with every step, those after a failure as not reached.
 */
export async function checkFlow(way: Way): Promise<Step[]> {
  const state: State = { cursor: 0, bytes: samplePng(WIDTH, HEIGHT) }
  const steps: Step[] = []
  const tell = (step: Step) => {
    steps.push(step)
    way.onStep(step)
  }
  let hasFailed = false
  for (const [at, { name, advice, see }] of CHECKS.entries()) {
    const number = at + 1
    if (hasFailed) {
      tell({ number, name, state: 'not reached', found: 'an earlier step failed', took: 0 })
      continue
    }
    const began = performance.now()
    const took = () => Math.round(performance.now() - began)
    try {
      tell({ number, name, state: 'ok', found: await see(way, state), took: took() })
    } catch (error) {
      hasFailed = true
      tell({ number, name, state: 'failed', found: (error as Error).message, took: took(), advice })
    }
  }
  // Gone before the answer is no failure: what is left over would be.
  if (state.sent) await way.client.json('DELETE', `/api/images/${state.sent.imageId}?permanently=true`).catch(leftOver(state.sent, tell))
  return steps
}

const leftOver =
  ({ imageId }: Sent, tell: (step: Step) => void) =>
  (error: Error) =>
    tell({
      ...{ number: CHECKS.length + 1, name: 'clean up', state: 'failed', found: error.message, took: 0 },
      advice: `remove picture ${imageId} in the studio yourself`,
    })

const CHECKS: readonly Check[] = [
  {
    name: 'sign in',
    advice: 'is it the address SiteUrl, and a credential of this stage? A first deploy has two passes. The log: /genzo/STAGE/authorizer',
    async see({ client }, state) {
      const { body: me } = await client.json<{ id: string; email?: string; role: string }>('GET', '/api/me')
      state.cursor = (await client.json<{ cursor: number }>('GET', '/api/events?after=now')).body.cursor
      return `${me.email ?? me.id}, ${me.role === 'admin' ? 'an operator' : 'a user'}`
    },
  },
  {
    name: 'upload URL',
    advice: 'look into the log /genzo/STAGE/generate-upload-url (with an API key: /genzo/STAGE/api), and at the limits of the stage',
    async see({ client, isByKey }, state) {
      const file = { fileName: 'doctor.png', contentType: 'image/png', byteLength: state.bytes.length }
      state.sent = isByKey ? await offered(client, file) : await signed(client, file)
      const seconds = new URL(state.sent.uploadUrl).searchParams.get('X-Amz-Expires')
      return `at ${new URL(state.sent.uploadUrl).host}${seconds ? `, for ${seconds} s` : ''}`
    },
  },
  {
    name: 'PUT',
    advice:
      'a 403 is a signature: does the role of the signing function have s3:PutObject (infra/permissions.ts), and is this clock right?',
    async see(_, { sent, bytes }) {
      const { uploadUrl, headers } = sent!
      const answer = await persistently(new URL(uploadUrl).origin, () =>
        fetch(uploadUrl, { method: 'PUT', headers, body: bytes as BodyInit }),
      )
      await answer.body?.cancel()
      return `${bytes.length} bytes taken (${answer.status})`
    },
  },
  {
    name: 'queue',
    advice: 'the notification of the originals bucket, then image-processing-queue and its -dlq, then the log /genzo/STAGE/image-processor',
    async see(way, state) {
      const image = await until(way, state, ({ state }) => state !== 'pending')
      return `the arrival was told and taken up: ${image.state}`
    },
  },
  {
    name: 'processed',
    advice: 'Step Functions → genzo-STAGE-processing: the red state of the last run says why; the log is /genzo/STAGE/processing-task',
    async see(way, state) {
      const image = await until(way, state, ({ state }) => !['pending', 'processing'].includes(state))
      if (image.state !== 'ready') throw new Error(`it ended ${image.state}${image.reason ? `: ${image.reason}` : ''}`)
      return `${image.width} × ${image.height} ${image.format}`
    },
  },
  {
    name: 'record',
    advice: 'the table genzo-STAGE-ImageMetadata; for the picture, the behaviour /i/* and the sweeper, which brings the edge its keys',
    async see(way, state) {
      const { urls, width, height } = state.image!
      if (width !== WIDTH || height !== HEIGHT) throw new Error(`the record says ${width} × ${height}, and ${WIDTH} × ${HEIGHT} were sent`)
      const thumbnail = new URL(urls!.thumbnail, way.url).href
      const answer = await persistently(new URL(thumbnail).origin, () => fetch(thumbnail, { headers: { accept: 'image/webp' } }))
      const type = answer.headers.get('content-type') ?? 'nothing'
      const { length } = new Uint8Array(await answer.arrayBuffer())
      if (!type.startsWith('image/')) throw new Error(`${new URL(thumbnail).host} answers ${type} in place of the picture`)
      return `as sent; its thumbnail comes from ${new URL(thumbnail).host} as ${type}, ${length} bytes`
    },
  },
  {
    name: 'notice',
    advice: 'the table genzo-STAGE-Feed, and the state Tell of the processing workflow',
    async see(way, state) {
      const end = performance.now() + way.patience
      for (let { cursor } = state; performance.now() < end; ) {
        const { body } = await way.client.json<Feed>('GET', `/api/events?after=${cursor}&wait=10`)
        if (body.items.some(({ type, subjectId }) => type === 'image.ready' && subjectId === state.sent!.imageId))
          return 'image.ready is in the feed; image-processed-topic is told at the same time'
        cursor = body.cursor
      }
      throw new Error(`no image.ready in the feed after ${way.patience / 1000} s`)
    },
  },
]
type Feed = { items: { type: string; subjectId: string }[]; cursor: number }
type File = { fileName: string; contentType: string; byteLength: number }

async function offered(client: Client, body: File): Promise<Sent> {
  const offer = await client.json<Sent>('POST', '/api/uploads', { body })
  return offer.body
}

async function signed(client: Client, body: File): Promise<Sent> {
  const { upload_url, file_path } = (await client.json<{ upload_url: string; file_path: string }>('POST', '/generate-upload-url', { body }))
    .body
  // `originals/{owner}/{image}/upload`.
  return { imageId: file_path.split('/')[2]!, uploadUrl: upload_url, headers: { 'content-type': body.contentType, 'if-none-match': '*' } }
}

/** The image as soon as it is so. Throws how it still is when patience ends. */
async function until(way: Way, state: State, isSo: (image: WireImage) => boolean): Promise<WireImage> {
  const end = performance.now() + way.patience
  for (;;) {
    const { body: image } = await way.client.json<WireImage>('GET', `/api/images/${state.sent!.imageId}`)
    state.image = image
    if (isSo(image)) return image
    if (performance.now() > end) throw new Error(`still ${image.state} after ${way.patience / 1000} s`)
    await pause(LOOK_EVERY_MS)
  }
}

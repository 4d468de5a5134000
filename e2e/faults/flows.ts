import { readFileSync } from 'node:fs'
import { admitUpload } from '#core/use-cases/admit-upload.ts'
import { cancelGeneration } from '#core/use-cases/cancel-generation.ts'
import { completeUpload } from '#core/use-cases/complete-upload.ts'
import { eraseOwner } from '#core/use-cases/erase-owner.ts'
import { patchImage } from '#core/use-cases/patch-image.ts'
import { purgeImage } from '#core/use-cases/purge-image.ts'
import { requestGeneration } from '#core/use-cases/request-generation.ts'
import { requestUpload } from '#core/use-cases/request-upload.ts'
import { restoreImage } from '#core/use-cases/restore-image.ts'
import { retryGeneration } from '#core/use-cases/retry-generation.ts'
import { signUploadParts } from '#core/use-cases/sign-upload-parts.ts'
import { ada, pngOf, put, type TestStudio, upload } from '#core/use-cases/studio.contract.ts'
import { trashImage } from '#core/use-cases/trash-image.ts'

/** What the studio said to its client, and so must keep. */
export type Ack =
  | { id: string; kind: 'image'; is: 'ready' | 'gone' | 'trashed or gone'; title?: string }
  | { id: string; kind: 'generation'; is: 'succeeded' | 'cancelled' | 'settled' }
  | { id: string; kind: 'owner'; is: 'gone' }

/** `prepare` runs without faults and is forgiven nothing; `run` is what is killed. What `prepare` returns is handed on. */
export type Flow = {
  prepare?(studio: TestStudio): Promise<string>
  run(studio: TestStudio, about: { ack: (ack: Ack) => void; given: string; largeFile: string }): Promise<void>
}

const prompt = { task: 'text-to-image' as const, prompt: 'a red lighthouse at dusk', width: 64, height: 64 }

async function readyImage(studio: TestStudio): Promise<string> {
  const id = await upload(studio, ada, { bytes: await pngOf(1) })
  await admitUpload(studio, { id })
  await studio.drain()
  return id
}

export const FLOWS: Record<string, Flow> = {
  'upload to ready': {
    async run(studio, { ack }) {
      const id = await upload(studio, ada, { bytes: await pngOf(1) })
      ack({ id, kind: 'image', is: 'ready' })
      await admitUpload(studio, { id })
      await studio.drain()
    },
  },
  'generate to settled and ready': {
    async run(studio, { ack }) {
      const { id } = await requestGeneration(studio, ada, { ...prompt, count: 2 })
      ack({ id, kind: 'generation', is: 'succeeded' })
      await studio.drain()
    },
  },
  'trash to purged': {
    prepare: readyImage,
    async run(studio, { ack, given: id }) {
      await trashImage(studio, ada, id)
      ack({ id, kind: 'image', is: 'trashed or gone' })
      await purgeImage(studio, ada, id)
      ack({ id, kind: 'image', is: 'gone' })
    },
  },
  'trash and restore': {
    prepare: readyImage,
    async run(studio, { ack, given: id }) {
      await trashImage(studio, ada, id)
      await restoreImage(studio, ada, id)
      await patchImage(studio, ada, { id, patch: { title: 'kept' } })
      ack({ id, kind: 'image', is: 'ready', title: 'kept' })
    },
  },
  'multi-part': {
    async run(studio, { ack, largeFile }) {
      const bytes = new Uint8Array(readFileSync(largeFile))
      const offer = await requestUpload(studio, ada, { fileName: 'large.png', contentType: 'image/png', byteLength: bytes.byteLength })
      if (offer.outcome !== 'parts') throw new Error(`offered ${offer.outcome}`)
      const { id, partSize, partCount } = offer
      const numbers = Array.from({ length: partCount }, (_, at) => at + 1)
      const parts: { number: number; etag: string }[] = []
      for (const part of await signUploadParts(studio, ada, { id, numbers })) {
        const { etag } = await put(studio, part, bytes.subarray((part.number - 1) * partSize, part.number * partSize))
        parts.push({ number: part.number, etag })
      }
      await completeUpload(studio, ada, { id, parts })
      ack({ id, kind: 'image', is: 'ready' })
      await studio.drain()
    },
  },
  cancel: {
    async run(studio, { ack }) {
      const { id } = await requestGeneration(studio, ada, { ...prompt, count: 2 })
      ack({ id, kind: 'generation', is: 'settled' })
      await cancelGeneration(studio, ada, id)
      ack({ id, kind: 'generation', is: 'cancelled' })
      await studio.drain()
    },
  },
  retry: {
    async prepare(studio) {
      // The word makes the model of these tests refuse the second picture.
      const { id } = await requestGeneration(studio, ada, { ...prompt, prompt: 'half of this is refused', count: 2, seed: 1 })
      await studio.drain()
      return id
    },
    async run(studio, { ack, given }) {
      const { id } = await retryGeneration(studio, ada, given)
      ack({ id, kind: 'generation', is: 'succeeded' })
      await studio.drain()
    },
  },
  erase: {
    async prepare(studio) {
      const id = await readyImage(studio)
      await requestGeneration(studio, ada, { ...prompt, count: 1 })
      return id
    },
    async run(studio, { ack }) {
      await eraseOwner(studio, ada, ada.id)
      ack({ id: ada.id, kind: 'owner', is: 'gone' })
    },
  },
}

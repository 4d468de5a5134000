import { makeZip } from 'client-zip'
import type { Zip } from '#core/ports/zip.ts'

/** Archives past 4 GiB and 65,535 files are ZIP64, by themselves. */
export const zip: Zip = (entries) => {
  const reader = makeZip(filesOf(entries)).getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      // The library throws the reason into its generator, and answers a cancel with it: whoever stops reading would meet an error.
      cancel: (reason) => reader.cancel(reason).catch(() => undefined),
    },
    { highWaterMark: 0 },
  )
}

async function* filesOf(entries: Parameters<Zip>[0]) {
  for await (const { name, modifiedAt, body } of entries) yield { name, lastModified: new Date(modifiedAt), input: body }
}

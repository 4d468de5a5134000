import { parentPort } from 'node:worker_threads'
import { isStudioError } from '#core/errors.ts'
import type { SketchOrder, SketchReply } from '#local/sketch-thread.ts'
import { sketchInvoker } from '#models/sketch/invoke.ts'

// The thread in which the sketch model paints. Its abort is its end: the parent terminates it.
const invoke = sketchInvoker()
const never = new AbortController().signal

parentPort!.on('message', ({ id, request }: SketchOrder) => {
  invoke(request, never).then(
    (answer) => {
      const buffers = answer.outcome === 'made' ? answer.pictures.map(({ bytes }) => bytes.buffer as ArrayBuffer) : []
      parentPort!.postMessage({ id, answer } satisfies SketchReply, [...new Set(buffers)])
    },
    (error: unknown) => {
      const known = isStudioError(error) ? error : undefined
      const message = error instanceof Error ? error.message : String(error)
      parentPort!.postMessage({ id, error: { code: known?.code, message, details: known?.details } } satisfies SketchReply)
    },
  )
})

import { isStudioError } from '#core/errors.ts'
import type { Pixels } from '#core/ports/pixels.ts'
import { inProcessPixels } from '#imaging/in-process-pixels.ts'
import { useThreads } from '#imaging/picture.ts'
import type { PixelAnswer, PixelOrder } from '#local/pixel-pool.ts'

// A child of the pixel pool: one call at a time, paths in place of keys.
const pixels = inProcessPixels({ read: async (path) => path })

process.on('message', async ({ method, args, threads }: PixelOrder) => {
  useThreads(threads)
  const answer = await ask(method, args)
  process.send?.({ isSpent: false, ...answer, rss: process.memoryUsage.rss() } satisfies PixelAnswer)
})

async function ask(method: keyof Pixels, args: unknown[]) {
  try {
    return { value: await (pixels[method] as (...all: unknown[]) => Promise<unknown>)(...args) }
  } catch (error) {
    // A WebAssembly module that trapped (HEIC) answers nothing sensible any more, and nothing but a new process resets it.
    const isSpent = !isStudioError(error) || error.cause instanceof WebAssembly.RuntimeError
    if (isStudioError(error)) return { isSpent, refusal: { code: error.code, message: error.message, details: error.details } }
    return { isSpent, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

// The parent is gone, even by kill -9, or wants us no more. SIGKILL and not exit(), which would wait for the encode in hand.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
// Ctrl-C reaches the whole process group; the parent drains first and then ends us.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})

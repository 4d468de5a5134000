import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestStudio, testStudio } from '#core/use-cases/studio.contract.ts'
import { SKETCH } from '#models/sketch/catalogue.data.ts'
import { sketchInvoker } from '#models/sketch/invoke.ts'

export const PRICE = 40_000
export const START = Date.UTC(2026, 10, 21, 12)

/** Sketch, priced, one picture a call; refuses a second picture on demand; every call is written down before it is answered. */
export function faultStudio({ dir, bootId, startAt = START }: { dir: string; bootId: string; startAt?: number }): TestStudio {
  const sketch = sketchInvoker()
  return testStudio({
    ...{ dir, bootId, startAt },
    models: [{ ...SKETCH, imagesPerCall: 1, requestsPerMinute: 60_000, price: { ...SKETCH.price, microUsdPerImage: PRICE } }],
    invoke: async (request, signal) => {
      appendFileSync(join(dir, 'provider-calls.log'), `${request.prompt}\n`)
      if (request.prompt?.includes('half of this') && request.seed === 2 && isFirst(dir))
        return { outcome: 'refused', stage: 'prompt', reason: 'as told' }
      return sketch(request, signal)
    },
  })
}

/** The refusal is meant for the first generation only, whose retry then succeeds, in whichever process. */
function isFirst(dir: string): boolean {
  const mark = join(dir, 'refused')
  if (existsSync(mark)) return false
  writeFileSync(mark, '')
  return true
}

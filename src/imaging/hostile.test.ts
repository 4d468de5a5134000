import { describe, expect, it } from 'vitest'
import { isStudioError } from '#core/errors.ts'
import { finishPicture } from './finish.ts'
import { file, heic, scene } from './fixtures/pictures.ts'
import { inspectPicture } from './inspect.ts'
import { makeSet } from './make-set.ts'
import { preparePicture } from './prepare.ts'

const LIMITS = { maxBytes: 1e7, maxPixels: 1e6, maxSide: 2000, maxFrames: 10 }
const MARK = { digitalSourceType: 'algorithmicMedia', creatorTool: 'genzo' } as const
const ROUNDS = 60

describe.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff', 'heic'] as const)('%s with bytes changed at random', (format) => {
  it('is read, or refused with a reason: nothing else is ever thrown', async () => {
    const whole =
      format === 'heic'
        ? heic()
        : await file(scene(60, 40))
            .withExif({ IFD0: { Make: 'Acme' } })
            .toFormat(format)
            .toBuffer()
    let seed = 7
    const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff) % below
    const outcomes = { read: 0, refused: 0 }
    for (let round = 0; round < ROUNDS; round++) {
      const hurt = Buffer.from(whole)
      // Headers are where the dangerous numbers stand, so every second blow falls there.
      for (let blow = 0; blow <= round % 4; blow++) hurt[random(blow % 2 === 0 ? Math.min(hurt.length, 200) : hurt.length)] = random(256)
      const attempts = [
        () => inspectPicture(hurt, LIMITS).then(() => makeSet(hurt)),
        () => inspectPicture(hurt, LIMITS).then(() => preparePicture(hurt, { formats: ['png'], maxSide: 32 })),
        () => finishPicture(hurt, { mark: MARK }),
      ]
      for (const attempt of attempts) {
        try {
          await attempt()
          outcomes.read += 1
        } catch (error) {
          expect(isStudioError(error), `round ${round}: ${(error as Error).stack}`).toBe(true)
          expect((error as Error).message).not.toMatch(/0x[0-9a-f]{6}|\/work|node_modules/)
          outcomes.refused += 1
        }
      }
    }
    expect(outcomes.read + outcomes.refused).toBe(ROUNDS * 3)
    expect(outcomes.refused).toBeGreaterThan(0)
  })
})

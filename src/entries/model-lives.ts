import { bestEffort } from '#core/best-effort.ts'
import type { Lifecycle } from '#core/model.ts'
import type { Ports } from '#core/ports/index.ts'
import { MINUTE } from '#core/times.ts'

type Lives = ReadonlyMap<string, Lifecycle>
type Asking = { current(): Promise<Lives> }

const NAME = 'model-lives'
/** How long a function believes what it heard, ms: news of a retirement come months ahead. */
const HEARD_MS = 10 * MINUTE

/** What AWS says of models' lives, told on to the functions that may not ask: each list once. */
export function toldLives(ports: Pick<Ports, 'settings' | 'telemetry'>, asking: Asking): Asking {
  let told: Lives | undefined
  return {
    async current() {
      const lives = await asking.current()
      if (lives.size > 0 && lives !== told) {
        told = lives
        await bestEffort(ports, 'telling the lives of models', () => ports.settings.set(NAME, Object.fromEntries(lives)))
      }
      return lives
    },
  }
}

/** The same in a function that asks no model. A store that does not answer leaves what was heard before. */
export function heardLives({ settings, now }: Pick<Ports, 'settings' | 'now'>): Asking {
  let heard: Lives = new Map()
  let until = 0
  return {
    async current() {
      if (now() < until) return heard
      until = now() + HEARD_MS
      const lives = await settings.get<Record<string, Lifecycle>>(NAME).catch(() => undefined)
      if (lives) heard = new Map(Object.entries(lives))
      return heard
    },
  }
}

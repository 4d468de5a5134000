import {
  BedrockClient,
  type FoundationModelLifecycle,
  type FoundationModelSummary,
  ListFoundationModelsCommand,
} from '@aws-sdk/client-bedrock'
import type { Lifecycle, Model } from '#core/model.ts'
import { type BedrockAccess, clientConfig, currentKey } from './client.ts'
import { servingRegion } from './regions.ts'

const DAY_MS = 86_400_000
/** A list that did not come is asked for again after this long. */
const RETRY_MS = 15 * 60_000

/** Asks one region which image models it lists. */
export async function listImageModels(access: BedrockAccess, region: string, signal?: AbortSignal): Promise<FoundationModelSummary[]> {
  const client = new BedrockClient(clientConfig(access, region, currentKey(access)))
  try {
    const command = new ListFoundationModelsCommand({ byOutputModality: 'IMAGE' })
    const { modelSummaries = [] } = await client.send(command, signal ? { abortSignal: signal } : {})
    return modelSummaries
  } finally {
    client.destroy()
  }
}

/**
 * What AWS says of each model's life, per region it is asked in, laid over the catalogue's own dates. `current` answers at once with what
 * is known and renews it in the background once a day, so that neither a start nor a request ever waits for it; without credentials it
 * stays empty. `settled` resolves when the renewal that runs has ended, well or not.
 */
export function bedrockLifecycles({
  catalogue,
  preferredRegion,
  now = Date.now,
  warn = () => {},
  ...access
}: BedrockAccess & {
  catalogue: readonly Model[]
  preferredRegion?: string
  now?: () => number
  warn?: (message: string) => void
}) {
  let known: ReadonlyMap<string, Lifecycle> = new Map()
  let renewAt = 0
  let renewing = Promise.resolve()

  async function renew(): Promise<void> {
    const models = catalogue.filter(
      (model) => model.provider === 'bedrock' && model.nativeId && Object.keys(model.regions ?? {}).length > 0,
    )
    const regionOf = (model: Model) => servingRegion(model, preferredRegion)
    const next = new Map<string, Lifecycle>()
    for (const region of new Set(models.map(regionOf))) {
      const listed = new Map((await listImageModels(access, region)).map((one) => [one.modelId, one]))
      for (const model of models.filter((one) => regionOf(one) === region)) {
        const news = lifecycleFrom(model, listed.get(model.nativeId), now())
        if (news) next.set(model.id, news)
        if (news?.state === 'legacy' && model.lifecycle.state === 'active')
          warn(`${model.id} is legacy at AWS${news.retiredOn ? ` and ends on ${news.retiredOn}` : ''}`)
      }
    }
    known = next
  }

  return {
    async current(): Promise<ReadonlyMap<string, Lifecycle>> {
      if (now() >= renewAt) {
        renewAt = now() + DAY_MS
        renewing = renew().catch((error: unknown) => {
          renewAt = now() + RETRY_MS
          const why = error instanceof Error ? error.name : 'unknown'
          warn(`the models' lifecycles could not be read from AWS (${why}); the built-in dates hold`)
        })
      }
      return known
    },
    settled: () => renewing,
  }
}

/**
 * A listed model is as AWS says, gone once its end of life has passed. A model that is not listed is no proof either way, but for one
 * that was legacy: ended models just leave the list.
 */
export function lifecycleFrom(model: Model, listed: FoundationModelSummary | undefined, now: number): Lifecycle | undefined {
  const { lifecycle } = model
  if (!listed) return lifecycle.state === 'legacy' ? { ...lifecycle, state: 'retired' } : undefined
  const told = (listed.modelLifecycle ?? {}) as Partial<FoundationModelLifecycle>
  const legacyOn = dayOf(told.legacyTime) ?? lifecycle.legacyOn
  const retiredOn = dayOf(told.endOfLifeTime)
  const isOver = told.endOfLifeTime !== undefined && told.endOfLifeTime.getTime() <= now
  return {
    state: isOver ? 'retired' : told.status === 'LEGACY' ? 'legacy' : 'active',
    ...(legacyOn && told.status === 'LEGACY' && { legacyOn }),
    ...(retiredOn && { retiredOn }),
    ...(lifecycle.successor && { successor: lifecycle.successor }),
  }
}

const dayOf = (time: Date | undefined): string | undefined => time?.toISOString().slice(0, 10)

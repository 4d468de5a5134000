import type { Ports } from '#core/ports/index.ts'
import { TASKS } from '#core/task.ts'
import { sketchThread } from '#local/sketch-thread.ts'
import { unconfiguredEmbeddings, unconfiguredWording } from '#local/unconfigured.ts'
import { bedrockEmbeddings } from '#models/bedrock/embeddings.ts'
import { bedrockInvoker } from '#models/bedrock/invoker.ts'
import { bedrockLifecycles } from '#models/bedrock/lifecycles.ts'
import { bedrockWording } from '#models/bedrock/wording.ts'
import { sketchInvoker } from '#models/sketch/invoke.ts'
import { studioModels } from '#models/studio-models.ts'
import { bedrockAccess, guardrailOf, type StudioAccess } from './bedrock-access.ts'
import type { Config } from './config.ts'
import { readCatalogue } from './operator-files.ts'

const SKETCHING = new URL('./sketch.worker.ts', import.meta.url)
const NOTHING_TOLD = new Map()

type Options = { isServer: boolean; pixels: Pick<Ports['pixels'], 'prepare'>; warn: (message: string) => void }
export type OpenModels = { ports: Pick<Ports, 'models' | 'wording' | 'embeddings'>; close(): Promise<void> }

/** The models that this studio may ask: sketch always, Amazon Bedrock from the moment on that there is a key or credentials. */
export function openModels(config: Config, { isServer, pixels, warn }: Options): OpenModels {
  const { models: catalogue, defaults } = readCatalogue(config)
  const { values, bedrockRegion: preferredRegion } = config
  // A guest asks for no pictures, so it starts no thread.
  const thread = isServer ? sketchThread({ workerUrl: SKETCHING }) : undefined
  const access = bedrockAccess(config, process.env)
  const guardrail = guardrailOf(config)
  const asking = bedrockInvoker({ ...access, preferredRegion, pixels, ...(guardrail && { guardrail }) })
  const told = bedrockLifecycles({ ...access, catalogue, preferredRegion, warn })
  // Without a way of asking, AWS is not asked either: a studio that is offline by choice is not told about it every quarter of an hour.
  const lifecycles = { current: async () => (access.isPresent() ? told.current() : NOTHING_TOLD) }
  const models = studioModels({
    ...{ catalogue, defaults, warn },
    invokers: { local: { invoke: thread ?? sketchInvoker() }, bedrock: { invoke: asking.invoke, isConfigured: access.isPresent } },
    ...(isServer && { lifecycles }),
  })
  if (isServer)
    void lifecycles
      .current()
      .then(told.settled)
      .then(() => lookAtDefaults(models))
  const ask = { access, region: preferredRegion, pixels }
  return {
    ports: { models, wording: wordingOf(values.BEDROCK_MODEL_ID, ask), embeddings: embeddingsOf(values.BEDROCK_EMBEDDING_MODEL_ID, ask) },
    async close() {
      asking.close()
      await thread?.close()
    },
  }
}

/** Settles every default, which warns in the log of each that was replaced, before a request meets it; renews lifecycles when due. */
export async function lookAtDefaults(models: Ports['models']): Promise<void> {
  for (const task of TASKS) await models.defaultFor(task)
}

type Ask = { access: StudioAccess; region: string; pixels: Options['pixels'] }

function wordingOf(modelId: string | undefined, { access, region }: Ask): Ports['wording'] {
  if (!modelId) return unconfiguredWording()
  const { expand, translate } = bedrockWording({ ...access, modelId, region })
  return {
    ...{ expand, translate },
    get isConfigured() {
      return access.isPresent()
    },
  }
}

function embeddingsOf(modelId: string | undefined, { access, region: preferred, pixels }: Ask): Ports['embeddings'] {
  if (!modelId) return unconfiguredEmbeddings()
  // Nova's vectors are made in Virginia alone; Titan's wherever its image models were.
  const region = /nova/.test(modelId) ? 'us-east-1' : preferred
  const { text, picture, isConfigured, space = modelId, pictureMicroUsd = 0 } = bedrockEmbeddings({ ...access, modelId, region, pixels })
  return {
    ...{ text, picture, space, pictureMicroUsd },
    get isConfigured() {
      return isConfigured && access.isPresent()
    },
  }
}

import { generationTasks } from '#core/use-cases/generation-tasks.ts'
import { inProcessPixels } from '#imaging/in-process-pixels.ts'
import { guardrailFrom } from '#models/bedrock/guardrail.ts'
import { bedrockInvoker } from '#models/bedrock/invoker.ts'
import { bedrockLifecycles } from '#models/bedrock/lifecycles.ts'
import { studioModels } from '#models/studio-models.ts'
import { ENV, readAwsEnv } from './aws-config.ts'
import { engineParts } from './engine-parts.ts'
import { laidCatalogue } from './laid-files.ts'
import { toldLives } from './model-lives.ts'
import { workflowTask } from './workflow-task.ts'

const env = readAwsEnv(ENV['generation-task'])
const parts = engineParts(env, 'generation-task')
const pixels = inProcessPixels({ read: (key, version) => parts.blobs.read(key, version === undefined ? {} : { version }) })
const guardrail = guardrailFrom(env.GENZO_BEDROCK_GUARDRAIL)
const bedrock = bedrockInvoker({ preferredRegion: env.GENZO_BEDROCK_REGION, pixels, ...(guardrail && { guardrail }) })
const { models: catalogue, defaults } = await laidCatalogue()
const warn = (message: string) => parts.telemetry.log('warn', message, {})
const lifecycles = toldLives(parts, bedrockLifecycles({ catalogue, preferredRegion: env.GENZO_BEDROCK_REGION, warn }))
const ports = { ...parts, pixels, models: studioModels({ catalogue, defaults, lifecycles, invokers: { bedrock } }) }

/** The states of `generation.asl.json`. The role may call the configured models alone. */
export const handler = workflowTask(generationTasks(ports), ports.telemetry)

import { policyModerator } from '#core/moderation.ts'
import { processingTasks } from '#core/use-cases/processing-tasks.ts'
import { inProcessPixels } from '#imaging/in-process-pixels.ts'
import { ENV, readAwsEnv } from './aws-config.ts'
import { catalogueOnly } from './catalogue-only.ts'
import { embeddingsOf } from './embeddings-of.ts'
import { engineParts } from './engine-parts.ts'
import { workflowTask } from './workflow-task.ts'

const env = readAwsEnv(ENV['processing-task'])
const parts = engineParts(env, 'processing-task')
const pixels = inProcessPixels({ read: (key, version) => parts.blobs.read(key, version === undefined ? {} : { version }) })
const ports = {
  ...parts,
  pixels,
  embeddings: embeddingsOf(env, pixels),
  moderator: policyModerator(),
  models: await catalogueOnly(),
}

/** The states of `processing.asl.json`. */
export const handler = workflowTask(processingTasks(ports), ports.telemetry)

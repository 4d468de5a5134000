import { expect, it } from 'vitest'
import type { FunctionName } from './functions.ts'
import { synthesized } from './testing.ts'

/** What a stage's functions may ask of Bedrock beside pictures, and the models that they are told of. */
function words(bedrock: Record<string, unknown>) {
  const { engine, api } = synthesized('dev', { bedrock })
  const resources = [engine, api].flatMap((template) => Object.values<any>(template.toJSON().Resources))
  return (name: FunctionName) => {
    const role = resources.find(({ Properties }) => Properties?.Description?.startsWith(`Rights of genzo-dev-${name}:`))
    const statements: any[] = role.Properties.Policies[0].PolicyDocument.Statement
    const invoke = statements.filter(({ Action }) => Action === 'bedrock:InvokeModel').flatMap(({ Resource }) => Resource)
    const { Environment } = resources.find(({ Properties }) => Properties?.FunctionName === `genzo-dev-${name}`).Properties
    return { models: JSON.stringify(invoke), told: Environment.Variables as Record<string, string> }
  }
}

it.each(['api', 'api-stream', 'processing-task', 'processing-step'] as const)(
  '%s asks no model of words or vectors where none is named',
  (name) => {
    const { models, told } = words({})(name)
    expect(models).toBe('[]')
    expect(Object.keys(told).filter((key) => key.startsWith('BEDROCK_'))).toEqual([])
  },
)

it('the functions that search and process may ask the models that the stage names, where those are', () => {
  const of = words({ textModelId: 'us.amazon.nova-lite-v1:0', embeddingModelId: 'amazon.nova-2-multimodal-embeddings-v1:0' })
  for (const name of ['api', 'processing-step'] as const) {
    const { models, told } = of(name)
    expect(told['BEDROCK_EMBEDDING_MODEL_ID']).toBe('amazon.nova-2-multimodal-embeddings-v1:0')
    expect(models).toContain(':bedrock:us-east-1::foundation-model/amazon.nova-2-multimodal-embeddings-v1:0')
    expect(models).toContain('inference-profile/us.amazon.nova-lite-v1:0')
  }
  expect(of('api').told['BEDROCK_MODEL_ID']).toBe('us.amazon.nova-lite-v1:0')
})

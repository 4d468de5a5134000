import { Aws } from 'aws-cdk-lib'
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Model } from '#core/model.ts'
import { embeddingRegion } from '#entries/aws-config.ts'
import type { Settings } from './config.ts'
import { stageCatalogue } from './stage-catalogue.ts'

/** Where a call through a profile `us.…` may land (docs.aws.amazon.com/bedrock, cross-Region inference; seen 2026-11). */
const PROFILE_REGIONS: Record<string, string[]> = {
  us: ['us-east-1', 'us-east-2', 'us-west-2'],
  eu: ['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-3'],
  apac: ['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-south-2', 'ap-southeast-1', 'ap-southeast-2'],
  jp: ['ap-northeast-1', 'ap-northeast-3'],
}
const PROFILE = new RegExp(`^(${Object.keys(PROFILE_REGIONS).join('|')})\\.(.+)$`)

/** `InvokeModel` on the configured models alone, by their own ids and by the profiles that some answer to. */
export function bedrockStatements(settings: Settings): PolicyStatement[] {
  const arns = chosenModels(settings).flatMap(({ regions = {} }) =>
    Object.entries(regions).flatMap(([region, invokeId]) => arnsOf(invokeId, region)),
  )
  return [
    new PolicyStatement({ effect: Effect.ALLOW, actions: ['bedrock:InvokeModel'], resources: [...new Set(arns)].sort() }),
    // Which models are retired, and when: the action takes no resource.
    new PolicyStatement({ effect: Effect.ALLOW, actions: ['bedrock:ListFoundationModels'], resources: ['*'] }),
  ]
}

/** The text and vector models and the guardrail, where configured. */
export function wordStatements({ bedrock }: Settings): PolicyStatement[] {
  const { textModelId: text, embeddingModelId: vectors, region } = bedrock
  const resources = [...(text ? arnsOf(text, region) : []), ...(vectors ? arnsOf(vectors, embeddingRegion(vectors, region)) : [])]
  const invoke = resources.length > 0 && { effect: Effect.ALLOW, actions: ['bedrock:InvokeModel'], resources }
  const guard = bedrock.guardrail && { effect: Effect.ALLOW, actions: ['bedrock:ApplyGuardrail'], resources: [bedrock.guardrail.arn] }
  return [invoke, guard].filter((statement) => typeof statement === 'object').map((statement) => new PolicyStatement(statement))
}

/** A profile needs its own ARN and the model's in each region that it may choose. */
function arnsOf(invokeId: string, region: string): string[] {
  const model = (at: string, id: string) => `arn:${Aws.PARTITION}:bedrock:${at}::foundation-model/${id}`
  const profile = PROFILE.exec(invokeId)
  if (!profile) return [model(region, invokeId)]
  const [, group, id] = profile as unknown as [string, string, string]
  const own = `arn:${Aws.PARTITION}:bedrock:${region}:${Aws.ACCOUNT_ID}:inference-profile/${invokeId}`
  return [own, ...PROFILE_REGIONS[group]!.map((at) => model(at, id))]
}

/** The models that a stage's functions may call. Throws for an id that its catalogue does not have. */
export function chosenModels(settings: Settings): Model[] {
  const { bedrock, stage } = settings
  const { models } = stageCatalogue(settings)
  const live = models.filter(({ lifecycle }) => lifecycle.state !== 'retired')
  if (bedrock.models === 'active') return live
  return bedrock.models.map((id) => {
    const model = models.find((one) => one.id === id)
    if (model) return model
    throw new Error(
      `stage ${stage} in infra/config.ts: bedrock.models names ${JSON.stringify(id)}: write ids of ${live.map((one) => one.id).join(', ')}`,
    )
  })
}

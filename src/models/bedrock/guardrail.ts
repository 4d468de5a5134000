import { ApplyGuardrailCommand, type BedrockRuntimeClient, type GuardrailContentBlock } from '@aws-sdk/client-bedrock-runtime'
import { z } from 'zod'
import type { ModelAnswer, ModelRequest } from '#core/ports/models.ts'
import type { Picture } from '#core/ports/pixels.ts'
import type { Prepare } from './codec.ts'

export type Guardrail = {
  id: string
  /** A number, or DRAFT. Without it the service refuses the call. */
  version: string
  /** `inline`: the model's own call carries it. `apply`: words and pictures are checked before anything is spent on a model. */
  how: 'inline' | 'apply'
  /** Where the guardrail lives, when not where the model is asked. */
  region?: string
}

/** `ID:VERSION:HOW`; the id may be an ARN, which says the guardrail's region too. Undefined for anything else. */
export function guardrailFrom(text: string | undefined): Guardrail | undefined {
  const found = /^(.+):(DRAFT|\d+):(inline|apply)$/.exec(text ?? '')
  if (!found) return undefined
  const [, id = '', version = '', how] = found
  const region = /^arn:[^:]+:bedrock:([^:]+):/.exec(id)?.[1]
  return { id, version, how: how as Guardrail['how'], ...(region && { region }) }
}

/** What ApplyGuardrail takes of a picture: PNG or JPEG, 4 MB, 8000 a side. A smaller one says as much. */
const CHECKED = { formats: ['png', 'jpeg'] as const, maxSide: 1280, maxBytes: 3_900_000 }

/** Asks the guardrail about the words and the input pictures; a refusal, or undefined. */
export async function checkByGuardrail(
  { client, guardrail, signal }: { client: BedrockRuntimeClient; guardrail: Guardrail; signal: AbortSignal },
  request: ModelRequest,
  prepare: Prepare,
): Promise<ModelAnswer | undefined> {
  const words = [request.prompt, request.negativePrompt, request.parameters.searchPrompt, request.parameters.selectPrompt]
  const texts = words.filter((text): text is string => typeof text === 'string' && text.trim() !== '')
  const pictures = request.inputs.filter(({ role }) => role !== 'mask').map(({ picture }) => picture)
  if (texts.length > 0) {
    const refused = await apply(
      texts.map((text) => ({ text: { text } })),
      'prompt',
    )
    if (refused) return refused
  }
  for (const picture of pictures) {
    const refused = await apply([await blockOf(picture, prepare)], 'input image')
    if (refused) return refused
  }
  return undefined

  async function apply(content: GuardrailContentBlock[], stage: 'prompt' | 'input image'): Promise<ModelAnswer | undefined> {
    const about = { guardrailIdentifier: guardrail.id, guardrailVersion: guardrail.version, source: 'INPUT' as const, content }
    const { action, assessments, $metadata } = await client.send(new ApplyGuardrailCommand(about), { abortSignal: signal })
    if (action !== 'GUARDRAIL_INTERVENED') return undefined
    const { requestId } = $metadata
    return {
      outcome: 'refused',
      stage,
      reason: `the guardrail refused the ${stage}`,
      rule: ruleOf(assessments),
      ...(requestId && { requestId }),
    }
  }
}

async function blockOf(picture: Picture, prepare: Prepare): Promise<GuardrailContentBlock> {
  const small = await prepare({ bytes: picture.bytes }, CHECKED)
  return { image: { format: small.contentType === 'image/jpeg' ? 'jpeg' : 'png', source: { bytes: small.bytes } } }
}

const Filter = z.object({
  type: z.string().optional(),
  name: z.string().optional(),
  action: z.string().optional(),
  detected: z.boolean().optional(),
})
const Assessment = z.object({
  contentPolicy: z.object({ filters: z.array(Filter) }).optional(),
  topicPolicy: z.object({ topics: z.array(Filter) }).optional(),
})

/** The first filter or topic that stepped in: `guardrail: VIOLENCE`. */
function ruleOf(assessments: unknown): string {
  const parsed = z.array(Assessment.catch({})).catch([]).parse(assessments)
  const all = parsed.flatMap(({ contentPolicy, topicPolicy }) => [...(contentPolicy?.filters ?? []), ...(topicPolicy?.topics ?? [])])
  const found = all.find(({ action, detected }) => detected !== false && action !== 'NONE')
  return found ? `guardrail: ${found.type ?? found.name ?? 'topic'}` : 'guardrail'
}

// The API page spells it `guardrails`, the sample reads `guardrail`.
const Side = z.object({ inputAssessment: z.unknown().optional(), outputAssessments: z.unknown().optional() })
const Inline = z.object({
  'amazon-bedrock-guardrailAction': z.string().optional(),
  'amazon-bedrock-trace': z.object({ guardrail: Side.optional(), guardrails: Side.optional() }).optional(),
})

/** The refusal inside a model's answer when the guardrail of the call stepped in: `images` may be missing then. */
export function guardrailRefusal(answer: unknown): ModelAnswer | undefined {
  const { data } = Inline.safeParse(answer)
  if (data?.['amazon-bedrock-guardrailAction'] !== 'INTERVENED') return undefined
  const trace = data['amazon-bedrock-trace']
  const side = trace?.guardrail ?? trace?.guardrails
  const stage = side?.outputAssessments === undefined ? 'prompt' : 'output image'
  return { outcome: 'refused', stage, reason: `the guardrail refused the ${stage}`, rule: 'guardrail' }
}

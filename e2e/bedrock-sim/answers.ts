import { embedPicture, embedText } from './embed.ts'
import { SERVED, type Served, unwrapId } from './families.ts'
import { Fault, invalid, TROUBLES, type Trouble, throwTrouble } from './fault.ts'
import { type Body, makeAmazon, makeSdxl, makeStability, type Settings, type StabilityFamily } from './make.ts'
import { SCHEMAS } from './schemas.ts'

export const MAX_BYTES = 25_000_000
/** Bytes and type of an answer under status 200. */
export type Answer = { bytes: Buffer; contentType: string; hangUp?: true }
export type Ask = {
  modelId: string
  region: string | undefined
  body: Buffer
  contentType: string | undefined
  guardrail?: { id?: string; version?: string; isTraced?: boolean }
}
export type Rules = Settings & { servesRetired: boolean; trouble: (prompt: string) => Trouble | undefined }

const json = (value: unknown): Answer => ({ bytes: Buffer.from(JSON.stringify(value)), contentType: 'application/json' })
const REFUSED = 'This request has been blocked by our content filters. Please adjust your'

/** What a model is here and now: unknown, retired, bare where only a profile serves, or in another Region is a 400 of its own. */
export function findModel(modelId: string, region: string | undefined, servesRetired: boolean): Served & { base: string } {
  const { base, isProfile } = unwrapId(modelId)
  const served = Object.hasOwn(SERVED, base) ? SERVED[base] : undefined
  if (!served || (served.isRetired && !servesRetired) || (region && !served.regions.includes(region)))
    throw invalid('The provided model identifier is invalid.')
  if (served.onlyProfile && !isProfile)
    throw invalid(
      `Invocation of model ID ${modelId} with on-demand throughput isn\u2019t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
    )
  return { ...served, base }
}

/** POST /model/{id}/invoke. */
export async function invoke(ask: Ask, rules: Rules): Promise<Answer> {
  const { family } = findModel(ask.modelId, ask.region, rules.servesRetired)
  if (ask.body.byteLength > MAX_BYTES) throw invalid('The request body exceeds 25000000 bytes.')
  if (ask.contentType !== 'application/json') throw invalid(`The content type ${ask.contentType} is not supported.`)
  if (family === 'text') throw invalid('This model is asked by Converse here.')
  const body = parse(ask.body)
  const checked = SCHEMAS[family].safeParse(body)
  if (!checked.success)
    throw invalid(
      checked.error.issues
        .map(({ path, message }) => `#/${path.join('/')}: ${message}`)
        .join('; ')
        .slice(0, 1000),
    )
  const prompt = wordsOf(body)
  const trouble = rules.trouble(prompt)
  throwTrouble(trouble)
  const damaged = damagedAnswer(trouble)
  if (damaged) return damaged
  const stopped = stoppedByGuardrail(ask, prompt)
  if (stopped) return stopped
  switch (family) {
    case 'nova':
    case 'titan-v1':
    case 'titan-v2':
      return amazonAnswer(trouble, await amazonImages(family, body, trouble))
    case 'sdxl':
      return sdxlAnswer(trouble, await makeSdxl(body))
    case 'titan-embed':
    case 'nova-embed':
      return json(await embedding(body))
    default:
      return stabilityAnswer({ trouble, prompt }, () => makeStability(family as StabilityFamily, body, rules))
  }
}

function parse(bytes: Buffer): Body {
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof body === 'object' && body !== null) return body as Body
  } catch {}
  throw invalid('Malformed input request, please reformat your input and try again.')
}

/** Every word of a body that a filter would read. */
function wordsOf(body: Body): string {
  const prompts = (body.text_prompts as { text: string }[] | undefined)?.map(({ text }) => text) ?? []
  const params = Object.entries(body).find(([name]) => name.endsWith('Params'))?.[1] as { text?: unknown } | undefined
  const text = typeof params?.text === 'string' ? params.text : ''
  return [body.prompt, ...prompts, text, body.inputText].filter((one) => typeof one === 'string').join(' ')
}

/** The trouble that a prompt orders by `sim:NAME`. */
export const troubleIn = (prompt: string): Trouble | undefined => TROUBLES.find((one) => new RegExp(`\\bsim:${one}(?![-\\w])`).test(prompt))

/** Non-English prompts are commonly refused as if they were unsafe. */
const isForeign = (prompt: string) =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Cyrillic}\p{Script=Arabic}]/u.test(prompt)

async function stabilityAnswer(
  { trouble, prompt }: { trouble: Trouble | undefined; prompt: string },
  make: () => Promise<{ image: string; seed: number }>,
): Promise<Answer> {
  if (trouble === 'filter' || isForeign(prompt)) return json({ finish_reasons: ['Filter reason: prompt'] })
  if (trouble === 'filter-input') return json({ finish_reasons: ['Filter reason: input image'] })
  const { image, seed } = await make()
  if (trouble === 'filter-output') return json({ finish_reasons: ['Filter reason: output image'] })
  if (trouble === 'inference-error') return json({ finish_reasons: ['Inference error'] })
  if (trouble === 'short') return json({ seeds: [], finish_reasons: [null], images: [] })
  if (trouble === 'seedless') return json({ finish_reasons: [null], images: [image] })
  return json({ seeds: [seed], finish_reasons: [null], images: [image] })
}

async function amazonImages(family: 'nova' | 'titan-v1' | 'titan-v2', body: Body, trouble: Trouble | undefined): Promise<string[]> {
  if (trouble === 'filter') throw invalid(`${REFUSED} text prompt to submit a new request.`)
  if (trouble === 'filter-input') throw invalid(`${REFUSED} input image to submit a new request.`)
  return makeAmazon(family, body as Parameters<typeof makeAmazon>[1])
}

function amazonAnswer(trouble: Trouble | undefined, images: string[]): Answer {
  if (trouble === 'filter-output')
    return json({ images: [], error: 'All of the generated images have been blocked by our content filters.' })
  if (trouble === 'partial')
    return json({ images: images.slice(0, -1), error: 'Some of the generated images have been blocked by our content filters.' })
  return json({ images: trouble === 'short' ? images.slice(0, -1) : images })
}

function sdxlAnswer(trouble: Trouble | undefined, { image, seed }: { image: string; seed: number }): Answer {
  const finishReason =
    trouble === 'filter' || trouble === 'filter-output' ? 'CONTENT_FILTERED' : trouble === 'inference-error' ? 'ERROR' : 'SUCCESS'
  return json({ result: 'success', artifacts: [{ seed, base64: image, finishReason }] })
}

function damagedAnswer(trouble: Trouble | undefined): Answer | undefined {
  const broken = (images: string[]) =>
    json({ images, seeds: [1], finish_reasons: [null], artifacts: [{ seed: 1, base64: images[0], finishReason: 'SUCCESS' }] })
  switch (trouble) {
    case 'base64':
      return broken(['iVBORw0KGgo%%%not base64%%%'])
    case 'not-a-picture':
      return broken([Buffer.from('these are words, not pixels').toString('base64')])
    case 'html':
      return { bytes: Buffer.from('<!doctype html><title>502 Bad Gateway</title>'), contentType: 'text/html' }
    case 'zeros':
      return { bytes: Buffer.alloc(MAX_BYTES), contentType: 'application/json' }
    case 'hang-up':
      return { bytes: Buffer.from('{"images":["iVBOR'), contentType: 'application/json', hangUp: true }
    case 'drop':
      return { bytes: Buffer.alloc(0), contentType: 'application/json', hangUp: true }
    default:
      return undefined
  }
}

/** A guardrail on the call refuses prompts that hold `sim:guardrail`. Without a version the call itself is wrong. */
function stoppedByGuardrail({ guardrail }: Ask, prompt: string): Answer | undefined {
  if (!guardrail?.id) return undefined
  if (!guardrail.version) throw invalid('guardrailVersion is required with guardrailIdentifier')
  if (!/\bsim:guardrail\b/.test(prompt)) return undefined
  const trace = {
    guardrail: {
      inputAssessment: { [guardrail.id]: { contentPolicy: { filters: [{ type: 'VIOLENCE', confidence: 'HIGH', action: 'BLOCKED' }] } } },
    },
  }
  return json({ 'amazon-bedrock-guardrailAction': 'INTERVENED', ...(guardrail.isTraced && { 'amazon-bedrock-trace': trace }) })
}

type Nova = { singleEmbeddingParams: { embeddingDimension?: number; text?: { value: string }; image?: { source: { bytes: string } } } }
type Titan = { inputText?: string; inputImage?: string; embeddingConfig?: { outputEmbeddingLength?: number } }

async function embedding(body: Body): Promise<unknown> {
  if ('taskType' in body) {
    const { embeddingDimension = 3072, text, image } = (body as unknown as Nova).singleEmbeddingParams
    if (text) return { embeddings: [{ embeddingType: 'TEXT', embedding: embedText(text.value, embeddingDimension) }] }
    if (image) return { embeddings: [{ embeddingType: 'IMAGE', embedding: await embedPicture(image.source.bytes, embeddingDimension) }] }
    throw invalid('#/singleEmbeddingParams: text or image is needed')
  }
  const { inputText, inputImage, embeddingConfig } = body as Titan
  const length = embeddingConfig?.outputEmbeddingLength ?? 1024
  if (inputText !== undefined) return { embedding: embedText(inputText, length), inputTextTokenCount: inputText.split(/\s+/).length }
  return { embedding: await embedPicture(inputImage!, length), inputTextTokenCount: 0 }
}

type Converse = { messages?: { content?: { text?: string }[] }[]; system?: { text?: string }[] }
const WORDS: Readonly<Record<string, string>> = {
  狐: 'fox',
  猫: 'cat',
  犬: 'dog',
  赤い: 'red',
  青い: 'blue',
  雪: 'snow',
  山: 'mountain',
  湖: 'lake',
  花: 'flower',
  夜: 'night',
  红色的: 'red',
}

/** POST /model/{id}/converse: an idea comes back longer, a few words of Japanese and Chinese in English. Rules, not a model. */
export function converse(ask: Ask, rules: Rules): Answer {
  const { family } = findModel(ask.modelId, ask.region, rules.servesRetired)
  if (family !== 'text') throw invalid('This model doesn\u2019t support the Converse operation.')
  const { messages = [], system = [] } = parse(ask.body) as Converse
  const said =
    messages
      .at(-1)
      ?.content?.map(({ text }) => text ?? '')
      .join('') ?? ''
  if (said === '') throw invalid('messages must end with a text')
  const trouble = rules.trouble(said)
  throwTrouble(trouble)
  const isTranslation = system.some(({ text }) => /translat/i.test(text ?? ''))
  const translated = Object.entries(WORDS)
    .reduce((text, [from, to]) => text.replaceAll(from, ` ${to} `), said)
    .replace(/[^\x20-\x7e]/g, ' ')
  const text = isTranslation
    ? translated.replace(/\s+/g, ' ').trim() || 'a picture'
    : `${said.replace(/^Task: \S+ Idea: /, '')}, soft morning light, fine detail, 50 mm lens`
  const stopReason = trouble === 'filter' ? 'content_filtered' : 'end_turn'
  const content = trouble === 'short' ? [] : [{ text }]
  return json({
    output: { message: { role: 'assistant', content } },
    stopReason,
    usage: { inputTokens: said.length, outputTokens: text.length, totalTokens: said.length + text.length },
    metrics: { latencyMs: 1 },
  })
}

type Guarded = { content?: { text?: { text?: string }; image?: { format?: string; source?: { bytes?: string } } }[] }

/** POST /guardrail/{id}/version/{v}/apply: words that hold `sim:guardrail` are stopped; pictures must be within the documented limits. */
export function applyGuardrail(body: Buffer): Answer {
  const { content = [] } = parse(body) as Guarded
  if (content.length === 0 || content.filter(({ image }) => image).length > 20) throw invalid('content must hold 1 to 20 images and texts')
  for (const { image } of content) {
    if (!image) continue
    if (image.format !== 'png' && image.format !== 'jpeg') throw invalid('image format must be png or jpeg')
    if ((image.source?.bytes ?? '').length * 0.75 > 4 * 1024 * 1024) throw invalid('image must be at most 4 MB')
  }
  const isStopped = content.some(({ text }) => /\bsim:guardrail\b/.test(text?.text ?? ''))
  const filters = isStopped ? [{ type: 'VIOLENCE', confidence: 'HIGH', filterStrength: 'HIGH', action: 'BLOCKED', detected: true }] : []
  const none = { topicPolicyUnits: 0, contentPolicyUnits: 1, wordPolicyUnits: 0, sensitiveInformationPolicyUnits: 0 }
  return json({
    action: isStopped ? 'GUARDRAIL_INTERVENED' : 'NONE',
    outputs: isStopped ? [{ text: 'blocked' }] : [],
    assessments: [{ contentPolicy: { filters } }],
    usage: { ...none, sensitiveInformationPolicyFreeUnits: 0, contextualGroundingPolicyUnits: 0 },
  })
}

type Checks = { messages?: { content?: { text?: string }[] }[]; checks?: { contentFilter?: { categories?: { category: string }[] } } }
/** POST /guardrail-checks/invoke: severities without a verdict. */
export function guardrailChecks(body: Buffer): Answer {
  const { messages = [], checks } = parse(body) as Checks
  const text = messages.flatMap(({ content = [] }) => content.map((one) => one.text ?? '')).join(' ')
  const severityScore = /\bsim:guardrail\b/.test(text) ? 0.9 : 0
  const results = (checks?.contentFilter?.categories ?? []).map(({ category }) => ({ category, severityScore }))
  return json({ results: { contentFilter: { results } }, usage: { contentFilter: { textUnits: Math.ceil(text.length / 1000) } } })
}

export type Lifecycle = { status: 'ACTIVE' | 'LEGACY'; startOfLifeTime?: string; legacyTime?: string; endOfLifeTime?: string }

/** GET /foundation-models. An EOL model has left the list; a retired one that is served all the same is LEGACY with its past date. */
export function listModels(
  region: string | undefined,
  query: URLSearchParams,
  rules: Rules & { lifecycles: Readonly<Record<string, Lifecycle>> },
): Answer {
  const wanted = query.get('byOutputModality')
  const listed = Object.entries(SERVED).filter(
    ([, one]) => (rules.servesRetired || !one.isRetired) && (!wanted || one.output === wanted) && (!region || one.regions.includes(region)),
  )
  return json({ modelSummaries: listed.map(([id, one]) => summary(id, one, { region, rules })) })
}

/** GET /foundation-models/{id}. */
export function getModel(
  id: string,
  region: string | undefined,
  rules: Rules & { lifecycles: Readonly<Record<string, Lifecycle>> },
): Answer {
  const served = Object.hasOwn(SERVED, id) ? SERVED[id] : undefined
  if (!served || (served.isRetired && !rules.servesRetired))
    throw new Fault(404, 'ResourceNotFoundException', 'The requested model was not found.')
  return json({ modelDetails: summary(id, served, { region, rules }) })
}

function summary(
  id: string,
  one: Served,
  { region, rules }: { region: string | undefined; rules: { lifecycles: Readonly<Record<string, Lifecycle>> } },
) {
  // Times are RFC 3339 strings: numbers make the SDK throw.
  const retired: Lifecycle = {
    status: 'LEGACY',
    startOfLifeTime: '2024-11-23T00:00:00Z',
    legacyTime: '2026-03-30T00:00:00Z',
    endOfLifeTime: '2026-09-30T00:00:00Z',
  }
  const modelLifecycle = rules.lifecycles[id] ?? (one.isRetired ? retired : { status: 'ACTIVE', startOfLifeTime: '2025-09-18T00:00:00Z' })
  return {
    modelArn: `arn:aws:bedrock:${region ?? 'us-west-2'}::foundation-model/${id}`,
    modelId: id,
    modelName: one.name,
    providerName: one.provider,
    inputModalities: ['TEXT', 'IMAGE'],
    outputModalities: [one.output],
    responseStreamingSupported: false,
    customizationsSupported: [],
    inferenceTypesSupported: [one.onlyProfile ? 'INFERENCE_PROFILE' : 'ON_DEMAND'],
    modelLifecycle,
  }
}

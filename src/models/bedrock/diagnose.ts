import { isStudioError } from '#core/errors.ts'
import type { Model } from '#core/model.ts'
import type { Invoker } from '../studio-models.ts'
import { type BedrockAccess, currentKey } from './client.ts'
import { translateFault } from './errors.ts'
import { listImageModels } from './lifecycles.ts'
import { DEFAULT_REGION, servingRegion } from './regions.ts'

/** One line of `genzo doctor`: what was looked at, whether it is well, what was found and, when not, what to do. */
export type Check = { name: string; ok: boolean; found: string; fix?: string }

type Diagnosis = BedrockAccess & {
  catalogue: readonly Model[]
  region?: string
  now: () => number
  /** Makes one small picture, which costs its list price: only when the operator asks for it. */
  smokeTest?: { invoker: Invoker; model: Model }
  /** How long each question to AWS may take, milliseconds. */
  patienceMs?: number
}

const KEY_HELP = 'make one in the Bedrock console (API keys) and put AWS_BEARER_TOKEN_BEDROCK=… into .env.local (docs/guide/bedrock.md)'
/** Regions whose API keys work, of those that serve image models: us-east-2 is not among them. */
const KEYLESS_REGIONS = new Set(['us-east-2'])

/** Looks at key, region, list of models and access, and makes one picture when asked to. Never throws: what fails is a check. */
export async function diagnoseBedrock(about: Diagnosis): Promise<Check[]> {
  const key = currentKey(about)
  const region = about.region ?? DEFAULT_REGION
  const checks = [keyCheck(about, key), regionCheck(about, region, key)]
  if (!key && !about.credentials) return checks
  checks.push(await listCheck(about, region))
  if (about.smokeTest) checks.push(await smokeCheck(about.smokeTest, about))
  return checks
}

function keyCheck(about: Diagnosis, key: string | undefined): Check {
  const name = 'Bedrock key'
  if (!key && about.token?.() !== undefined && !about.credentials)
    return { name, ok: false, found: 'AWS_BEARER_TOKEN_BEDROCK is set but blank, which counts as absent', fix: KEY_HELP }
  if (!key) {
    if (about.credentials) return { name, ok: true, found: 'no bearer key; AWS credentials are used' }
    return { name, ok: false, found: 'no key and no AWS credentials; only the offline sketch model can answer', fix: KEY_HELP }
  }
  if (/\s/.test(key)) return { name, ok: false, found: 'the key holds spaces or line breaks', fix: 'copy it again, on one line' }
  if (/^(AKIA|ASIA)[A-Z0-9]{16}$/.test(key))
    return {
      name,
      ok: false,
      found: 'this is an AWS access key id, not a Bedrock API key',
      fix: `set AWS_ACCESS_KEY_ID and its secret, or ${KEY_HELP}`,
    }
  const ends = shortTermEnd(key)
  if (ends === undefined) return { name, ok: true, found: `a key is set (${kindOf(key)})` }
  if (ends <= about.now())
    return { name, ok: false, found: `the short-term key ended at ${iso(ends)}`, fix: `it lives at most 12 hours: ${KEY_HELP}` }
  return { name, ok: true, found: `a short-term key that ends by ${iso(ends)}` }
}

/** Short-term keys hold a signed URL: when it was signed and for how long. Undefined for any other key. */
export function shortTermEnd(key: string): number | undefined {
  if (!key.startsWith('bedrock-api-key-')) return undefined
  const url = Buffer.from(key.slice('bedrock-api-key-'.length), 'base64').toString('utf8')
  const signed = /X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(url)
  const seconds = Number(/X-Amz-Expires=(\d+)/.exec(url)?.[1])
  if (!signed || !Number.isFinite(seconds)) return undefined
  const [, year, month, day, hour, minute, second] = signed
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) + seconds * 1000
}

const kindOf = (key: string) =>
  key.startsWith('ABSK') ? 'long-term' : key.startsWith('bedrock-api-key-') ? 'short-term' : 'of unknown shape'

function regionCheck({ catalogue }: Diagnosis, region: string, key: string | undefined): Check {
  const name = 'Bedrock region'
  const live = catalogue.filter((model) => model.provider === 'bedrock' && model.lifecycle.state !== 'retired')
  const served = live.filter((model) => Object.hasOwn(model.regions ?? {}, region))
  const fix = `set GENZO_BEDROCK_REGION=${DEFAULT_REGION}; prompts then travel to Oregon, USA`
  if (key && KEYLESS_REGIONS.has(region)) return { name, ok: false, found: `Bedrock API keys do not work in ${region}`, fix }
  if (served.length === live.length) return { name, ok: true, found: `${region} serves all ${live.length} live models` }
  const elsewhere = live.filter((model) => !served.includes(model)).map((model) => model.id)
  const found = `${region} serves ${served.length} of ${live.length} live models; asked elsewhere: ${elsewhere.join(', ')}`
  // A short-term key ends at the border of its Region, so models elsewhere stay out of its reach.
  return served.length === 0 || (key && kindOf(key) === 'short-term') ? { name, ok: false, found, fix } : { name, ok: true, found }
}

async function listCheck(about: Diagnosis, region: string): Promise<Check> {
  const name = 'list of foundation models'
  try {
    const listed = await listImageModels(about, region, AbortSignal.timeout(about.patienceMs ?? 15_000))
    const ids = new Set(listed.map((one) => one.modelId))
    const here = about.catalogue.filter(
      (model) => model.lifecycle.state !== 'retired' && model.provider === 'bedrock' && Object.hasOwn(model.regions ?? {}, region),
    )
    const missing = here.filter((model) => !ids.has(model.nativeId))
    const leaving = listed.filter((one) => one.modelLifecycle?.status === 'LEGACY').map((one) => one.modelId)
    const notes = [
      `${listed.length} image models in ${region}`,
      ...(missing.length > 0 ? [`not listed: ${missing.map((model) => model.id).join(', ')}`] : []),
      ...(leaving.length > 0 ? [`legacy: ${leaving.join(', ')}`] : []),
    ]
    return { name, ok: true, found: notes.join('; ') }
  } catch (error) {
    return { name, ok: false, ...explain(error, region, 'bedrock:ListFoundationModels') }
  }
}

async function smokeCheck({ invoker, model }: NonNullable<Diagnosis['smokeTest']>, about: Diagnosis): Promise<Check> {
  const name = `one picture by ${model.id}`
  const offer = model.tasks.find((one) => one.task === 'text-to-image')
  if (!offer) return { name, ok: false, found: 'this model makes no pictures from words', fix: 'name one that does text-to-image' }
  const defaults = offer.parameters.flatMap((spec) => ('default' in spec && spec.default !== undefined ? [[spec.name, spec.default]] : []))
  const request = {
    model,
    task: offer.task,
    prompt: 'a paper boat on still water',
    count: 1,
    inputs: [],
    parameters: Object.fromEntries(defaults),
  }
  const since = about.now()
  try {
    const answer = await invoker.invoke(request, AbortSignal.timeout(about.patienceMs ?? 120_000))
    if (answer.outcome === 'refused')
      return { name, ok: false, found: answer.reason, fix: 'this prompt is harmless: look at the guardrail' }
    const [picture] = answer.pictures
    return { name, ok: true, found: `${picture!.bytes.byteLength} bytes of ${picture!.contentType} after ${about.now() - since} ms` }
  } catch (error) {
    return { name, ok: false, ...explain(error, servingRegion(model, about.region), 'bedrock:InvokeModel') }
  }
}

/** Each known failure with the one thing to do about it (reference §1.3 and §1.5). */
function explain(error: unknown, region: string, action: string): { found: string; fix: string } {
  const name = error instanceof Error ? error.name : 'unknown'
  const known = translateFault(error, { model: { id: action, name: 'Bedrock', lifecycle: { state: 'active' } }, region })
  if (!isStudioError(known)) return { found: `${name} in ${region}`, fix: 'look at the log of the studio for this moment' }
  // The error points people here; here is where they are.
  const said = known.message.replace(/; see docs.*$/, '')
  switch (known.code) {
    case 'forbidden':
      if (/SSO/.test(said)) return { found: said, fix: '`aws sso login --profile NAME`' }
      if (/expired|API key/.test(said)) return { found: said, fix: KEY_HELP }
      if (/not know/.test(said)) return { found: said, fix: 'look at AWS_ACCESS_KEY_ID, its secret and session token, or at the profile' }
      return {
        found: said,
        fix: `allow ${action} (and bedrock:CallWithBearerToken for keys) to this principal; a short-term key works only where it was made`,
      }
    case 'model_retired':
      return { found: said, fix: 'choose a live model: GET /api/models lists them with their successors' }
    case 'throttled':
      return { found: said, fix: 'wait a minute; see Service Quotas for this model' }
    case 'unavailable':
      return { found: said, fix: 'check the network, a proxy and AWS_ENDPOINT_URL_BEDROCK*; then https://health.aws.amazon.com' }
    default:
      return { found: said, fix: 'see docs/guide/bedrock.md' }
  }
}

const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16).concat('Z')

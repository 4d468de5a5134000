import type { Check } from '#cli/world.ts'
import { StudioError } from '#core/errors.ts'
import type { Model } from '#core/model.ts'
import { TASKS, type Task } from '#core/task.ts'
import { diagnoseBedrock } from '#models/bedrock/diagnose.ts'
import { bedrockInvoker } from '#models/bedrock/invoker.ts'
import { bedrockLifecycles } from '#models/bedrock/lifecycles.ts'
import { type Invoker, studioModels } from '#models/studio-models.ts'
import { bedrockAccess, guardrailOf, type StudioAccess } from './bedrock-access.ts'
import type { Config, Env } from './config.ts'
import { readCatalogue } from './operator-files.ts'

type Options = { smoke: boolean }

/** Which models can be asked, which defaults were replaced, and every check of Bedrock; with `smoke` one picture is made and paid for. */
export async function modelChecks(config: Config, env: Env, options: Options): Promise<Check[]> {
  const { models: catalogue, defaults } = readCatalogue(config)
  const access = bedrockAccess(config, env)
  const known = access.isPresent() ? await asAwsTells(catalogue, { access, preferredRegion: config.bedrockRegion }) : catalogue
  const invokers = { local: UNASKED, ...(access.isPresent() && { bedrock: UNASKED }) }
  const models = studioModels({ catalogue: known, defaults, invokers })
  const live = (await models.list()).filter(({ lifecycle }) => lifecycle.state !== 'retired')
  const offered: Check = {
    name: 'models',
    state: live.length > 0 ? 'ok' : 'problem',
    finding: live.length > 0 ? live.map(({ id }) => id).join(', ') : 'no model can be asked',
  }
  const replaced = await defaultChecks(defaults, async (task) => (await models.defaultFor(task))?.id)
  return [offered, ...replaced, ...extras(config), ...(await bedrockChecks({ config, access, known }, options))]
}

/** Here models are looked at, and only the smoke test asks one, by itself. */
const UNASKED: Invoker = {
  invoke: async () => {
    throw new StudioError('unavailable', 'doctor asks no model')
  },
}

/** The catalogue with what AWS says of each model's life today; as it is when AWS does not answer, which a check of its own tells. */
async function asAwsTells(catalogue: readonly Model[], { access, preferredRegion }: { access: StudioAccess; preferredRegion: string }) {
  const lifecycles = bedrockLifecycles({ ...access, catalogue, preferredRegion })
  await lifecycles.current()
  await lifecycles.settled()
  const news = await lifecycles.current()
  return catalogue.map((model) => ({ ...model, lifecycle: news.get(model.id) ?? model.lifecycle }))
}

/** A default of `genzo.models.json` that another model answers for: told before somebody wonders at the pictures. */
async function defaultChecks(
  defaults: Partial<Record<Task, string>>,
  answering: (task: Task) => Promise<string | undefined>,
): Promise<Check[]> {
  const checks: Check[] = []
  for (const task of TASKS) {
    const named = defaults[task]
    const found = named && (await answering(task))
    if (!named || found === named) continue
    const instead = found ? `${found} answers instead` : 'nothing answers instead'
    checks.push({ name: `default of ${task}`, state: 'warning', finding: `${named} cannot be asked now; ${instead}. Name a live model` })
  }
  return checks
}

/** What a text model, an embedding model and a guardrail add, or which variable would add it. */
function extras(config: Config): Check[] {
  const { BEDROCK_MODEL_ID: text, BEDROCK_EMBEDDING_MODEL_ID: vectors } = config.values
  const guardrail = guardrailOf(config)
  const said = (name: string, finding: string): Check => ({ name, state: 'note', finding })
  return [
    said('help with prompts', text ? `by ${text}` : 'off; BEDROCK_MODEL_ID turns it on, translation for English-only models too'),
    said('search by meaning', vectors ? `by ${vectors}` : 'off; BEDROCK_EMBEDDING_MODEL_ID turns it on'),
    ...(guardrail ? [said('guardrail', `${guardrail.id}, version ${guardrail.version}, ${guardrail.how}`)] : []),
  ]
}

type About = { config: Config; access: StudioAccess; known: readonly Model[] }

/** Without a key the studio is whole, only offline: that is a note and no problem. */
async function bedrockChecks({ config, access, known }: About, { smoke }: Options): Promise<Check[]> {
  if (!access.isPresent()) {
    const finding = 'no key and no AWS credentials: only the offline model answers. See docs/guide/bedrock.md'
    return [{ name: 'Bedrock', state: smoke ? 'problem' : 'note', finding }]
  }
  const { token, endpoint, credentials } = access
  const isSigning = token() === undefined && access.hasCredentials()
  const who = isSigning ? await credentialCheck(access, config) : undefined
  if (who && who.state !== 'ok') return [who]

  const region = config.bedrockRegion
  const ask = { token, ...(endpoint && { endpoint }), ...(isSigning && { credentials }) }
  const guardrail = guardrailOf(config)
  const invoker = bedrockInvoker({ ...ask, preferredRegion: region, ...(guardrail && { guardrail }) })
  const model = smoke ? smokeModel(known) : undefined
  try {
    const checks = await diagnoseBedrock({
      ...{ ...ask, catalogue: known, region, now: Date.now },
      ...(model && { smokeTest: { invoker, model } }),
    })
    return [
      ...(who ? [who] : []),
      ...checks.map(
        ({ name, ok, found, fix }): Check => ({ name, state: ok ? 'ok' : 'problem', finding: fix ? `${found}. To do: ${fix}` : found }),
      ),
    ]
  } finally {
    invoker.close()
  }
}

/** The cheapest of the live models on Bedrock that draw from words. */
const smokeModel = (known: readonly Model[]): Model | undefined =>
  known
    .filter(({ provider, lifecycle, tasks }) => {
      return provider === 'bedrock' && lifecycle.state !== 'retired' && tasks.some(({ task }) => task === 'text-to-image')
    })
    .sort((a, b) => a.price.microUsdPerImage - b.price.microUsdPerImage)[0]

/** Long enough for SSO and an assumed role, short enough for a machine that only waits for an instance's role. */
const CHAIN_MS = 10_000

async function credentialCheck({ credentials }: StudioAccess, { values }: Config): Promise<Check> {
  const name = 'AWS credentials'
  const profile = values.AWS_PROFILE
  const by = profile ? `profile ${profile}` : 'the usual chain'
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('no answer in time')), CHAIN_MS).unref())
  try {
    const { accessKeyId, expiration } = await Promise.race([credentials(), late])
    const until = expiration && expiration.getTime() - Date.now() > CHAIN_MS * 12 ? `, until ${expiration.toISOString()}` : ''
    return { name, state: 'ok', finding: `by ${by}: ${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}${until}` }
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0]!.slice(0, 200) : 'unknown'
    const fix = profile ? `aws sso login --profile ${profile}, or look at ~/.aws/config` : 'set AWS_PROFILE, access keys or a Bedrock key'
    return { name, state: 'problem', finding: `none by ${by} (${why}). To do: ${fix}` }
  }
}

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkFlow, type Step } from '../check-flow.ts'
import { apiClient } from '../client.ts'
import { type Command, flag, type Given, text } from '../command.ts'
import { table } from '../output.ts'
import { signIn } from '../sign-in.ts'
import { type Check, CliError, type World } from '../world.ts'

const MARKS: Record<Check['state'], string> = { ok: '✓', note: '·', warning: '!', problem: '✗' }
const STEP_MARKS: Record<Step['state'], string> = { ok: '✓', failed: '✗', 'not reached': '–' }

export const doctorCommand: Command = {
  name: 'doctor',
  usage: '[--smoke] | --aws [--url URL | --stage S] [--email E] [--wait SECONDS]',
  about: 'looks at every setting and says what is wrong and what would be right; with --aws, at a deployed studio',
  help: [
    '--smoke    makes one picture by the cheapest model of Bedrock, which costs its list price',
    '--aws      sends a small picture through a deployed studio, from signing in to the notice, and removes it',
    '--url      its address; or --stage: the address that the last deployment of that stage noted. GENZO_URL otherwise',
    '--email    signs in by the login page with GENZO_PASSWORD; otherwise GENZO_TOKEN (an access token) or GENZO_API_KEY is used',
    '--wait     seconds to wait for a step, 120 by default',
  ],
  options: {
    ...{ smoke: { type: 'boolean' }, aws: { type: 'boolean' }, url: { type: 'string' }, stage: { type: 'string' } },
    ...{ email: { type: 'string' }, wait: { type: 'string' } },
  },
  run: (world, given) => (flag(given, 'aws') ? deployed(world, given) : settings(world, given)),
}

async function settings(world: World, given: Given): Promise<void> {
  const checks = await world.diagnose({ smoke: flag(given, 'smoke') })
  if (given.isJson) world.out(JSON.stringify(checks))
  else world.out(table(checks.map(({ state, name, finding }) => [MARKS[state], name, finding])))
  const problems = checks.filter(({ state }) => state === 'problem').length
  if (problems > 0) throw new CliError(`${problems} problem${problems === 1 ? '' : 's'} found`)
}

async function deployed(world: World, given: Given): Promise<void> {
  const patience = Number(text(given, 'wait') ?? 120) * 1000
  if (!(patience > 0)) throw new CliError('--wait is a number of seconds', { isUsage: true })
  const url = (await addressOf(world, given)).replace(/\/+$/, '')
  const credential = await credentialOf(world, given, url)
  const onStep = (step: Step) => given.isJson || world.out(lineOf(step))
  const client = apiClient({ url, apiKey: credential })
  const steps = await checkFlow({ url, client, isByKey: credential.startsWith('gz_'), patience, onStep })
  if (given.isJson) world.out(JSON.stringify(steps))
  const failed = steps.find(({ state }) => state === 'failed')
  if (failed) throw new CliError(`step ${failed.number}, ${failed.name}, failed at ${url}`)
  world.say(`${url} works from end to end; the picture was removed`)
}

function lineOf({ number, name, state, found, took, advice }: Step): string {
  const seconds = state === 'not reached' ? '' : `${(took / 1000).toFixed(1)} s`
  const line = table([[STEP_MARKS[state], String(number), name.padEnd(10), seconds.padStart(7), found]])
  return advice ? `${line}\n  look at: ${advice}` : line
}

async function addressOf(world: World, given: Given): Promise<string> {
  const stage = text(given, 'stage')
  const url = text(given, 'url')
  if (url && stage) throw new CliError('give --url or --stage, one of the two', { isUsage: true })
  if (!stage) return url ?? world.url
  const file = resolve(world.cwd, 'cdk.out', `outputs.${stage}.json`)
  const outputs = await readFile(file, 'utf8').catch(() => {
    throw new CliError(`${file} is not there: \`npm run deploy -- --stage ${stage}\` writes it; or give --url`)
  })
  const { SiteUrl } = (JSON.parse(outputs) as Record<string, { SiteUrl?: string }>)[`Genzo-${stage}-Site`] ?? {}
  if (!SiteUrl) throw new CliError(`${file} names no SiteUrl of stage ${stage}: give --url`)
  return SiteUrl
}

async function credentialOf({ apiKey, secrets = {} }: World, given: Given, url: string): Promise<string> {
  const email = text(given, 'email')
  const { token, password } = secrets
  if (email && !password) throw new CliError('set GENZO_PASSWORD to the password of --email')
  const credential = email ? await signIn(url, { email, password: password! }) : (token ?? apiKey)
  if (!credential) throw new CliError('set GENZO_API_KEY or GENZO_TOKEN, or sign in with --email and GENZO_PASSWORD')
  return credential
}

import { constants } from 'node:fs'
import { access, mkdir, statfs } from 'node:fs/promises'
import type { Check } from '#cli/world.ts'
import type { Model } from '#core/model.ts'
import { type Config, ConfigError, type Env, readConfig, VARIABLES, type VariableName } from './config.ts'
import { isHeld, readHolder } from './data-lock.ts'
import { bedrockAccess } from './models.ts'

/** Less than this and an upload or two fills the disk. Bytes. */
const LITTLE_SPACE = 1024 ** 3

/** Looks at every setting, the data folder, the server and the models. Changes nothing but makes the data folder when it is absent. */
export async function diagnose(env: Env): Promise<Check[]> {
  let config: Config
  try {
    config = readConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((finding) => ({ name: 'settings', state: 'problem', finding }))
  }
  return [
    { name: 'node', state: 'ok', finding: process.version },
    ...settings(config),
    ...(await dataFolder(config)),
    ...(await server(config)),
    ...(await models(config)),
  ]
}

/** Every variable with its value, where that came from and what it means. Of a secret only that it is there. */
function settings(config: Config): Check[] {
  return (Object.keys(VARIABLES) as VariableName[]).map((name) => {
    const { about, ...more } = VARIABLES[name] as { about: string; isSecret?: true; byDefault?: string }
    const origin = config.origin(name)
    const value = more.isSecret ? 'set, not shown' : String(config.values[name])
    const finding = origin === 'default' ? `${more.byDefault ?? 'not set'} (default)` : `${value} (${origin})`
    return { name, state: 'note', finding: `${finding}. ${about}` }
  })
}

async function dataFolder({ dataDir }: Config): Promise<Check[]> {
  const name = 'data folder'
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return [
      { name, state: 'problem', finding: `${dataDir} cannot be written (${code}): make it yours, or set GENZO_DATA to another folder` },
    ]
  }
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  const gigabytes = (free / 1024 ** 3).toFixed(1)
  const space: Check =
    free < LITTLE_SPACE
      ? { name: 'disk space', state: 'problem', finding: `${gigabytes} GiB free on the disk of ${dataDir}: uploads will soon be refused` }
      : { name: 'disk space', state: 'ok', finding: `${gigabytes} GiB free` }
  return [{ name, state: 'ok', finding: `${dataDir} can be written` }, space]
}

async function server({ dataDir, publicUrl }: Config): Promise<Check[]> {
  const name = 'server'
  if (!isHeld(dataDir)) return [{ name, state: 'note', finding: 'not running on this data folder; `npm start` starts it' }]
  const holder = readHolder(dataDir)
  const who = holder ? `process ${holder.pid} since ${holder.startedAt}` : 'an unknown process'
  try {
    const response = await fetch(`${publicUrl}/ready`, { signal: AbortSignal.timeout(5_000) })
    if (response.ok) return [{ name, state: 'ok', finding: `${publicUrl} is ready (${who})` }]
    return [{ name, state: 'problem', finding: `${publicUrl}/ready answers ${response.status} (${who})` }]
  } catch {
    return [
      { name, state: 'warning', finding: `${who} holds the data folder, and ${publicUrl} does not answer: is GENZO_PUBLIC_URL right?` },
    ]
  }
}

async function models(config: Config): Promise<Check[]> {
  const { openStudio } = await import('./studio.ts')
  const studio = await openStudio(config, { logLevel: 'silent' })
  try {
    const known = await studio.ports.models.list()
    const live = known.filter(({ lifecycle }) => lifecycle.state !== 'retired')
    const names = live.map(({ id }) => id).join(', ')
    const offered: Check = {
      name: 'models',
      state: live.length > 0 ? 'ok' : 'problem',
      finding: live.length > 0 ? names : 'no model can be asked',
    }
    return [offered, ...(await bedrock(config, known))]
  } finally {
    await studio.close()
  }
}

/** Without a key the studio is whole, only offline: that is a note and no problem. */
async function bedrock(config: Config, catalogue: readonly Model[]): Promise<Check[]> {
  const access = bedrockAccess(config)
  if (!access)
    return [
      {
        name: 'Bedrock',
        state: 'note',
        finding: 'no key and no AWS credentials: only the offline model answers. See docs/guide/bedrock.md',
      },
    ]
  const { diagnoseBedrock } = await import('#models/bedrock/diagnose.ts')
  const checks = await diagnoseBedrock({ ...access, catalogue, region: config.bedrockRegion, now: Date.now })
  return checks.map(({ name, ok, found, fix }) => ({ name, state: ok ? 'ok' : 'problem', finding: fix ? `${found}: ${fix}` : found }))
}

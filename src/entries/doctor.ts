import { constants } from 'node:fs'
import { access, mkdir, statfs } from 'node:fs/promises'
import type { Check } from '#cli/world.ts'
import { type Config, ConfigError, type Env, readConfig, VARIABLES, type VariableName } from './config.ts'
import { isHeld, readHolder } from './data-lock.ts'

/** Less than this and an upload or two fills the disk. Bytes. */
const LITTLE_SPACE = 1024 ** 3

/**
 * Looks at every setting, the data folder, the server and the models. Changes nothing but makes the data folder when it is absent; with
 * `smoke` one picture is made, at its list price.
 */
export async function diagnose(env: Env, { smoke = false } = {}): Promise<Check[]> {
  let config: Config
  try {
    config = readConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((finding) => ({ name: 'settings', state: 'problem', finding }))
  }
  // Only here: it loads the AWS SDK, which a faulty setting needs no word about.
  const { modelChecks } = await import('./doctor-models.ts')
  return [
    { name: 'node', state: 'ok', finding: process.version },
    ...settings(config),
    ...(await dataFolder(config)),
    ...(await server(config)),
    ...(await modelChecks(config, env, { smoke })),
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
    const { checks = {} } = (await response.json().catch(() => ({}))) as { checks?: Record<string, string> }
    const failed = Object.keys(checks).filter((check) => checks[check] === 'failed')
    const what = failed.length > 0 ? `${failed.join(', ')} failed; its log says why` : `it answers ${response.status}`
    return [{ name, state: 'problem', finding: `${publicUrl} is not ready: ${what} (${who})` }]
  } catch {
    return [
      { name, state: 'warning', finding: `${who} holds the data folder, and ${publicUrl} does not answer: is GENZO_PUBLIC_URL right?` },
    ]
  }
}

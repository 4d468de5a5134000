import { homedir } from 'node:os'
import { join } from 'node:path'
import { main } from '#cli/main.ts'
import { CliError, type World } from '#cli/world.ts'
import { backupData, restoreData } from '#local/backup.ts'
import { DATABASE_FILE } from '#local/data-files.ts'
import { type Config, readConfig } from './config.ts'
import { DataHeldError, isHeld, readHolder } from './data-lock.ts'
import { diagnose } from './doctor.ts'
import { startTrouble } from './start-trouble.ts'
import type { Studio } from './studio.ts'

const { env } = process

/** What an operator can mend is told as a sentence; only a bug shows its stack. */
function fail(error: unknown): never {
  const trouble = startTrouble(error)
  throw trouble === undefined ? error : new CliError(trouble, { cause: error })
}

/** Read when a command needs it, so that `genzo help` works whatever the settings are. */
let read: Config | undefined
function config(): Config {
  try {
    return (read ??= readConfig(env))
  } catch (error) {
    return fail(error)
  }
}

// `genzo images | head` closes the pipe when it has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const world: World = {
  cwd: env['GENZO_CWD'] ?? process.cwd(),
  stateDir: join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state'), 'genzo'),
  get url() {
    return config().values.GENZO_URL ?? config().publicUrl
  },
  get apiKey() {
    return config().values.GENZO_API_KEY
  },
  secrets: { token: env['GENZO_TOKEN'], password: env['GENZO_PASSWORD'] },
  out: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
  progress: (line) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line.slice(0, Math.max(20, process.stderr.columns - 1))}`)
  },
  async openPorts() {
    return openQuietly()
  },
  async invite(invitation) {
    const studio = await openQuietly()
    try {
      if (!studio.issuer) throw new CliError('OIDC_ISSUER signs people in here: invite them there')
      return await studio.issuer.invite(invitation)
    } finally {
      await studio.close()
    }
  },
  async serve() {
    await import('./serve.ts')
    // The server ends the process itself.
    await new Promise(() => {})
  },
  diagnose: (how) => diagnose(env, how),
  backup: (to) => backupData({ dir: config().dataDir, to, now: Date.now() }).catch(fail),
  restore(from) {
    const { dataDir } = config()
    if (isHeld(dataDir)) throw new CliError(new DataHeldError(dataDir, readHolder(dataDir)).message)
    return restoreData({ from, dir: dataDir }).catch(fail)
  },
}

/** The studio's ports beside a server that may be running on the same data. */
async function openQuietly(): Promise<Studio> {
  const { dataDir } = config()
  // Only here: it loads sign-in, SQLite and sharp, which `genzo upload` has no use for.
  const [{ openStudio }, { isOlder }] = await Promise.all([import('./studio.ts'), import('#local/migrations.ts')])
  if (isHeld(dataDir) && isOlder(join(dataDir, DATABASE_FILE)))
    throw new CliError(`an older Genzo is serving ${dataDir}: stop it, and start this one before you use its commands`)
  return openStudio(config(), { logLevel: 'silent' }).catch(fail)
}

process.exitCode = await main(process.argv.slice(2), world)

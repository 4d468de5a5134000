import { isStudioError } from '#core/errors.ts'
import { diskTrouble } from '#local/disk-errors.ts'
import { databaseTrouble } from '#local/sqlite.ts'
import { ConfigError } from './config.ts'
import { DataHeldError } from './data-lock.ts'

/** What to tell an operator whose settings, disk or port keep a process from starting; undefined for a bug, which wants its stack. */
export function startTrouble(error: unknown): string | undefined {
  if (error instanceof ConfigError || error instanceof DataHeldError || isStudioError(error)) return error.message
  const { code, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') return `port ${port} is taken by another program: set PORT to a free one`
  return (diskTrouble(error) ?? databaseTrouble(error))?.message
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'

const CLI = new URL('cli.ts', import.meta.url).pathname
const data = mkdtempSync(join(tmpdir(), 'genzo-cli-entry-'))
const genzo = (args: string[], env: Record<string, string> = {}) =>
  spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GENZO_DATA: data, GENZO_ENV_FILE: join(data, 'absent'), ...env },
  })

it('tells a wrong setting as a sentence, without a stack', async () => {
  const { stderr } = genzo(['images', 'list'], { PORT: 'abc' })
  const said = await text(stderr)
  expect(said).toContain('PORT is "abc"')
  expect(said).not.toContain('    at ')
})

it('ends quietly when whoever reads it has seen enough', async () => {
  const command = genzo(['help'])
  command.stdout.destroy()
  const [said, [code]] = await Promise.all([text(command.stderr), once(command, 'exit')])
  expect([said, code]).toEqual(['', 0])
})

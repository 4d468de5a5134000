import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'

it.skipIf(process.platform === 'win32')('stops what it started when the shell that npm put in between was stopped', async () => {
  // What a program asks for comes after the shell, so that the shell cannot give its place to it.
  const command = `"${process.execPath}" bootstrap.mjs bedrock-sim; :`
  const env = { ...process.env, npm_lifecycle_event: 'start', PORT: '0' }
  const shell = spawn('sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(shell.stdout!, 'data')
  shell.kill('SIGKILL')
  // The pipe ends when its last holder does.
  const [code] = await once(shell, 'close')
  expect(code).toBe(null)
})

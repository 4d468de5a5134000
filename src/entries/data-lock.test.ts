import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { DataHeldError, isHeld, lockData, readHolder } from './data-lock.ts'

const dir = mkdtempSync(join(tmpdir(), 'genzo-lock-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const about = { pid: process.pid, url: 'http://127.0.0.1:3000', startedAt: '2026-11-21T00:00:00.000Z' }

it('is free at once after its holder was killed with -9, with nothing to clean up', async () => {
  const script = `import { lockData } from ${JSON.stringify(new URL('./data-lock.ts', import.meta.url).href)}
    lockData(${JSON.stringify(dir)}, { pid: process.pid, url: 'http://127.0.0.1:4000', startedAt: '' })
    console.log('held')
    setInterval(() => {}, 1000)`
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  expect(isHeld(dir)).toBe(true)
  expect(() => lockData(dir, about)).toThrow(DataHeldError)
  expect(() => lockData(dir, about)).toThrow(`process ${holder.pid} at http://127.0.0.1:4000`)

  holder.kill('SIGKILL')
  await once(holder, 'exit')
  expect(isHeld(dir)).toBe(false)
  const lock = lockData(dir, about)
  expect([isHeld(dir), readHolder(dir)?.url]).toEqual([true, about.url])
  lock.release()
  expect([isHeld(dir), readHolder(dir)]).toEqual([false, undefined])
})

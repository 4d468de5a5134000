import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { diskProbe } from './disk-probe.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'genzo-probe-'))
})

it('is content with a folder that can be written, and leaves nothing in it', async () => {
  await diskProbe({ dir, leastFree: 1 })()
  expect(readdirSync(dir)).toEqual([])
})

it('refuses when less is free than the studio wants, saying both', async () => {
  const message = expect.stringMatching(/has \d+ MiB left, and the studio wants \d+ MiB: free some space/)
  await expect(diskProbe({ dir, leastFree: Number.MAX_SAFE_INTEGER })()).rejects.toMatchObject({ code: 'unavailable', message })
})

it('looks again after five seconds, and not before', async () => {
  let at = 1_000_000
  const probe = diskProbe({ dir, leastFree: 1, now: () => at })
  await probe()
  rmSync(dir, { recursive: true })
  at += 4_999
  await probe()
  at += 1
  await expect(probe()).rejects.toMatchObject({ code: 'ENOENT' })
  at -= 1_000_000
  await expect(probe()).rejects.toMatchObject({ code: 'ENOENT' })
})

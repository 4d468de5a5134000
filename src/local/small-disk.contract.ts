import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const folder = () => mkdtempSync(join(tmpdir(), 'genzo-disk-'))
export const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'ignore' })

/** A disk of its own for the test, of some megabytes. Only where `canMount`. */
export function smallDisk(megabytes: number): string {
  const dir = folder()
  mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir)
  onTestFinished(() => void execFileSync('umount', ['-l', dir]))
  return dir
}

/** Only root may mount one; elsewhere the same is asked by the portable tests alone. */
export const canMount = (() => {
  const dir = folder()
  try {
    mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir)
    execFileSync('umount', [dir])
    return true
  } catch {
    return false
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})()

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Every file that a test leaves behind lies in one folder, which goes when the run ends: suites that kill processes cannot tidy up alone. */
export default function tidyTemporaryFiles() {
  const before = process.env.TMPDIR
  const folder = mkdtempSync(join(tmpdir(), 'genzo-tests-'))
  process.env.TMPDIR = folder
  return () => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

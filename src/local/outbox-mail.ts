import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Letter, Mail } from '#core/ports/news.ts'

export type KeptLetter = Letter & { at: number }
export type OutboxMail = Mail & {
  /** Newest first. */
  list(): Promise<KeptLetter[]>
}

/** Letters kept; older ones go. A link in them lives for days at most. */
const KEPT = 200

/** Where no mail server is set up, letters wait in a folder for an administrator to read. Files are mode 0600: they hold sign-in links. */
export function outboxMail({ dir, now }: { dir: string; now: () => number }): OutboxMail {
  const names = async () => {
    const found = await readdir(dir).catch(() => [])
    return found.filter((name) => /^\d{15}-[0-9a-f]{8}\.json$/.test(name)).toSorted((a, b) => (a < b ? 1 : -1))
  }
  return {
    async send(letter) {
      await mkdir(dir, { recursive: true, mode: 0o700 })
      const at = now()
      const name = `${String(at).padStart(15, '0')}-${randomBytes(4).toString('hex')}.json`
      const draft = join(dir, `${name}.draft`)
      await writeFile(draft, JSON.stringify({ ...letter, at }), { mode: 0o600 })
      await rename(draft, join(dir, name))
      for (const old of (await names()).slice(KEPT)) await rm(join(dir, old), { force: true })
    },
    async list() {
      const texts = await Promise.all((await names()).map((name) => readFile(join(dir, name), 'utf8').catch(() => undefined)))
      return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as KeptLetter]))
    },
  }
}

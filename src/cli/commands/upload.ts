import { readdir, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { WireImage } from '#http/schemas/image.ts'
import { apiClient, type Client } from '../client.ts'
import { type Command, flag } from '../command.ts'
import { feedNow, followUntil } from '../follow.ts'
import { bar, bytesText, table } from '../output.ts'
import { atOnce, typeOf, type Uploaded, uploadFile } from '../upload-file.ts'
import { uploadMemory } from '../upload-memory.ts'
import { CliError, type World } from '../world.ts'

const FILES_AT_ONCE = 3
const ENDED = ['ready', 'failed', 'rejected', 'trashed']
type Result = { path: string; imageId?: string; isNew?: boolean; state: string; reason?: string }

export const uploadCommand: Command = {
  name: 'upload',
  usage: 'FILE|DIR… [--no-wait]',
  about: 'sends pictures, resuming what was begun, and waits until they are ready',
  help: ['--no-wait      end when the bytes are there'],
  options: { wait: { type: 'boolean', default: true } },
  async run(world, given) {
    if (given.positionals.length === 0) throw new CliError('say which files or folders', { isUsage: true })
    const client = apiClient(world)
    const files = await filesOf(given.positionals.map((path) => resolve(world.cwd, path)))
    if (files.length === 0) throw new CliError('there are no pictures there')
    const cursor = await feedNow(client)
    const results = await sendAll(world, client, files)
    if (flag(given, 'wait')) await untilReady(world, client, { results, cursor })
    report(world, results, given.isJson)
    const bad = results.filter(({ state }) => state === 'failed' || state === 'rejected' || state === 'not sent')
    if (bad.length > 0) throw new CliError(`${bad.length} of ${results.length} did not make it`)
  },
}

async function sendAll(world: World, client: Client, files: { path: string; size: number }[]): Promise<Result[]> {
  const memory = uploadMemory({ dir: world.stateDir, url: world.url })
  const total = files.reduce((sum, { size }) => sum + size, 0)
  const results: Result[] = []
  let [sent, done] = [0, 0]
  const show = () => world.progress(`${bar(sent, total)} ${done}/${files.length} files, ${bytesText(sent)} of ${bytesText(total)}`)
  await atOnce(FILES_AT_ONCE, files, async ({ path }) => {
    const outcome = await uploadFile({ client, memory }, path, (bytes) => {
      sent += bytes
      show()
    }).catch((error: Error) => error)
    done += 1
    show()
    results.push(outcome instanceof Error ? { path, state: 'not sent', reason: reasonOf(outcome) } : sentResult(outcome))
  })
  world.progress('')
  return results
}

/** One bad file must not end the others; a bug or a dead studio shows on each of them. */
const reasonOf = (error: Error) => (error instanceof CliError ? error.message : `${error.name}: ${error.message}`)
const sentResult = ({ path, imageId, isNew }: Uploaded): Result => ({ path, imageId, isNew, state: isNew ? 'sent' : 'already there' })

async function untilReady(world: World, client: Client, { results, cursor }: { results: Result[]; cursor: number }) {
  const open = new Map(results.filter(({ state }) => state === 'sent').map((result) => [result.imageId!, result]))
  const all = open.size
  await followUntil(client, cursor, async (subjects) => {
    for (const [id, result] of open) {
      if (subjects && !subjects.has(id)) continue
      const { body: image } = await client.json<WireImage>('GET', `/api/images/${id}`)
      if (!ENDED.includes(image.state)) continue
      result.state = image.state
      if (image.reason) result.reason = image.reasonDetail ?? image.reason
      open.delete(id)
    }
    world.progress(`${bar(all - open.size, all)} processed`)
    return open.size === 0
  })
  world.progress('')
}

function report(world: World, results: Result[], isJson: boolean) {
  if (isJson) return world.out(JSON.stringify(results))
  world.out(
    table(
      results.map(({ path, imageId, state, reason }) => [
        imageId ?? '-'.repeat(36),
        state,
        `${relative(world.cwd, path)}${reason ? ` (${reason})` : ''}`,
      ]),
    ),
  )
}

/** Files as named, and the pictures of folders, all the way down. A named file that is no picture is kept, so that it is told of. */
async function filesOf(paths: readonly string[]): Promise<{ path: string; size: number }[]> {
  const found: { path: string; size: number }[] = []
  for (const path of paths) {
    const about = await stat(path).catch(() => undefined)
    if (!about) throw new CliError(`there is no ${path}`)
    if (!about.isDirectory()) {
      found.push({ path, size: about.size })
      continue
    }
    const inside = await readdir(path, { recursive: true, withFileTypes: true })
    for (const entry of inside.filter((one) => one.isFile() && typeOf(one.name))) {
      const file = join(entry.parentPath, entry.name)
      found.push({ path: file, size: (await stat(file)).size })
    }
  }
  return found
}

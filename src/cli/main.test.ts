import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { imageOf } from '#core/ports/samples.contract.ts'
import { localPorts } from '#local/studio.ts'
import { main } from './main.ts'
import { uploadMemory } from './upload-memory.ts'
import type { World } from './world.ts'

const at = Date.UTC(2026, 10, 21)

function terminal(more: Partial<World> = {}) {
  const [out, said]: [string[], string[]] = [[], []]
  const ports = localPorts({ now: () => at })
  const world: World = {
    ...{ cwd: '/nowhere', stateDir: '/nowhere', url: 'http://127.0.0.1:1', apiKey: undefined },
    out: (line) => void out.push(line),
    say: (line) => void said.push(line),
    progress: () => {},
    openPorts: async () => ({ ports, close: async () => {} }),
    invite: async () => 'http://x/register#invitation=t',
    serve: async () => {},
    diagnose: async () => [{ name: 'disk', state: 'problem', finding: 'full' }],
    backup: async () => ({ databases: [], blobs: 0 }),
    restore: async () => ({ databases: [], blobs: 0 }),
    ...more,
  }
  return { run: (...args: string[]) => main(args, world), out, said, ports }
}

it('tells how a command is written when it was written wrongly, and leaves stdout to results', async () => {
  for (const args of [['paint'], ['users'], ['generate'], ['keys', 'create'], ['upload', '--fast'], ['redrive', 'mail']]) {
    const { run, out, said } = terminal()
    expect([args, await run(...args)]).toEqual([args, 2])
    expect([out, said.length > 0]).toEqual([[], true])
  }
})

it('makes a person and a key, and prints the key alone', async () => {
  const { run, out, ports } = terminal()
  expect(await run('users', 'add', '--email', 'ada@example.com')).toBe(0)
  expect(await run('keys', 'create', '--email', 'ada@example.com', '--scopes', 'images:read', '--days', '3')).toBe(0)
  expect(out[1]).toMatch(/^gz_[\w-]{43}$/)
  const [key] = await ports.keys.listByOwner(out[0]!)
  expect(key).toMatchObject({ scopes: ['images:read'], expiresAt: at + 3 * 86_400_000 })
})

it('erases nobody without being told twice', async () => {
  const { run, ports } = terminal()
  await run('users', 'add', '--email', 'ada@example.com')
  expect(await run('erase-user', '--email', 'ada@example.com')).toBe(2)
  expect(await ports.directory.findByEmail('ada@example.com')).toBeDefined()
  expect(await run('erase-user', '--email', 'ada@example.com', '--yes')).toBe(0)
  expect(await ports.directory.findByEmail('ada@example.com')).toBeUndefined()
})

it('sends what was set aside again, of the queue that is named or of both', async () => {
  const { run, out, ports } = terminal()
  for (const queue of [ports.queues.generation, ports.queues.processing]) {
    await queue.send({ kind: 'process', imageId: 'i' }, { ownerId: 'o' })
    const [message] = await queue.receive({ max: 1, visibilitySeconds: 60, waitSeconds: 0 })
    await queue.setAside(message!, 'the disk was full')
  }
  expect(await run('redrive', 'processing', '--json')).toBe(0)
  expect(JSON.parse(out[0]!)).toEqual([{ queue: 'processing', sent: 1 }])
  expect([await run('redrive'), out[1]]).toEqual([0, '1'])
  expect([await ports.queues.generation.depth(), await ports.queues.processing.depth()]).toMatchObject([{ dead: 0 }, { dead: 0 }])
})

it('fails when the doctor finds a problem, and when there is no key to call with', async () => {
  expect(await terminal().run('doctor')).toBe(1)
  const { run, said } = terminal()
  expect([await run('images', 'list'), said.join()]).toEqual([1, expect.stringContaining('GENZO_API_KEY')])
})

it('remembers unfinished uploads of each studio apart, also when several are kept at once', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'genzo-cli-'))
  const [here, there] = [uploadMemory({ dir, url: 'http://a' }), uploadMemory({ dir, url: 'http://b' })]
  await Promise.all(['x', 'y', 'z'].map((hash) => here.keep(hash, `upload-${hash}`)))
  expect([await here.find('y'), await there.find('y')]).toEqual(['upload-y', undefined])
  await here.forget('y')
  expect([await here.find('y'), await here.find('z')]).toEqual([undefined, 'upload-z'])
})

it('says what vectors of earlier pictures would cost, and makes them only when told to', async () => {
  const { run, out, said, ports } = terminal()
  expect(await run('embed')).toBe(0)
  ports.embeddings = { ...ports.embeddings, isConfigured: true, space: 'titan', pictureMicroUsd: 60 }
  const { id: ownerId } = await ports.directory.create({ email: 'ada@example.com', role: 'user' })
  for (const title of ['a', 'b']) await ports.images.insert(imageOf({ ownerId, title }))
  expect(await run('embed')).toBe(0)
  expect(said.join('\n')).toContain('2 of 2 pictures have no vector by titan; making them costs about $0.0001 at list price')
  expect(out.at(-1)).toBe('2')
  // These have no sizes to look at, so every one fails and is counted.
  expect(await run('embed', '--yes', '--json')).toBe(1)
  expect(JSON.parse(out.at(-1)!)).toEqual({ made: 0, failed: 2 })
  expect(await run('embed', '--limit', 'few')).toBe(2)
})

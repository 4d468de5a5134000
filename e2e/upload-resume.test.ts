import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import sharp from 'sharp'
import { afterAll, expect, it } from 'vitest'
import { main } from '#cli/main.ts'
import type { World } from '#cli/world.ts'
import { originalKey } from '#core/ports/blobs.ts'
import { testApp } from '#http/studio.contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'genzo-resume-'))
let server: Server
afterAll(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})

it('goes on with a large upload where the line was cut, and sends no part twice', async () => {
  // Noise does not compress: about 20 MiB in three parts.
  const side = 2640
  const raw = { width: side, height: side, channels: 3 } as const
  const picture = await sharp(randomBytes(side * side * 3), { raw })
    .png({ compressionLevel: 0 })
    .toBuffer()
  writeFileSync(join(folder, 'noise.png'), picture)

  // The store's door: a part's PUT is counted, and refused from the second on while the line is cut.
  const arrived: string[] = []
  let isCut = true
  server = createServer((request, response) => {
    const isPart = request.method === 'PUT'
    if (isPart && isCut && arrived.length > 0) return void response.writeHead(403, { connection: 'close' }).end()
    if (isPart) arrived.push(new URL(request.url!, 'http://x').pathname + new URL(request.url!, 'http://x').searchParams.get('part'))
    void listener(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const { app, ports, person, keyOf } = testApp({ config: { policy: { publicUrl: url } } })
  const listener = getRequestListener(app.fetch)
  const ada = await person('ada@example.com')

  const [out, said]: [string[], string[]] = [[], []]
  const never = async () => Promise.reject(new Error('not in this test'))
  const world: World = {
    ...{ cwd: folder, stateDir: join(folder, 'state'), url, apiKey: await keyOf(ada) },
    ...{ out: (line) => void out.push(line), say: (line) => void said.push(line), progress: () => {} },
    ...{ openPorts: never, invite: never, serve: never, diagnose: never, backup: never, restore: never },
  }
  const upload = () => main(['upload', 'noise.png', '--no-wait', '--json'], world)

  expect(await upload()).toBe(1)
  expect(JSON.parse(out.pop()!)).toMatchObject([{ state: 'not sent' }])
  expect(arrived).toHaveLength(1)

  isCut = false
  expect(await upload()).toBe(0)
  const [{ imageId }] = JSON.parse(out.pop()!)
  expect([arrived.length, new Set(arrived).size]).toEqual([3, 3])
  expect(await ports.blobs.read(originalKey(ada.id, imageId))).toEqual(new Uint8Array(picture))
  expect((await ports.images.find(imageId))?.state).toBe('processing')
  expect((await ports.images.listByOwner(ada.id, { limit: 9 })).items).toHaveLength(1)
})

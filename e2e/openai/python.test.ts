import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { StudioError } from '#core/errors.ts'
import { sketchInvoker } from '#models/sketch/invoke.ts'
import { installedPython } from '../aws/install.ts'
import { type Door, difference, openDoor, photo, rightHalf } from './door.ts'

const folder = mkdtempSync(join(tmpdir(), 'genzo-python-'))
const file = (name: string) => join(folder, name)
let door: Door
let told: Record<string, any>

beforeAll(async () => {
  const python = installedPython(join(import.meta.dirname, 'requirements.txt'))
  const sketch = sketchInvoker()
  door = await openDoor({
    policy: { dayMicroUsd: 50_000 },
    moderation: { rules: [{ name: 'violence', reason: 'no weapons here', words: { en: ['cannon'] } }] },
    dear: async (request, signal) => {
      if (request.prompt === 'busy') throw new StudioError('throttled', 'asked too often', { retryAfterSeconds: 1 })
      return sketch(request, signal)
    },
  })
  writeFileSync(file('photo.png'), await photo())
  writeFileSync(file('mask.png'), await rightHalf())
  const args = [join(import.meta.dirname, 'python_client.py'), door.url, door.key, folder]
  const { stdout } = await promisify(execFile)(python, args)
  told = JSON.parse(stdout)
}, 180_000)
afterAll(async () => {
  await door?.close()
  rmSync(folder, { recursive: true, force: true })
})

it("makes pictures with OpenAI's package for Python, unmodified", async () => {
  expect(told['version']).toBe(/^openai==(.+)$/m.exec(readFileSync(join(import.meta.dirname, 'requirements.txt'), 'utf8'))![1])
  expect(told['generated']).toEqual({ count: 2, size: '512x512', tokens: 0 })
  expect(await sharp(file('fox.png')).metadata()).toMatchObject({ width: 512, height: 512 })
  expect([told['several'], told['variations']]).toEqual(['256x192', 2])
  expect((await fetch(told['address'])).headers.get('content-type')).toBe('image/png')
})

it('edits under its mask, streams and lists', async () => {
  const [source, edited] = [readFileSync(file('photo.png')), readFileSync(file('edited.png'))]
  expect(await difference(source, edited, { left: 0, width: 100 })).toBeLessThan(2)
  expect(await difference(source, edited, { left: 150, width: 100 })).toBeGreaterThan(8)
  expect(told['events']).toEqual(['image_generation.partial_image', 'image_generation.completed'])
  expect(told['models']).toContain('gpt-image-1')
})

it('meets every refusal as the error class it knows', () => {
  expect(told).toMatchObject({
    moderated: { class: 'BadRequestError', status: 400, code: 'moderation_blocked' },
    retired: { class: 'NotFoundError', status: 404, code: 'model_not_found', param: 'model' },
    throttled: { class: 'RateLimitError', status: 429, code: 'rate_limit_exceeded' },
    limited: { class: 'RateLimitError', status: 429, code: 'insufficient_quota' },
    wrong: { class: 'BadRequestError', status: 400, param: 'size' },
    unknown: { class: 'AuthenticationError', status: 401, code: 'invalid_api_key' },
  })
})

import { afterEach, expect, it } from 'vitest'
import type { ModelRequest } from '#core/ports/models.ts'
import { SKETCH } from '#models/sketch/catalogue.data.ts'
import { sketchInvoker } from '#models/sketch/invoke.ts'
import { sketchThread } from './sketch-thread.ts'

const workerUrl = new URL('../entries/sketch.worker.ts', import.meta.url)
const never = new AbortController().signal
const ask = (prompt: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
  model: SKETCH,
  task: 'text-to-image',
  prompt,
  width: 96,
  height: 64,
  count: 1,
  seed: 5,
  inputs: [],
  parameters: {},
  ...more,
})

const open: { close: () => Promise<void> }[] = []
afterEach(() => Promise.all(open.splice(0).map((thread) => thread.close())))
function thread(url = workerUrl) {
  const made = sketchThread({ workerUrl: url })
  open.push(made)
  return made
}

it('paints the same bytes in the thread as in process', async () => {
  const request = ask('a lake at dawn', { count: 2 })
  expect(await thread()(request, never)).toEqual(await sketchInvoker()(request, never))
})

it('answers several requests, each with its own picture', async () => {
  const paint = thread()
  const answers = await Promise.all(['sea', 'forest', 'desert'].map((prompt) => paint(ask(prompt), never)))
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(3)
})

it('rejects with the reason of an abort, and goes on painting for others', async () => {
  const paint = thread()
  const stop = new AbortController()
  const large = paint(ask('sea', { width: 2048, height: 2048, count: 4 }), stop.signal)
  const other = paint(ask('hills'), never)
  stop.abort(new Error('changed my mind'))
  await expect(large).rejects.toThrow('changed my mind')
  expect(await other).toMatchObject({ outcome: 'made' })
})

it('carries a refusal back with its code', async () => {
  const bad = ask('x', { task: 'erase' })
  await expect(thread()(bad, never)).rejects.toMatchObject({ code: 'invalid_input' })
})

it('fails the request that a crash happened in, and starts again for the next', async () => {
  const crash = new URL(
    `data:text/javascript,import{parentPort}from'node:worker_threads';parentPort.on('message',()=>{throw new Error('boom')})`,
  )
  const paint = thread(crash)
  await expect(paint(ask('a'), never)).rejects.toMatchObject({ code: 'unavailable' })
  await expect(paint(ask('b'), never)).rejects.toMatchObject({ code: 'unavailable' })
})

it('tells the caller to come back when too many wait', async () => {
  const paint = thread(new URL('data:text/javascript,import{parentPort}from"node:worker_threads";parentPort.on("message",()=>{})'))
  const answers = Array.from({ length: 34 }, () => paint(ask('a'), never).catch((error: unknown) => error))
  expect(await answers[33]).toMatchObject({ code: 'throttled', details: { retryAfterSeconds: 5 } })
  await paint.close()
  expect(await answers[0]).toMatchObject({ code: 'unavailable' })
})

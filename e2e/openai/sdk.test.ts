import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI, { toFile } from 'openai'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { StudioError } from '#core/errors.ts'
import { type Door, difference, openDoor, photo, rightHalf } from './door.ts'

const bytesOf = (item: { b64_json?: string | null | undefined } | undefined) => Buffer.from(item!.b64_json!, 'base64')
const png = (bytes: Buffer, name = 'picture.png') => toFile(bytes, name, { type: 'image/png' })
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('the call succeeded'),
    (error: InstanceType<typeof OpenAI.APIError>) => error,
  )

describe("OpenAI's own SDK, unmodified", () => {
  let door: Door
  beforeAll(async () => {
    door = await openDoor()
  })
  afterAll(() => door.close())

  it("makes pictures of exactly the size it asks for, with the gallery's own marked bytes", async () => {
    const { client, ports } = door
    const { data: answer, response } = await client.images
      .generate({ model: 'gpt-image-1', prompt: 'a red fox at dusk', size: '512x512', n: 2, quality: 'auto', background: 'auto' })
      .withResponse()
    expect(answer).toMatchObject({ created: expect.any(Number), output_format: 'png', size: '512x512', background: 'opaque' })
    expect(answer.data).toHaveLength(2)
    expect(Object.keys(answer.data![0]!)).toEqual(['b64_json'])
    expect(response.headers.get('x-genzo-model')).toBe('sketch')
    expect(response.headers.has('x-genzo-ignored')).toBe(false)
    const bytes = answer.data!.map(bytesOf)
    expect(await sharp(bytes[0]).metadata()).toMatchObject({ format: 'png', width: 512, height: 512 })
    expect(bytes[0]!.includes('digitalsourcetype/algorithmicMedia')).toBe(true)

    const images = (await door.gallery()).filter(({ generationId }) => generationId === response.headers.get('x-genzo-generation'))
    expect(images.map(({ state, madeWith }) => [state, madeWith?.prompt])).toEqual(Array(2).fill(['ready', 'a red fox at dusk']))
    const stored = await Promise.all(images.map(({ ownerId, id }) => ports.blobs.read(`originals/${ownerId}/${id}/upload`)))
    expect(stored.map((file) => Buffer.from(file!).toString('base64')).toSorted()).toEqual(
      bytes.map((b) => b.toString('base64')).toSorted(),
    )
  })

  it.each([
    ['jpeg', 30],
    ['webp', 60],
  ] as const)('honours output_format %s with its compression, marks kept', async (output_format, output_compression) => {
    const ask = (more: object) =>
      door.client.images.generate({ prompt: 'a hill', size: '256x256', seed: 5, output_format, ...more } as never)
    const [small, full] = [await ask({ output_compression }), await ask({})] as OpenAI.ImagesResponse[]
    expect(small!.output_format).toBe(output_format)
    expect(await sharp(bytesOf(small!.data![0])).metadata()).toMatchObject({ format: output_format, width: 256, height: 256 })
    expect(bytesOf(small!.data![0]).length).toBeLessThan(bytesOf(full!.data![0]).length)
    expect(bytesOf(small!.data![0]).includes('digitalsourcetype/algorithmicMedia')).toBe(true)
  })

  it('changes a picture where the mask is transparent and nowhere else', async () => {
    const source = await photo()
    const answer = await door.client.images.edit({
      ...{ model: 'gpt-image-1', prompt: 'a field of poppies', image: await png(source), mask: await png(await rightHalf(), 'mask.png') },
    })
    const made = bytesOf(answer.data![0])
    expect(await sharp(made).metadata()).toMatchObject({ width: 256, height: 192 })
    expect(await difference(source, made, { left: 0, width: 100 })).toBeLessThan(2)
    expect(await difference(source, made, { left: 150, width: 100 })).toBeGreaterThan(8)
    const [edited, upload] = await door.gallery()
    expect([edited!.origin, edited!.parentId, edited!.madeWith?.task]).toEqual(['edited', upload!.id, 'inpaint'])
  })

  it('edits from a stream and from a list of files, the first of which is changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'genzo-openai-'))
    writeFileSync(join(folder, 'lake.png'), await photo(200, 192))
    const one = await door.client.images.edit({ prompt: 'in autumn', image: createReadStream(join(folder, 'lake.png')) })
    expect(await sharp(bytesOf(one.data![0])).metadata()).toMatchObject({ width: 200, height: 192 })
    const jpeg = await sharp(await photo(128, 96))
      .jpeg()
      .toBuffer()
    const { data, response } = await door.client.images
      .edit({
        prompt: 'in winter',
        image: [await toFile(jpeg, 'a.jpg'), await png(await photo(64, 64))],
        input_fidelity: 'high',
        user: 'u-1',
      })
      .withResponse()
    expect(data.size).toBe('128x96')
    expect(response.headers.get('x-genzo-ignored')).toBe('input_fidelity, image.1, user')
    rmSync(folder, { recursive: true })
  })

  it('takes pictures it was sent before for what they are, even out of the trash', async () => {
    const source = await photo(90, 90)
    const send = async () => door.client.images.edit({ prompt: 'as a drawing', image: await png(source) })
    await send()
    const uploads = (await door.gallery()).filter(({ origin }) => origin === 'upload')
    await door.ports.images.update(uploads[0]!.id, { from: ['ready'] }, { state: 'trashed', stateBeforeTrash: 'ready', trashedAt: 1 })
    await send()
    expect((await door.gallery()).filter(({ origin }) => origin === 'upload')).toHaveLength(uploads.length)
  })

  it('makes variations without a prompt', async () => {
    const answer = await door.client.images.createVariation({ image: await png(await photo()), n: 2, size: '256x256' })
    expect(answer.data).toHaveLength(2)
    expect(await sharp(bytesOf(answer.data![1])).metadata()).toMatchObject({ width: 256, height: 256 })
  })

  it('gives addresses for DALL-E, which open without a key and end in the format', async () => {
    const answer = await door.client.images.generate({ model: 'dall-e-3', prompt: 'a lighthouse', size: '1024x1024', style: 'vivid' })
    const { url, b64_json } = answer.data![0]!
    expect(b64_json).toBeUndefined()
    expect(new URL(url!).pathname).toMatch(/^\/v1\/images\/files\/[\w-]+\.png$/)
    const file = await fetch(url!)
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(await sharp(Buffer.from(await file.arrayBuffer())).metadata()).toMatchObject({ format: 'png', width: 1024 })
    expect(Number(new URL(url!).searchParams.get('exp')) - answer.created).toBeLessThanOrEqual(3700)
    expect((await fetch(url!.replace(/sig=.{6}/, 'sig=AAAAAA'))).status).toBe(404)
    const jpeg = await door.client.images.generate({ prompt: 'a lighthouse', response_format: 'url', output_format: 'jpeg', size: '64x64' })
    const made = await fetch(jpeg.data![0]!.url!)
    expect([new URL(jpeg.data![0]!.url!).pathname.slice(-4), made.headers.get('content-type')]).toEqual(['.jpg', 'image/jpeg'])
    expect(
      await failureOf(fetch(url!.replace(/exp=\d+/, 'exp=1')).then((r) => r.json().then((body) => Promise.reject(body)))),
    ).toMatchObject({
      error: { code: 'not_found' },
    })
  })

  it('lists the models with the names other programs know', async () => {
    const ids = (await Array.fromAsync(await door.client.models.list())).map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(['sketch', 'dear', 'gpt-image-1', 'dall-e-3', 'default']))
    expect(ids).not.toContain('sdxl')
    expect(await door.client.models.retrieve('gpt-image-9')).toMatchObject({ id: 'gpt-image-9', object: 'model' })
    expect(await failureOf(door.client.models.retrieve('llama-9'))).toMatchObject({ status: 404, code: 'model_not_found' })
  })

  it('streams each picture as it is ready, with a small look at it before', async () => {
    const stream = await door.client.images.generate({ prompt: 'a bridge', n: 2, size: '640x640', stream: true, partial_images: 2 })
    const events = await Array.fromAsync(stream)
    expect(events.map(({ type }) => type)).toEqual(Array(2).fill(['image_generation.partial_image', 'image_generation.completed']).flat())
    const [partial, completed] = events
    expect(partial).toMatchObject({ partial_image_index: 0, output_format: 'png' })
    expect(await sharp(bytesOf(partial)).metadata()).toMatchObject({ format: 'png', width: 320 })
    expect(completed).toMatchObject({ size: '640x640', created_at: expect.any(Number), usage: { input_tokens_details: {} } })
    expect(await sharp(bytesOf(completed)).metadata()).toMatchObject({ width: 640 })
    const edits = await door.client.images.edit({ prompt: 'at night', image: await png(await photo()), stream: true })
    expect((await Array.fromAsync(edits)).map(({ type }) => type)).toEqual(['image_edit.completed'])
  })

  it.each([
    ['n', { n: 0 }],
    ['n', { n: 11 }],
    ['size', { size: '1x99999' }],
    ['size', { size: 'big' }],
    ['prompt', { prompt: '' }],
    ['prompt', { prompt: 'x'.repeat(30_000) }],
    ['response_format', { response_format: 'gif' }],
    ['background', { background: 'transparent', output_format: 'jpeg' }],
  ])('is told which of its fields is wrong: %s', async (param, more) => {
    const error = await failureOf(door.client.images.generate({ prompt: 'a hill', ...more } as never))
    expect(error).toMatchObject({ status: 400, code: 'invalid_request_error', type: 'invalid_request_error', param })
    expect(error.requestID).toMatch(/^[\w.:-]{8,64}$/)
  })

  it('is told what is wrong with its pictures, and nothing is kept of them', async () => {
    const before = (await door.gallery()).length
    const image = await png(await photo(77, 77))
    const edit = (more: object) => failureOf(door.client.images.edit({ prompt: 'x', image, ...more } as never))
    expect(await edit({ image: await toFile(Buffer.from('hello'), 'a.png') })).toMatchObject({ status: 415, code: 'invalid_request_error' })
    expect(await edit({ image: await png(Buffer.alloc(0)) })).toMatchObject({ status: 400, param: 'image' })
    expect((await door.gallery()).length).toBe(before)
    expect(await edit({ mask: await png(await photo(77, 77)) })).toMatchObject({ status: 400, param: 'mask', message: /transparency/ })
    expect(await edit({ mask: await png(await rightHalf(80, 80)) })).toMatchObject({ status: 400, param: 'mask', message: /same size/ })
  })

  it('meets 401 and 403 as its own error classes', async () => {
    const { url, keyOf, ada } = door
    const as = async (apiKey: string) =>
      failureOf(new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 }).images.generate({ prompt: 'x' }))
    expect(await as(`gz_${'A'.repeat(43)}`)).toBeInstanceOf(OpenAI.AuthenticationError)
    expect(await as(await keyOf(ada, ['images:read']))).toMatchObject({ status: 403, code: 'insufficient_permissions' })
  })
})

describe('what stands behind it', () => {
  let door: Door
  afterEach(() => door.close())
  const dear = { model: 'dear', prompt: 'a hill', size: '64x64' } as const

  it('moderates the prompt: 400 moderation_blocked, which no client repeats', async () => {
    door = await openDoor({ moderation: { rules: [{ name: 'violence', reason: 'no weapons here', words: { en: ['cannon'] } }] } })
    const client = new OpenAI({ baseURL: `${door.url}/v1`, apiKey: door.key })
    const error = await failureOf(client.images.generate({ prompt: 'a cannon' }))
    expect(error).toMatchObject({ status: 400, code: 'moderation_blocked', message: expect.stringContaining('no weapons here') })
    expect(error.headers!.get('x-should-retry')).toBe('false')
  })

  it('passes on that the model refused, uncharged; of several pictures gives those that were made', async () => {
    let calls = 0
    const refused = { outcome: 'refused', stage: 'output image', reason: 'filtered by the provider' } as const
    const { sketchInvoker } = await import('#models/sketch/invoke.ts')
    door = await openDoor({ dear: async (request, signal) => (calls++ % 3 === 0 ? refused : sketchInvoker()(request, signal)) })
    expect(await failureOf(door.client.images.generate(dear))).toMatchObject({ status: 400, code: 'moderation_blocked' })
    const { data, response } = await door.client.images.generate({ ...dear, n: 3 }).withResponse()
    expect(data.data!.length).toBeLessThan(3)
    const generation = await door.ports.generations.find(response.headers.get('x-genzo-generation')!)
    expect(generation).toMatchObject({ state: 'partial', chargedMicroUsd: 40_000 * data.data!.length })
    calls = 0
    const stream = await door.client.images.generate({ ...dear, stream: true })
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: 'moderation_blocked', message: /filtered/ })
  })

  it('stops at the limit: 429 insufficient_quota, asked once', async () => {
    door = await openDoor({ policy: { dayMicroUsd: 50_000 } })
    const client = new OpenAI({ baseURL: `${door.url}/v1`, apiKey: door.key })
    await client.images.generate(dear)
    const error = await failureOf(client.images.generate(dear))
    expect(error).toBeInstanceOf(OpenAI.RateLimitError)
    expect(error).toMatchObject({ code: 'insufficient_quota', type: 'insufficient_quota' })
    expect(error.headers!.get('x-should-retry')).toBe('false')
    expect(door.asked).toHaveLength(1)
  })

  it('passes on a throttle with its pause, and calls the work off: nobody pays for what they were told they did not get', async () => {
    door = await openDoor({
      dear: async () => {
        throw new StudioError('throttled', 'asked too often', { retryAfterSeconds: 1 })
      },
    })
    const error = await failureOf(door.client.images.generate(dear))
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
    expect(Number(error.headers!.get('retry-after'))).toBeGreaterThan(0)
    expect(error.headers!.get('x-should-retry')).toBe('true')
    const { items } = await door.ports.generations.listByOwner(door.ada.id, { limit: 10 })
    expect(items.map(({ state, chargedMicroUsd }) => [state, chargedMicroUsd])).toEqual([['cancelled', 0]])
  })

  it('names the successor of a retired model, and says of an unknown one that it is not there', async () => {
    door = await openDoor()
    const error = await failureOf(door.client.images.generate({ ...dear, model: 'titan-image-v2' }))
    expect(error).toMatchObject({ status: 404, code: 'model_not_found', message: expect.stringContaining('stable-image-core') })
    expect(await failureOf(door.client.images.generate({ ...dear, model: 'flux-9' }))).toMatchObject({ status: 404, param: 'model' })
  })

  it('tells the prompt as the model got it, where it was put into English first', async () => {
    door = await openDoor({ translate: async () => 'a fox in the snow' })
    const answer = await door.client.images.generate({ ...dear, prompt: '雪の中の狐' })
    expect(answer.data![0]!.revised_prompt).toBe('a fox in the snow')
  })

  it('follows the aliases of its operator, and the ids of the provider', async () => {
    door = await openDoor({ aliases: { 'gpt-image-1': 'dear' } })
    const by = async (model: string) =>
      (await door.client.images.generate({ ...dear, model }).withResponse()).response.headers.get('x-genzo-model')
    expect([await by('gpt-image-1'), await by('gpt-image-1.5'), await by('vendor.dear-v1:0')]).toEqual(['dear', 'sketch', 'dear'])
  })
})

describe('a call that comes again', () => {
  let door: Door
  afterEach(() => door.close())

  it('joins the first when it is a retry of the client, and is a new wish when it is not', async () => {
    let answers = 0
    door = await openDoor()
    // The line is cut once, after the server has begun to work: what a gateway's time-out looks like to the SDK.
    const flaky: typeof fetch = async (input, init) => {
      const response = await fetch(input, init)
      if (answers++ > 0) return response
      await response.arrayBuffer()
      return new Response('gateway time-out', { status: 504 })
    }
    const client = new OpenAI({ baseURL: `${door.url}/v1`, apiKey: door.key, fetch: flaky })
    const ask = () => client.images.generate({ model: 'dear', prompt: 'a hill', size: '64x64' })
    await ask()
    expect([answers, door.asked.length]).toEqual([2, 1])
    await ask()
    expect(door.asked.length).toBe(2)
    answers = 0
    const image = await photo(64, 64)
    await client.images.edit({ model: 'dear', prompt: 'a lake', image: await png(image), mask: await png(await rightHalf(64, 64)) })
    expect([answers, door.asked.length]).toEqual([2, 3])
  })

  it('is one call under one idempotency key; the key with another body is refused, once', async () => {
    door = await openDoor()
    const image = await photo(64, 64)
    const ask = async (prompt: string) =>
      new OpenAI({ baseURL: `${door.url}/v1`, apiKey: door.key }).images.edit(
        { model: 'dear', prompt, image: await png(image), mask: await png(await rightHalf(64, 64)) },
        { headers: { 'idempotency-key': 'k-1' } },
      )
    const [one, two] = [await ask('a lake'), await ask('a lake')]
    expect([one.data![0]!.b64_json === two.data![0]!.b64_json, door.asked.length]).toEqual([true, 1])
    const error = await failureOf(ask('another'))
    expect([error.status, error.headers!.get('x-should-retry')]).toEqual([409, 'false'])
  })

  it('is told to ask again when the server stops, and then gets what had begun', async () => {
    let isFirst = true
    const { sketchInvoker } = await import('#models/sketch/invoke.ts')
    const stopping = new AbortController()
    door = await openDoor({
      stopping: stopping.signal,
      dear: async (request, signal) => {
        if (isFirst) stopping.abort()
        isFirst = false
        return sketchInvoker()(request, signal)
      },
    })
    const ask = (retries: number) =>
      door.client.images.generate(
        { model: 'dear', prompt: 'a hill', size: '64x64' },
        { headers: { 'x-stainless-retry-count': String(retries) } },
      )
    const error = await failureOf(ask(0))
    expect([error.status, error.code, error.headers!.get('x-should-retry')]).toEqual([503, 'server_error', 'true'])
    await expect.poll(async () => (await door.gallery()).map(({ state }) => state)).toEqual(['ready'])
    expect((await ask(1)).data).toHaveLength(1)
    expect(door.asked).toHaveLength(1)
  })

  it('loses nothing when the client hangs up: the picture is in the gallery', async () => {
    let let_go = () => {}
    const gate = new Promise<void>((resolve) => (let_go = resolve))
    const { sketchInvoker } = await import('#models/sketch/invoke.ts')
    door = await openDoor({ dear: (request, signal) => gate.then(() => sketchInvoker()(request, signal)) })
    const hangUp = new AbortController()
    const call = door.client.images.generate({ model: 'dear', prompt: 'a hill', size: '64x64' }, { signal: hangUp.signal })
    await Promise.all([
      failureOf(call),
      expect
        .poll(() => door.asked.length)
        .toBe(1)
        .then(() => hangUp.abort()),
    ])
    let_go()
    await expect.poll(async () => (await door.gallery()).map(({ state }) => state)).toEqual(['ready'])
  })
})

import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Door, difference, openDoor, photo, rightHalf } from './door.ts'

/**
 * What other programs really send, written down from their sources (named at each), and how they read the answer. They are not run here:
 * their requests are.
 */
let door: Door
beforeAll(async () => {
  door = await openDoor()
})
afterAll(() => door.close())

const bearer = () => ({ authorization: `Bearer ${door.key}` })
const json = (path: string, body: object, headers: Record<string, string> = bearer()) =>
  fetch(door.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
const form = (path: string, fields: [string, string | Blob, string?][], headers: Record<string, string> = bearer()) => {
  const data = new FormData()
  for (const [name, value, fileName] of fields) typeof value === 'string' ? data.append(name, value) : data.append(name, value, fileName)
  return fetch(door.url + path, { method: 'POST', headers, body: data })
}
const blob = (bytes: Buffer, type = 'image/png') => new Blob([new Uint8Array(bytes)], { type })
const decoded = (base64: string) => Buffer.from(base64, 'base64')

describe('Open WebUI (backend/open_webui/routers/images.py @02530d50)', () => {
  /** It takes `url` first and would fetch it, which its guard against private addresses refuses: so base64 and nothing else. */
  const read = async (response: Response) => {
    response.ok || expect.fail(await response.text())
    const { data } = (await response.json()) as { data: Record<string, string>[] }
    return data.map((item) => ('url' in item ? expect.fail('it would download') : decoded(item.b64_json!)))
  }

  it('generates with its defaults: dall-e-2, 512x512, base64', async () => {
    const [picture] = await read(
      await json('/v1/images/generations?api-version=2025-04-01-preview', {
        ...{ model: 'dall-e-2', prompt: 'a harbour', n: 1, size: '512x512', response_format: 'b64_json' },
      }),
    )
    expect(await sharp(picture).metadata()).toMatchObject({ format: 'png', width: 512, height: 512 })
  })

  it('generates by gpt-image-1 without a response_format, size auto and with what its admin merged in', async () => {
    const response = await json('/v1/images/generations', {
      ...{ model: 'gpt-image-1', prompt: 'a harbour', n: 1, size: 'auto', moderation: 'low', steps: 30, sampler: { name: 'x' } },
    })
    expect(response.headers.get('x-genzo-ignored')).toBe('moderation, steps, sampler')
    expect(await read(response)).toHaveLength(1)
  })

  it('edits one picture as `image`, and a list of one as `image[]`', async () => {
    const picture = blob(
      await sharp(await photo())
        .webp()
        .toBuffer(),
      'image/webp',
    )
    const fields: [string, string][] = [
      ['model', 'gpt-image-1'],
      ['prompt', 'in the rain'],
      ['n', '1'],
      ['background', 'auto'],
    ]
    for (const name of ['image', 'image[]']) {
      const [made] = await read(await form('/v1/images/edits', [...fields, [name, picture, 'image.webp']]))
      expect(await sharp(made).metadata()).toMatchObject({ width: 256, height: 192 })
    }
  })
})

describe('LibreChat', () => {
  it('generates by its OpenAI image tool: no response_format, reads b64_json of output_format (OpenAIImageTools.js @8731432f)', async () => {
    const response = await json('/v1/images/generations', {
      ...{ model: 'gpt-image-2.5-flare', prompt: 'a harbour at dawn', n: 1, background: 'auto', output_format: 'webp' },
      ...{ output_compression: 80, quality: 'auto', size: 'auto' },
    })
    const { data } = (await response.json()) as { data: { b64_json: string }[] }
    expect(await sharp(decoded(data[0]!.b64_json)).metadata()).toMatchObject({ format: 'webp' })
    expect(response.headers.has('x-genzo-ignored')).toBe(false)
  })

  it.each([
    ['plain', {}],
    ['Azure', { azure: true }],
  ] as { 0: string; 1: { azure?: boolean } }[] as [string, { azure?: boolean }][])(
    'edits by its image tool, %s: image[] twice, no n and no mask',
    async (_, { azure }) => {
      const fields: [string, string | Blob, string?][] = [
        ['model', 'gpt-image-1'],
        ['prompt', 'as a poster'],
        ['quality', 'high'],
        ['size', '1536x1024'],
        ['image[]', blob(await photo()), 'a.png'],
        ['image[]', blob(await photo(128, 128)), 'b.png'],
      ]
      const response = azure
        ? await form('/v1/images/edits?api-version=2025-04-01-preview', fields, { 'api-key': door.key })
        : await form('/v1/images/edits', fields)
      const { data } = (await response.json()) as { data: { b64_json: string }[] }
      expect(await sharp(decoded(data[0]!.b64_json)).metadata()).toMatchObject({ width: 1536, height: 1024 })
    },
  )

  it('generates by its DALL-E tool: fetches the url without a key and takes the type from its path (DALLE3.js @37d31ec2)', async () => {
    const response = await json('/v1/images/generations', {
      ...{ model: 'dall-e-3', quality: 'standard', style: 'natural', size: '1792x1024', prompt: 'a harbour', n: 1 },
    })
    const { data } = (await response.json()) as { data: { url: string }[] }
    expect(new URL(data[0]!.url).pathname.split('.').at(-1)).toBe('png')
    expect(response.headers.get('x-genzo-ignored')).toBe('style')
    const file = await fetch(data[0]!.url)
    expect(await sharp(Buffer.from(await file.arrayBuffer())).metadata()).toMatchObject({ format: 'png', width: 1792, height: 1024 })
  })
})

describe('InvokeAI (services/external_generation/providers/openai.py)', () => {
  const read = async (response: Response) => {
    expect(response.status).toBe(200)
    expect(response.headers.get('x-request-id')).toMatch(/\S{8,}/)
    const { data } = (await response.json()) as { data: { b64_json: string }[] }
    return data.map(({ b64_json }) => decoded(b64_json))
  }

  it('generates by gpt-image with a format, by others with base64', async () => {
    const common = { prompt: 'a harbour', n: 2, size: '1024x1024' }
    expect(await read(await json('/v1/images/generations', { ...common, model: 'gpt-image-1', output_format: 'png' }))).toHaveLength(2)
    expect(
      await read(await json('/v1/images/generations', { ...common, model: 'dall-e-3', response_format: 'b64_json', n: 1 })),
    ).toHaveLength(1)
  })

  it('edits under a mask', async () => {
    const source = await photo()
    const [made] = await read(
      await form('/v1/images/edits', [
        ['model', 'gpt-image-1'],
        ['prompt', 'a field of poppies'],
        ['n', '1'],
        ['size', '256x192'],
        ['input_fidelity', 'high'],
        ['image', blob(source), 'image.png'],
        ['mask', blob(await rightHalf()), 'mask.png'],
      ]),
    )
    expect(await difference(source, made!, { left: 0, width: 100 })).toBeLessThan(2)
    expect(await difference(source, made!, { left: 150, width: 100 })).toBeGreaterThan(8)
  })
})

describe('JSON edits', () => {
  const dataUrl = (bytes: Buffer) => `data:image/png;base64,${bytes.toString('base64')}`

  it('take data URLs for picture and mask', async () => {
    const source = await photo()
    const response = await json('/v1/images/edits', {
      ...{ model: 'gpt-image-1', prompt: 'a field of poppies', images: [{ image_url: dataUrl(source) }] },
      mask: { image_url: dataUrl(await rightHalf()) },
    })
    const { data } = (await response.json()) as { data: { b64_json: string }[] }
    expect(await difference(source, decoded(data[0]!.b64_json), { left: 150, width: 100 })).toBeGreaterThan(8)
  })

  it.each([
    [{ images: [{ image_url: 'http://169.254.169.254/latest/meta-data' }] }, 'does not fetch'],
    [{ images: [{ file_id: 'file-1' }] }, 'keeps no files'],
    [{ images: [{ image_url: 'data:image/png;base64,*' }] }, 'must be a data URL'],
    [{ images: [] }, 'is needed'],
    [{ images: Array(17).fill({ image_url: dataUrl(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')) }) }, 'at most 16'],
  ])('say what is wrong with a picture: %#', async (body, said) => {
    const response = await json('/v1/images/edits', { prompt: 'x', ...body })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      error: { message: expect.stringContaining(said), type: 'invalid_request_error', param: 'image', code: 'invalid_request_error' },
    })
  })
})

it.each([
  ['POST', '/v1/images/generations', 'not json', 'application/json', 400],
  ['POST', '/v1/images/generations', '[]', 'application/json', 400],
  ['POST', '/v1/images/generations', 'prompt=x', 'application/x-www-form-urlencoded', 415],
  ['POST', '/v1/images/edits', 'no boundary', 'multipart/form-data', 400],
  ['POST', '/v1/chat/completions', '{}', 'application/json', 404],
] as const)("answers %s %s with %s in OpenAI's shape", async (method, path, body, type, status) => {
  const response = await fetch(door.url + path, { method, headers: { ...bearer(), 'content-type': type }, body })
  expect(response.status).toBe(status)
  expect(Object.keys(((await response.json()) as { error: object }).error)).toEqual(['message', 'type', 'param', 'code'])
})

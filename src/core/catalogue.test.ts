import { describe, expect, it } from 'vitest'
import { checkRequest, modelTask, needsTranslation, priceOf } from './catalogue.ts'
import { isStudioError } from './errors.ts'
import { GenerationRequest } from './generation.ts'
import type { Model } from './model.ts'

const MODEL: Model = {
  id: 'painter',
  name: 'Painter',
  provider: 'bedrock',
  family: 'test',
  isProcedural: false,
  imagesPerCall: 1,
  price: {
    microUsdPerImage: 50_000,
    tiers: [
      { maxPixels: 1_048_576, quality: 'standard', microUsdPerImage: 10_000 },
      { maxPixels: 1_048_576, quality: 'premium', microUsdPerImage: 20_000 },
      { minSteps: 51, microUsdPerImage: 80_000 },
    ],
    asOf: '2026-11-21',
    source: 'test',
  },
  requestsPerMinute: 60,
  concurrency: 2,
  typicalSeconds: 1,
  lifecycle: { state: 'active' },
  tasks: [
    {
      task: 'text-to-image',
      prompt: 'required',
      maxPromptLength: 20,
      negativePrompt: true,
      inputs: [],
      size: { kind: 'aspects', aspects: ['1:1', '16:9', '2:3'], default: '1:1', megapixels: 1 },
      seed: { min: 0, max: 100, zeroIsRandom: true },
      parameters: [
        { name: 'strength', type: 'number', min: 0, max: 1, default: 0.35 },
        { name: 'style', type: 'choice', options: ['anime', 'photo'] },
      ],
    },
    {
      task: 'inpaint',
      prompt: 'none',
      maxPromptLength: 20,
      negativePrompt: false,
      inputs: [
        { role: 'source', required: true },
        { role: 'mask', required: false },
      ],
      inputLimits: { formats: ['png'], minSide: 64, maxPixels: 1_000_000, maxAspect: 2.5 },
      size: { kind: 'input' },
      parameters: [],
    },
    {
      task: 'outpaint',
      prompt: 'optional',
      maxPromptLength: 20,
      negativePrompt: false,
      inputs: [{ role: 'source', required: true }],
      size: { kind: 'margins' },
      parameters: (['left', 'right', 'up', 'down'] as const).map((name) => ({ name, type: 'integer', min: 0, max: 2000, default: 0 })),
    },
  ],
}
const ask = (about: Partial<GenerationRequest>) => GenerationRequest.parse({ prompt: 'a fox', ...about })
const pictures = (...roles: ('source' | 'mask' | 'style')[]) => roles.map((role) => ({ role, imageId: 'x' }))

function fieldsOf(run: () => unknown): string[] {
  try {
    run()
  } catch (error) {
    if (isStudioError(error, 'invalid_input')) return (error.details.fields ?? []).map((field) => field.path)
    throw error
  }
  return []
}

describe('a request held against its model', () => {
  it('gets the defaults and the model written in', () => {
    const { request } = checkRequest(MODEL, ask({}))
    expect(request).toMatchObject({ model: 'painter', aspectRatio: '1:1', parameters: { strength: 0.35 } })
  })

  it('names every wrong field at once', () => {
    const wrong = ask({
      prompt: 'x'.repeat(21),
      negativePrompt: 'y'.repeat(21),
      seed: 101,
      parameters: { strength: 2, style: 'cubist', steps: 3 },
      inputs: pictures('style'),
    })
    expect(fieldsOf(() => checkRequest(MODEL, wrong)).sort()).toEqual(
      ['inputs.0', 'negativePrompt', 'parameters.steps', 'parameters.strength', 'parameters.style', 'prompt', 'seed'].sort(),
    )
  })

  it('says which parameters there are when one is unknown', () => {
    expect(() => checkRequest(MODEL, ask({ parameters: { cfg: 7 } }))).toThrow(/takes strength, style/)
  })

  it.each([
    ['NaN', Number.NaN],
    ['a number as text', '0.5'],
    ['a list', [0.5]],
    ['infinity', Number.POSITIVE_INFINITY],
  ])('takes no %s for a number', (_, strength) => {
    expect(fieldsOf(() => checkRequest(MODEL, ask({ parameters: { strength } })))).toEqual(['parameters.strength'])
  })

  it('does not take inherited names for parameters', () => {
    expect(fieldsOf(() => checkRequest(MODEL, ask({ parameters: { toString: 2 } })))).toEqual(['parameters.toString'])
  })

  it('never passes a chosen seed of 0 to a model that takes 0 for random', () => {
    expect(fieldsOf(() => checkRequest(MODEL, ask({ seed: 0 })))).toEqual(['seed'])
    expect(fieldsOf(() => checkRequest(MODEL, ask({ seed: 1 })))).toEqual([])
  })

  it('refuses a prompt with half a character and keeps emoji and right-to-left text', () => {
    expect(fieldsOf(() => checkRequest(MODEL, ask({ prompt: 'a \ud83e fox' })))).toEqual(['prompt'])
    expect(checkRequest(MODEL, ask({ prompt: '🦊 ثعلب' })).request.prompt).toBe('🦊 ثعلب')
  })

  it('needs the pictures the task is about, and no others', () => {
    expect(fieldsOf(() => checkRequest(MODEL, ask({ task: 'inpaint', prompt: undefined })))).toEqual(['inputs'])
    expect(fieldsOf(() => checkRequest(MODEL, ask({ task: 'inpaint', prompt: undefined, inputs: pictures('mask') })))).toEqual([
      'inputs',
      'inputs.0',
    ])
    expect(fieldsOf(() => checkRequest(MODEL, ask({ task: 'inpaint', prompt: undefined, inputs: pictures('source', 'source') })))).toEqual([
      'inputs.1',
    ])
  })

  it('refuses a mask of another size than its source', () => {
    const request = ask({ task: 'inpaint', prompt: undefined, inputs: pictures('source', 'mask') })
    const source = { width: 500, height: 400 }
    expect(fieldsOf(() => checkRequest(MODEL, request, [source, { width: 400, height: 500, at: 1 }]))).toEqual(['inputs.1'])
    expect(fieldsOf(() => checkRequest(MODEL, request, [source, { ...source, at: 1 }]))).toEqual([])
  })

  it('knows the size of the source wherever it stands among the inputs', () => {
    const request = ask({ task: 'inpaint', prompt: undefined, inputs: pictures('mask', 'source') })
    expect(fieldsOf(() => checkRequest(MODEL, request, [{ width: 10, height: 10 }]))).toEqual(['inputs.1'])
  })

  it('refuses sources too small or too long, and says that it sends large ones smaller', () => {
    const request = ask({ task: 'inpaint', prompt: undefined, inputs: pictures('source') })
    expect(fieldsOf(() => checkRequest(MODEL, request, [{ width: 63, height: 100 }]))).toEqual(['inputs.0'])
    expect(fieldsOf(() => checkRequest(MODEL, request, [{ width: 1000, height: 300 }]))).toEqual(['inputs.0'])
    const { size, adjustments } = checkRequest(MODEL, request, [{ width: 10_000, height: 6000 }])
    expect(size!.width * size!.height).toBeLessThanOrEqual(1_000_000)
    expect(adjustments).toEqual([expect.stringContaining('instead of 10000 × 6000')])
  })

  it('needs at least one margin to grow a picture by', () => {
    const grow = (parameters: Record<string, unknown>) => ask({ task: 'outpaint', inputs: pictures('source'), parameters })
    expect(fieldsOf(() => checkRequest(MODEL, grow({ left: 0 })))).toEqual(['parameters'])
    expect(checkRequest(MODEL, grow({ left: 10, up: 5 }), [{ width: 100, height: 100 }]).size).toEqual({ width: 110, height: 105 })
  })

  it('refuses a retired model with its successor', () => {
    const retired = { ...MODEL, lifecycle: { state: 'retired' as const, retiredOn: '2026-06-30', successor: 'other' } }
    expect(() => checkRequest(retired, ask({}))).toThrow(expect.objectContaining({ code: 'model_retired' }))
  })

  it('says which tasks a model has when it lacks one', () => {
    expect(() => modelTask(MODEL, 'erase')).toThrow(/it does text-to-image, inpaint, outpaint/)
  })
})

describe('the size', () => {
  it('meets an exact size by the nearest aspect, and says so', () => {
    const { size, adjustments } = checkRequest(MODEL, ask({ width: 1280, height: 700 }))
    expect(size).toEqual({ width: 1280, height: 700 })
    expect(adjustments).toEqual(['Painter makes 16:9, about 1 megapixels; cropped and resized to 1280 × 700'])
  })

  it('crops to an aspect that the model lacks', () => {
    const { size, adjustments } = checkRequest(MODEL, ask({ aspectRatio: '4:3' }))
    expect(size!.width / size!.height).toBeCloseTo(4 / 3, 2)
    expect(adjustments).toHaveLength(1)
  })

  it.each([
    [{ width: 1, height: 8000 }, ['width', 'width']],
    [{ width: 512 }, ['height']],
    [{ aspectRatio: '99:1' }, ['aspectRatio']],
    [{ aspectRatio: '0:0' }, ['aspectRatio']],
    [{ width: 512, height: 512, aspectRatio: '1:1' }, ['aspectRatio']],
  ])('refuses %o', (shape, fields) => {
    expect(fieldsOf(() => checkRequest(MODEL, ask(shape)))).toEqual(fields)
  })
})

describe('the price', () => {
  it.each([
    ['standard by default', {}, 10_000],
    ['of a better quality', { parameters: { quality: 'premium' } }, 20_000],
    ['of a larger picture', { width: 2048, height: 2048 }, 50_000],
    ['of many steps', { width: 2048, height: 2048, parameters: { steps: 60 } }, 80_000],
  ])('is %s', (_, request, price) => {
    expect(priceOf(MODEL, request)).toBe(price)
  })
})

it.each([
  ['雪の中の狐', ['en'], true],
  ['лиса', ['en'], true],
  ['café, naïve, 🦊', ['en'], false],
  ['雪の中の狐', ['en', 'ja'], false],
  ['雪の中の狐', undefined, false],
])('%s for a model of %j needs translation: %s', (prompt, promptLanguages, needed) => {
  expect(needsTranslation(promptLanguages ? { promptLanguages } : {}, prompt)).toBe(needed)
})

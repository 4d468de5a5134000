import { describe, expect, it } from 'vitest'
import type { ModelView } from '../../api/types.ts'
import { type Draft, draftOf, EMPTY_DRAFT, liveTasks, missingOf, modelOf, modelsFor, reduceDraft, requestOf } from './draft.ts'

const task = (name: string, more = {}) => ({
  task: name,
  prompt: 'required',
  maxPromptLength: 100,
  negativePrompt: false,
  inputs: [],
  size: { kind: 'aspects', aspects: ['1:1', '16:9'], default: '1:1', megapixels: 1 },
  parameters: [],
  ...more,
})
const model = (id: string, state: string, tasks: unknown[]) => ({ id, name: id, tasks, lifecycle: { state } }) as unknown as ModelView
const models = [
  model('old', 'retired', [task('text-to-image')]),
  model('fresh', 'active', [
    task('text-to-image', {
      negativePrompt: true,
      seed: { min: 0, max: 99 },
      parameters: [{ name: 'strength', type: 'number', min: 0, max: 1 }],
    }),
    task('outpaint', { size: { kind: 'margins' }, prompt: 'none', inputs: [{ role: 'source', required: true }] }),
  ]),
  model('late', 'legacy', [task('text-to-image')]),
]
const play = (...events: Parameters<typeof reduceDraft>[1][]): Draft => events.reduce(reduceDraft, EMPTY_DRAFT)
const requestFor = (draft: Draft) => {
  const found = modelOf(draft, models)!
  return requestOf(draft, found.model, found.task)
}

describe('the draft of a generation', () => {
  it('never means a retired model, whatever was chosen before', () => {
    expect(modelOf({ ...EMPTY_DRAFT, modelId: 'old' }, models)?.model.id).toBe('fresh')
    const both = [...models, { ...models.find(({ id }) => id === 'fresh')!, id: 'preferred' }]
    expect(modelOf(EMPTY_DRAFT, both, { 'text-to-image': 'preferred' })?.model.id).toBe('preferred')
    expect(modelsFor(models, 'text-to-image').map(({ id }) => id)).toEqual(['fresh', 'late', 'old'])
    expect(liveTasks(models)).toEqual(['text-to-image', 'outpaint'])
  })

  it('keeps what another model would take, and sends only what this one does', () => {
    const draft = play(
      { type: 'edit', change: { prompt: ' a fox ', negativePrompt: 'rain' } },
      { type: 'parameter', name: 'strength', value: 0.4 },
      { type: 'parameter', name: 'unknown', value: 1 },
      { type: 'input', role: 'source', imageId: 'i1' },
      { type: 'seed', seed: 500 },
    )
    expect(requestFor(draft)).toEqual({
      model: 'fresh',
      task: 'text-to-image',
      count: 4,
      prompt: 'a fox',
      negativePrompt: 'rain',
      seed: 99,
      parameters: { strength: 0.4 },
    })
    expect(requestFor({ ...draft, modelId: 'late' })).toEqual({ model: 'late', task: 'text-to-image', count: 4, prompt: 'a fox' })
  })

  it('holds either an aspect or a size, the last one chosen', () => {
    const sized = play(
      { type: 'aspect', aspectRatio: '16:9' },
      { type: 'size', width: 512, height: 512 },
      { type: 'edit', change: { prompt: 'x' } },
    )
    expect(requestFor(sized)).toMatchObject({ width: 512, height: 512 })
    expect(requestFor(sized).aspectRatio).toBeUndefined()
    const shaped = reduceDraft(sized, { type: 'aspect', aspectRatio: '16:9' })
    expect(requestFor(shaped)).toMatchObject({ aspectRatio: '16:9' })
    expect(requestFor(shaped).width).toBeUndefined()
  })

  it('says what is missing in the order of the screen', () => {
    const draft = play({ type: 'task', task: 'outpaint' })
    expect(missingOf(draft, modelOf(draft, models)!.task)).toEqual(['source', 'margins'])
    expect(missingOf(EMPTY_DRAFT, modelOf(EMPTY_DRAFT, models)!.task)).toEqual(['prompt'])
  })

  it('replaces an input of the same role, and lets it go', () => {
    const two = play({ type: 'input', role: 'source', imageId: 'a' }, { type: 'input', role: 'source', imageId: 'b' })
    expect(two.inputs).toEqual([{ role: 'source', imageId: 'b' }])
    expect(reduceDraft(two, { type: 'input', role: 'source', imageId: undefined }).inputs).toEqual([])
  })

  it('comes back whole from what a picture was made with', () => {
    const draft = reduceDraft(EMPTY_DRAFT, {
      type: 'use',
      draft: draftOf({
        modelId: 'fresh',
        task: 'text-to-image',
        prompt: 'a fox',
        seed: 7,
        width: 640,
        height: 480,
        parameters: { strength: 0.2 },
      }),
    })
    expect(requestFor(draft)).toEqual({
      model: 'fresh',
      task: 'text-to-image',
      count: 4,
      prompt: 'a fox',
      seed: 7,
      width: 640,
      height: 480,
      parameters: { strength: 0.2 },
    })
  })
})

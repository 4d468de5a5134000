import { expect, it } from 'vitest'
import { isStudioError } from '#core/errors.ts'
import { BEDROCK_CATALOGUE } from './catalogue.ts'
import { overlayCatalogue } from './overlay.ts'

const overlay = (file: unknown) => overlayCatalogue(BEDROCK_CATALOGUE, JSON.stringify(file))

it('changes only what the file names', () => {
  const price = { microUsdPerImage: 123, asOf: '2026-12-01', source: 'my contract' }
  const { models } = overlay({ 'stable-image-core': { price } })
  const core = models.find((model) => model.id === 'stable-image-core')!
  expect(core.price).toEqual(price)
  expect({ ...core, price: undefined }).toEqual({ ...BEDROCK_CATALOGUE.find((model) => model.id === core.id)!, price: undefined })
  expect(models).toHaveLength(BEDROCK_CATALOGUE.length)
})

it('takes every built-in entry back, whole', () => {
  const { models } = overlay(Object.fromEntries(BEDROCK_CATALOGUE.map(({ id, ...entry }) => [id, entry])))
  expect(models).toEqual(BEDROCK_CATALOGUE)
})

it('adds a model, wakes a retired one and hides another', () => {
  const { id: _, ...entry } = BEDROCK_CATALOGUE.find((model) => model.id === 'stable-image-core')!
  const { models, defaults } = overlay({
    'my-core': entry,
    'nova-canvas': { lifecycle: { state: 'active' } },
    sdxl: { isHidden: true },
    defaults: { 'text-to-image': 'my-core' },
  })
  expect(models.map(({ id }) => id)).toContain('my-core')
  expect(models.map(({ id }) => id)).not.toContain('sdxl')
  expect(models.find(({ id }) => id === 'nova-canvas')!.lifecycle).toEqual({ state: 'active' })
  expect(defaults).toEqual({ 'text-to-image': 'my-core' })
})

it('lists every fault of a bad file in one message', () => {
  const file = {
    'Bad Id': {},
    'new-one': { concurrency: 0, modles: 1 },
    'stable-image-core': { price: { microUsdPerImage: -1 } },
    defaults: { 'text-to-image': 5, paint: 'x' },
  }
  try {
    overlay(file)
    expect.unreachable()
  } catch (error) {
    if (!isStudioError(error, 'invalid_input')) throw error
    for (const said of ['Bad Id', 'new-one.concurrency', 'modles', 'stable-image-core.price.asOf', 'defaults.text-to-image', 'paint'])
      expect(error.message).toContain(said)
  }
})

it.each([
  ['a new model that is not whole', { 'new-one': { name: 'New' } }, 'new-one.tasks'],
  ['a default that is not there', { defaults: { erase: 'nobody' } }, 'there is no model nobody'],
  ['a default that cannot', { defaults: { erase: 'stable-image-core' } }, 'stable-image-core does not do it'],
])('refuses %s', (_, file, said) => {
  expect(() => overlay(file)).toThrow(said)
})

it('says that a file is not JSON', () => {
  expect(() => overlayCatalogue(BEDROCK_CATALOGUE, '{"a": [')).toThrow(/not JSON/)
})

it.each(['[]', '"words"', 'null'])('refuses %s', (text) => {
  expect(() => overlayCatalogue(BEDROCK_CATALOGUE, text)).toThrow(/object of model ids/)
})

it('is the catalogue itself without a file', () => {
  expect(overlayCatalogue(BEDROCK_CATALOGUE, undefined)).toEqual({ models: [...BEDROCK_CATALOGUE], defaults: {} })
})

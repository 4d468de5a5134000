import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { policyModerator } from '#core/moderation.ts'
import { expandPrompt, translatePrompt } from '#core/use-cases/help-with-prompt.ts'
import { requestGeneration } from '#core/use-cases/request-generation.ts'
import { ada, type TestStudio, testStudio } from '#core/use-cases/studio.contract.ts'
import { bedrockInvoker } from '#models/bedrock/invoker.ts'
import { bedrockWording } from '#models/bedrock/wording.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { type Sim, startBedrockSim } from './sim.ts'

let sim: Sim
let studio: TestStudio
beforeAll(async () => {
  sim = await startBedrockSim()
})
afterAll(() => sim.close())
afterEach(() => studio.close())

const access = () => ({ token: () => 'sim-key', endpoint: sim.url })
const open = ({ hasWording = true } = {}) => {
  const invoker = bedrockInvoker(access())
  const wording = bedrockWording({ ...access(), modelId: 'amazon.nova-lite-v1:0' })
  const moderator = policyModerator({ rules: [{ name: 'weapons', reason: 'no weapons here', words: { en: ['cannon'] } }] })
  const models = BEDROCK_CATALOGUE.map((model) => ({ ...model, provider: 'local' as const }))
  studio = testStudio({ models, invoke: invoker.invoke, ports: { moderator, ...(hasWording && { wording }) } })
  return studio
}
const fox = { task: 'text-to-image' as const, model: 'stable-image-core', prompt: '湖のほとりの赤い狐', count: 1 }

describe('a prompt that the model would refuse', () => {
  it('is sent in English, and kept as it was written', async () => {
    open()
    const accepted = await requestGeneration(studio, ada, { ...fox, negativePrompt: '雪' })
    expect(accepted.adjustments).toContain('Stable Image Core takes English only, so your words were translated')
    expect(accepted.request).toMatchObject({ prompt: fox.prompt, negativePrompt: '雪' })
    await studio.drain()
    const sent = studio.asked.at(-1)!
    expect(`${sent.prompt}${sent.negativePrompt}`).toMatch(/^[\x20-\x7e]+$/)
    const image = (await studio.images.find(accepted.outputs[0]!.imageId))!
    expect(image).toMatchObject({ state: 'ready', madeWith: { prompt: fox.prompt, promptSent: sent.prompt, negativePrompt: '雪' } })
    expect(image.title).toBe(fox.prompt)
  })

  it('goes as it is where no text model is configured, and its refusal says what to do', async () => {
    open({ hasWording: false })
    const { id } = await requestGeneration(studio, ada, fox)
    await studio.drain()
    const ended = await studio.generations.find(id)
    expect(ended).toMatchObject({ state: 'refused', chargedMicroUsd: 0, reasonDetail: expect.stringContaining('BEDROCK_MODEL_ID') })
  })

  it('is not accepted when the translation fails, and nothing is kept', async () => {
    open()
    await expect(requestGeneration(studio, ada, { ...fox, prompt: `${fox.prompt} sim:throttle` })).rejects.toMatchObject({
      code: 'throttled',
    })
    expect((await studio.generations.listByOwner(ada.id, { limit: 5 })).items).toEqual([])
  })

  it('that is English already is asked of nobody', async () => {
    open()
    const before = sim.requests.length
    const accepted = await requestGeneration(studio, ada, { ...fox, prompt: 'un renard à la brune' })
    expect(accepted.sent).toBeUndefined()
    expect(sim.requests).toHaveLength(before)
  })
})

describe('help with a prompt', () => {
  it('writes an idea out, and translates', async () => {
    open()
    expect((await expandPrompt(studio, ada, { idea: 'a fox', task: 'text-to-image' })).length).toBeGreaterThan('a fox'.length)
    expect(await translatePrompt(studio, ada, fox.prompt)).toMatch(/^[\x20-\x7e]+$/)
  })

  it('is not given for what the operator forbids', async () => {
    open()
    await expect(expandPrompt(studio, ada, { idea: 'a cannon', task: 'text-to-image' })).rejects.toMatchObject({ code: 'content_refused' })
  })

  it('is bounded by a rate', async () => {
    open()
    const asks = Array.from({ length: 6 }, () => translatePrompt(studio, ada, 'a fox').catch(({ code }) => code))
    expect((await Promise.all(asks)).filter((answer) => answer === 'throttled')).toHaveLength(1)
  })

  it('says which variable is missing', async () => {
    open({ hasWording: false })
    await expect(translatePrompt(studio, ada, 'x')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('BEDROCK_MODEL_ID'),
    })
  })

  it('calls a key that the provider refuses the operator’s affair', async () => {
    open()
    const wording = bedrockWording({ ...access(), token: () => 'wrong', modelId: 'amazon.nova-lite-v1:0' })
    await expect(translatePrompt({ ...studio, wording }, ada, 'x')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('genzo doctor'),
    })
  })
})

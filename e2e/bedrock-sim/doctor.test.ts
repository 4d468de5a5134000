import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diagnose } from '#entries/doctor.ts'
import { type Sim, startBedrockSim } from './sim.ts'

let sim: Sim
let dir: string
beforeAll(async () => {
  sim = await startBedrockSim()
  dir = mkdtempSync(join(tmpdir(), 'genzo-doctor-'))
  // Whoever runs the tests may have a key of their own.
  process.env['GENZO_ENV_FILE'] = join(dir, 'none')
})
afterAll(async () => {
  delete process.env['GENZO_ENV_FILE']
  await sim.close()
  rmSync(dir, { recursive: true })
})

const ask = async (env: Record<string, string>, how = {}) => {
  const checks = await diagnose({ GENZO_DATA: dir, GENZO_BEDROCK_ENDPOINT: sim.url, ...env }, how)
  return {
    checks,
    problems: checks.filter(({ state }) => state === 'problem'),
    of: (name: string) => checks.find((one) => one.name === name),
  }
}

describe('genzo doctor', () => {
  it('finds nothing wrong with a good key, and makes a picture only when it is asked to', async () => {
    const before = sim.requests.length
    const well = await ask({ AWS_BEARER_TOKEN_BEDROCK: 'sim-key' })
    expect(well.problems).toEqual([])
    expect(sim.requests.slice(before).map(({ method }) => method)).not.toContain('POST')
    const smoked = await ask({ AWS_BEARER_TOKEN_BEDROCK: 'sim-key' }, { smoke: true })
    expect(smoked.of('one picture by stable-image-core')).toMatchObject({
      state: 'ok',
      finding: expect.stringMatching(/bytes of image\/png/),
    })
  })

  it('takes a studio without a key for whole, and says what would turn more on', async () => {
    const { problems, of } = await ask({ GENZO_BEDROCK_ENDPOINT: '' })
    expect(problems).toEqual([])
    expect(of('Bedrock')).toMatchObject({ state: 'note', finding: expect.stringContaining('docs/guide/bedrock.md') })
    expect(of('help with prompts')?.finding).toContain('BEDROCK_MODEL_ID')
    expect(of('search by meaning')?.finding).toContain('BEDROCK_EMBEDDING_MODEL_ID')
  })

  it.each([
    ['nobody-knows-this', /does not accept this API key.*To do: .*API keys/],
    ['sim-elsewhere', /made in another Region.*To do:/],
    ['sim-expired', /expired.*To do:/],
  ])('explains the key %s with what to do, and never shows it', async (key, said) => {
    const { checks, problems } = await ask({ AWS_BEARER_TOKEN_BEDROCK: key }, { smoke: true })
    expect(problems.map(({ name }) => name)).toEqual(['list of foundation models', 'one picture by stable-image-core'])
    for (const { finding } of problems) expect(finding).toMatch(said)
    expect(JSON.stringify(checks)).not.toContain(key)
  })

  it('names a profile that gives no credentials, and asks nobody then', async () => {
    const before = sim.requests.length
    const { problems } = await ask({ AWS_PROFILE: 'a-profile-that-is-not-there' }, { smoke: true })
    expect(problems).toEqual([
      expect.objectContaining({ name: 'AWS credentials', finding: expect.stringContaining('aws sso login --profile') }),
    ])
    expect(sim.requests.slice(before).filter(({ method }) => method === 'POST')).toEqual([])
  })

  it('warns of a default that was replaced, be it by our dates or by what AWS says today', async () => {
    const key = { AWS_BEARER_TOKEN_BEDROCK: 'sim-key' }
    writeFileSync(
      join(dir, 'genzo.models.json'),
      JSON.stringify({ defaults: { 'text-to-image': 'nova-canvas', erase: 'stable-image-erase' } }),
    )
    const ours = await ask(key)
    expect(ours.of('default of text-to-image')).toMatchObject({
      state: 'warning',
      finding: expect.stringContaining('sd3-5-large answers instead'),
    })
    expect(ours.of('default of erase')).toBeUndefined()
    sim.set({ lifecycles: { 'stability.stable-image-core-v1:1': { status: 'LEGACY', endOfLifeTime: '2026-01-01T00:00:00Z' } } })
    writeFileSync(join(dir, 'genzo.models.json'), JSON.stringify({ defaults: { 'text-to-image': 'stable-image-core' } }))
    expect((await ask(key)).of('default of text-to-image')).toMatchObject({
      state: 'warning',
      finding: expect.stringMatching(/stable-image-core cannot be asked now/),
    })
    sim.set({ lifecycles: {} })
    rmSync(join(dir, 'genzo.models.json'))
  })
})

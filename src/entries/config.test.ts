import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ConfigError, type Env, readConfig, readEnvFile, VARIABLES } from './config.ts'

const read = (env: Env, file: Env = {}) => readConfig(env, file)
const problemsOf = (env: Env): string[] => {
  try {
    read(env)
    return []
  } catch (error) {
    return (error as ConfigError).problems
  }
}

describe('the settings', () => {
  it('need nothing: a studio of one machine, for itself', () => {
    expect(read({})).toMatchObject({ world: 'local', host: '127.0.0.1', port: 3000, publicUrl: 'http://127.0.0.1:3000', signup: 'open' })
  })

  it('list everything that is wrong at once, with what would be right', () => {
    const problems = problemsOf({ PORT: 'many', GENZO_SIGNUP: 'maybe', GENZO_TRASH_DAYS: '0', OIDC_ISSUER: 'https://id.example' })
    expect(problems).toHaveLength(4)
    expect(problems).toContain('PORT is "many", and must be a whole number')
  })

  it('never show a secret, not even a wrong one', () => {
    expect(problemsOf({ SMTP_URL: 'http://user:hunter2@mail' }).join()).not.toContain('hunter2')
  })

  it('take the environment before .env.local, and a blank value as none', () => {
    const config = read({ PORT: '4000', GENZO_NAME: ' ' }, { PORT: '5000', GENZO_NAME: 'Ours', AWS_BEARER_TOKEN_BEDROCK: '' })
    expect([config.port, config.origin('PORT')]).toEqual([4000, 'environment'])
    expect([config.values.GENZO_NAME, config.origin('GENZO_NAME')]).toEqual(['Ours', '.env.local'])
    expect([config.values.AWS_BEARER_TOKEN_BEDROCK, config.origin('AWS_BEARER_TOKEN_BEDROCK')]).toEqual([undefined, 'default'])
  })

  it('reached through a proxy on this machine has no open door either', () => {
    expect(read({ GENZO_PUBLIC_URL: 'https://studio.example' })).toMatchObject({ signup: 'invite' })
    expect(problemsOf({ GENZO_PUBLIC_URL: 'https://studio.example', GENZO_SIGNUP: 'open' })).toEqual([
      expect.stringContaining('GENZO_SIGNUP'),
    ])
    for (const own of ['http://localhost:3000', 'http://[::1]:3000'])
      expect(read({ GENZO_PUBLIC_URL: own })).toMatchObject({ signup: 'open' })
  })

  it('open to a network only over https, and with no open door', () => {
    expect(problemsOf({ HOST: '0.0.0.0' })).toEqual([expect.stringContaining('GENZO_PUBLIC_URL must be an https URL')])
    expect(problemsOf({ HOST: '0.0.0.0', GENZO_PUBLIC_URL: 'https://studio.example', GENZO_SIGNUP: 'open' })).toHaveLength(1)
    expect(read({ HOST: '0.0.0.0', GENZO_PUBLIC_URL: 'https://studio.example' })).toMatchObject({ signup: 'invite', isLoopback: false })
    for (const rest of ['/genzo', '/?q="', '#"', '?'])
      expect(problemsOf({ GENZO_PUBLIC_URL: `https://studio.example${rest}` })).toEqual([expect.stringContaining('an origin alone')])
    for (const url of ['https://ada:x@studio.example', 'https://a"b.example'])
      expect(problemsOf({ GENZO_PUBLIC_URL: url })).toEqual([expect.stringContaining('an origin alone')])
    expect(read({ GENZO_PUBLIC_URL: 'https://Studio.Example:443/' })).toMatchObject({ publicUrl: 'https://studio.example' })
  })

  it('turn dollars, megabytes and megapixels into what the studio counts in', () => {
    const { policy } = read({ GENZO_DAY_LIMIT_USD: '1.50', GENZO_MAX_UPLOAD_MB: '2', GENZO_MAX_MEGAPIXELS: '3', GENZO_STORAGE_GB: '0.5' })
    expect(policy).toMatchObject({
      ...{ dayMicroUsd: 1_500_000, maxUploadBytes: 2 * 1024 ** 2, maxPixels: 3_000_000, storageBytesPerOwner: 512 * 1024 ** 2 },
    })
    expect(policy).not.toHaveProperty('monthMicroUsd')
  })

  it('take a relative folder from where it was written', () => {
    expect(read({ GENZO_DATA: 'here', GENZO_CWD: '/home/ada' }).dataDir).toBe('/home/ada/here')
    expect(read({ GENZO_CWD: '/home/ada' }, { GENZO_DATA: 'here' }).dataDir).not.toContain('ada')
  })

  it('take the names of OpenAI models as JSON, and say how it is written when it is not', () => {
    expect(read({ GENZO_OPENAI_ALIASES: '{"dall-e-3":"sketch"}' }).values.GENZO_OPENAI_ALIASES).toEqual({ 'dall-e-3': 'sketch' })
    for (const bad of ['dall-e-3=sketch', '["sketch"]', '{"dall-e-3":1}'])
      expect(problemsOf({ GENZO_OPENAI_ALIASES: bad })).toEqual([expect.stringContaining('must be a JSON object')])
  })

  it('take other sign-ins as JSON, and say what is missing without showing a secret', () => {
    const google = { clientId: 'id', clientSecret: 'hunter2' }
    expect(read({ GENZO_SOCIAL: JSON.stringify({ google }) }).values.GENZO_SOCIAL).toEqual({ google })
    const badly = (social: unknown) => problemsOf({ GENZO_SOCIAL: typeof social === 'string' ? social : JSON.stringify(social) })
    expect(badly('google')).toEqual([expect.stringContaining('a JSON object of providers')])
    expect(badly({ google: { clientId: 'id' } })).toEqual([expect.stringContaining('a clientSecret')])
    expect(badly({ acme: google })).toEqual([expect.stringContaining('an issuer for acme')])
    expect(badly({ google: { ...google, secret: 'x' } }).join()).not.toContain('hunter2')
    const beside = { OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'c', GENZO_SOCIAL: JSON.stringify({ google }) }
    expect(problemsOf(beside)).toEqual([expect.stringContaining('GENZO_SOCIAL is of the embedded issuer')])
  })

  it('explain every variable', () => {
    for (const { about } of Object.values(VARIABLES)) expect(about).toMatch(/^[A-Z].{10,}\.$/s)
  })
})

describe('.env.local', () => {
  it('is read with quotes and comments, and may be absent', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'genzo-env-')), '.env.local')
    expect(readEnvFile(path)).toEqual({})
    writeFileSync(path, '# ours\nPORT=4000 # taken\nGENZO_NAME="The studio"\n')
    expect(readEnvFile(path)).toEqual({ PORT: '4000', GENZO_NAME: 'The studio' })
  })
})

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bedrockAccess, guardrailOf } from './bedrock-access.ts'
import { type Env, freshEnvFile, readConfig } from './config.ts'

const read = (env: Env, file: Env = {}) => bedrockAccess(readConfig(env, file), env, () => file)

describe('the way of asking Bedrock', () => {
  it('is none until there is a key, credentials, a region or an endpoint', () => {
    expect(read({}).isPresent()).toBe(false)
    expect(read({ AWS_BEARER_TOKEN_BEDROCK: ' ' }).isPresent()).toBe(false)
    expect(read({ AWS_REGION: 'eu-central-1' }).isPresent()).toBe(false)
    for (const env of [
      { AWS_BEARER_TOKEN_BEDROCK: 'k' },
      { AWS_PROFILE: 'studio' },
      { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
      { AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token' },
      { GENZO_BEDROCK_REGION: 'us-west-2' },
      { GENZO_BEDROCK_ENDPOINT: 'http://127.0.0.1:4566' },
    ])
      expect(read(env).isPresent(), Object.keys(env)[0]).toBe(true)
  })

  it('reads .env.local again, for a key that comes late and for one that follows another', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'genzo-env-')), '.env.local')
    const { token, isPresent } = bedrockAccess(readConfig({}, {}), {}, freshEnvFile(path))
    expect([token(), isPresent()]).toEqual([undefined, false])
    writeFileSync(path, 'AWS_BEARER_TOKEN_BEDROCK=first\n')
    expect([token(), isPresent()]).toEqual(['first', true])
    writeFileSync(path, 'AWS_BEARER_TOKEN_BEDROCK=the second\n')
    expect(token()).toBe('the second')
    rmSync(path)
    expect(token()).toBeUndefined()
  })

  it('takes access keys as they are at each call', async () => {
    const file: Env = { AWS_ACCESS_KEY_ID: 'one', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' }
    const { credentials } = read({}, file)
    expect(await credentials()).toMatchObject({ accessKeyId: 'one', secretAccessKey: 's', sessionToken: 't' })
    file.AWS_ACCESS_KEY_ID = 'two'
    expect(await credentials()).toMatchObject({ accessKeyId: 'two' })
  })
})

describe('a profile', () => {
  const before = { ...process.env }
  let dir: string
  const config = (text: string) => {
    writeFileSync(join(dir, 'config'), text)
    Object.assign(process.env, { AWS_CONFIG_FILE: join(dir, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(dir, 'none') })
  }
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'genzo-aws-'))
  })
  afterEach(() => {
    process.env = { ...before }
    rmSync(dir, { recursive: true })
  })

  it('is asked by its name, also when only .env.local names it, and comes before access keys', async () => {
    const script = join(dir, 'give.sh')
    writeFileSync(script, '#!/bin/sh\necho \'{"Version":1,"AccessKeyId":"FROMPROFILE","SecretAccessKey":"s"}\'\n')
    chmodSync(script, 0o700)
    config(`[profile studio]\ncredential_process=${script}\n`)
    const { credentials } = read({ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }, { AWS_PROFILE: 'studio' })
    expect(await credentials()).toMatchObject({ accessKeyId: 'FROMPROFILE' })
  })

  it('may assume a role', async () => {
    const asked: string[] = []
    const sts = createServer((request, response) => {
      request.on('data', (part: Buffer) => asked.push(part.toString()))
      request.on('end', () =>
        response.setHeader('content-type', 'text/xml').end(
          `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
          <AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
          <Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
        ),
      )
    })
    await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve))
    process.env['AWS_ENDPOINT_URL_STS'] = `http://127.0.0.1:${(sts.address() as AddressInfo).port}`
    config(`[profile studio]\nrole_arn=arn:aws:iam::123456789012:role/genzo\nsource_profile=base\n
[profile base]\naws_access_key_id=A\naws_secret_access_key=B\n`)
    try {
      expect(await read({ AWS_PROFILE: 'studio' }).credentials()).toMatchObject({ accessKeyId: 'ASSUMED', sessionToken: 't' })
      expect(decodeURIComponent(asked.join(''))).toContain('role/genzo')
    } finally {
      await new Promise((resolve) => sts.close(resolve))
    }
  })
})

describe('a guardrail', () => {
  const of = (text: string) => guardrailOf(readConfig({ GENZO_BEDROCK_GUARDRAIL: text }, {}))
  it('is an id or an ARN with version and way', () => {
    expect(of('gr1a2b3c:DRAFT:inline')).toEqual({ id: 'gr1a2b3c', version: 'DRAFT', how: 'inline' })
    const arn = 'arn:aws:bedrock:eu-central-1:123456789012:guardrail/gr1a2b3c'
    expect(of(`${arn}:3:apply`)).toEqual({ id: arn, version: '3', how: 'apply', region: 'eu-central-1' })
  })

  it('without a version is a fault of the settings', () => {
    expect(() => of('gr1a2b3c')).toThrow(/GENZO_BEDROCK_GUARDRAIL is .* and must be ID:VERSION:inline/)
  })
})

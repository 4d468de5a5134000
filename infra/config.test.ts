import { describe, expect, it } from 'vitest'
import { accountSettings, settingsOf } from './config.ts'
import { picked } from './environment.ts'
import { FUNCTIONS } from './functions.ts'
import { synthesized } from './testing.ts'

describe('a stage', () => {
  it.each([
    ['region', { region: 'tokyo' }, 'region is "tokyo": write a region such as ap-northeast-1'],
    ['profile', { profile: 'tiny' }, 'profile is "tiny": write small or full'],
    ['nested value', { limits: { trashDays: 0 } }, 'limits.trashDays is 0: write at least 1'],
    ['unknown key', { colour: 'red' }, 'colour is not known: remove it'],
    ['log days', { logDays: 8 }, 'logDays is 8: write one of 1, 3, 5'],
    ['domain without proof', { domain: { name: 'a.example.com' } }, 'write certificateArn, or hostedZone'],
    ['cold too early', { archive: { infrequentAfterDays: 40, instantAfterDays: 60 } }, 'write at least 70'],
    ['function', { functions: { painter: { memory: 512 } } }, 'painter'],
    ['memory', { functions: { api: { memory: 64 } } }, 'functions.api.memory is 64: write at least 128'],
    ['site on http', { siteUrl: 'http://a.example.com' }, 'siteUrl is "http://a.example.com": write an https origin'],
  ])('with a wrong %s fails with the value seen and what to write', (_, given, said) => {
    expect(() => settingsOf('dev', given)).toThrow(said)
  })

  it('says every wrong value at once', () => {
    expect(() => settingsOf('dev', { region: 'x', budgetUsd: -1 })).toThrow(/region is "x"[\s\S]*budgetUsd is -1/)
  })

  it('is one of those there are', () => {
    expect(() => settingsOf('production')).toThrow('stage is "production": write one of dev, staging, prod')
  })

  it('names prod’s queue as the first sketch did, and others with their stage before', () => {
    expect(settingsOf('prod').namePrefix).toBe('')
    expect(settingsOf('dev').namePrefix).toBe('dev-')
  })

  it('takes a profile’s traits, and a single one of its own', () => {
    expect(settingsOf('dev').traits.hasFirewall).toBe(false)
    expect(settingsOf('dev', { overrides: { hasFirewall: true } }).traits).toMatchObject({ hasFirewall: true, warmApi: 0 })
  })
})

it('gives functions the memory and time that the stage says, and their queue as much more time', () => {
  const { data, engine } = synthesized('dev', {
    functions: { 'image-processor': { memory: 1024, timeout: 200 }, 'processing-task': { memory: 1769 } },
  })
  const sized = (name: string, MemorySize: number, Timeout: number) =>
    engine.hasResourceProperties('AWS::Lambda::Function', { FunctionName: `genzo-dev-${name}`, MemorySize, Timeout })
  sized('image-processor', 1024, 200)
  sized('processing-task', 1769, FUNCTIONS['processing-task'].timeout)
  data.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'dev-image-processing-queue', VisibilityTimeout: 1200 })
})

it('wants somebody to tell of an account’s bill', () => {
  expect(() => accountSettings({ operators: [] })).toThrow('operators is []: write at least one e-mail address')
})

it('names the variables that no stack gives', () => {
  expect(() => picked('s3-metrics', { GENZO_STAGE: 'dev' })).toThrow(/function s3-metrics reads .*GENZO_ORIGINALS_BUCKET.*: give a value/)
})

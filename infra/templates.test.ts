import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'
// @ts-expect-error the package ships no types
import aslValidator from 'asl-validator'
import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { accountSettings, STAGE_NAMES } from './config.ts'
import { substituted, workflowDocument } from './constructs/workflow.ts'
import { TASK_FUNCTIONS } from './functions.ts'
import { accountApp } from './studio.ts'
import { synthesized } from './testing.ts'

const spec = loadAwsServiceSpecSync()
const operators = ['somebody@example.com']
const cases = STAGE_NAMES.flatMap((stage) => (['small', 'full'] as const).map((profile) => ({ stage, profile })))
const ATTRIBUTES = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
  'CreationPolicy',
  'UpdatePolicy',
]

/** What is wrong with a template by CloudFormation's own schema: unknown types, properties and attributes, and required ones left out. */
function faultsOf(template: any): string[] {
  return Object.entries<any>(template.Resources).flatMap(([id, resource]) => {
    if (/^(Custom::|AWS::CloudFormation::CustomResource)/.test(resource.Type)) return []
    const [known] = spec.lookup('resource', 'cloudFormationType', 'equals', resource.Type)
    if (!known) return [`${id}: no type ${resource.Type}`]
    const given = Object.keys(resource.Properties ?? {})
    const unknown = given.filter((name) => !(name in known.properties) && name !== 'Tags')
    const missing = Object.entries(known.properties).filter(([name, { required }]) => required && !given.includes(name))
    const odd = Object.keys(resource).filter((name) => !ATTRIBUTES.includes(name))
    return [
      ...unknown.map((name) => `${id}: no property ${name}`),
      ...missing.map(([name]) => `${id}: without ${name}`),
      ...odd.map((name) => `${id}: ${name}`),
    ]
  })
}

describe.each(cases)('stage $stage with profile $profile', ({ stage, profile }) => {
  const { assembly } = synthesized(stage, { profile, operators })

  it('is made without asking any account anything', () => {
    expect(assembly.manifest.missing ?? []).toEqual([])
  })

  it('has stacks that stand on each other in one order', () => {
    const names = assembly.stacks.map(({ stackName }) => stackName.replace(`Genzo-${stage}-`, ''))
    expect(names.filter((name) => name !== 'Edge')).toEqual(['Data', 'Engine', 'Api', 'Site', 'Operations'])
    expect(names.includes('Edge')).toBe(profile === 'full')
  })

  it('holds to CloudFormation’s schema, within its limits', () => {
    for (const { template, stackName } of assembly.stacks) {
      expect(faultsOf(template), stackName).toEqual([])
      expect(Object.keys(template.Resources).length).toBeLessThan(500)
      expect(JSON.stringify(template).length).toBeLessThan(1_000_000)
    }
  })

  it('puts no stack for people outside the region but what CloudFront reads from us-east-1', () => {
    for (const { stackName, environment } of assembly.stacks) {
      expect(environment.region).toBe(stackName.endsWith('-Edge') ? 'us-east-1' : 'ap-northeast-1')
    }
  })
})

it('tells schema faults when there are some', () => {
  const template = { Resources: { A: { Type: 'AWS::SQS::Queue', Properties: { Colour: 'red' } }, B: { Type: 'AWS::SQS::Cue' } } }
  expect(faultsOf(template)).toEqual(['A: no property Colour', 'B: no type AWS::SQS::Cue'])
})

it('keeps an account’s budgets and unusual spending in a stack of their own', () => {
  const { account } = accountApp(accountSettings({ operators }))
  const template = Template.fromStack(account)
  expect(faultsOf(template.toJSON())).toEqual([])
  template.resourceCountIs('AWS::Budgets::Budget', 2)
  template.hasResourceProperties('AWS::CE::AnomalySubscription', { Frequency: 'DAILY' })
})

it.each(['processing', 'generation'] as const)('fills the %s document in so that Step Functions takes it', (name) => {
  const arns = Object.fromEntries(
    Object.keys(TASK_FUNCTIONS[name]).map((state) => [state, 'arn:aws:lambda:eu-west-1:111111111111:function:f']),
  )
  const { isValid, errorsText } = aslValidator(substituted(workflowDocument(name), arns))
  expect(errorsText()).toBe('')
  expect(isValid).toBe(true)
})

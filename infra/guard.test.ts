import { Match, type Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { FUNCTIONS, type FunctionName } from './functions.ts'
import { BYTE_ACTIONS, FACT_ACTIONS, type Grant, PERMISSIONS, QUEUE_ACTIONS } from './permissions.ts'
import { synthesized } from './testing.ts'

const given = { mailFrom: 'studio@example.com', bedrock: { models: ['stable-image-core', 'stable-image-erase'] } }
const { data, engine, api, site, operations } = synthesized('prod', given)
const templates: Template[] = [data, engine, api, site, operations]
const resources = templates.flatMap((template) => Object.entries<any>(template.toJSON().Resources))
const functionOf = (name: FunctionName) => resources.find(([, one]) => one.Properties?.FunctionName === `genzo-prod-${name}`)![1]
const roleOf = (name: FunctionName) => resources.find(([id]) => id === functionOf(name).Properties.Role['Fn::GetAtt'][0])![1]
const statementsOf = (name: FunctionName): any[] => roleOf(name).Properties.Policies?.[0]?.PolicyDocument.Statement ?? []
const actionsIn = (statement: any): string[] => [statement.Action].flat()
const granted = (name: FunctionName, actions: readonly string[]) =>
  statementsOf(name).filter((statement) => actionsIn(statement).join() === actions.join())

const names = Object.keys(FUNCTIONS) as FunctionName[]
const pairs = names.flatMap((name) => PERMISSIONS[name].map((grant) => ({ name, grant, label: (grant as readonly string[]).join(' ') })))

describe.each(names)('the role of %s', (name) => {
  it('is bounded, and begins from nothing that AWS manages', () => {
    expect(roleOf(name).Properties.PermissionsBoundary).toBeDefined()
    expect(roleOf(name).Properties.ManagedPolicyArns).toBeUndefined()
  })

  it('allows no action by wildcard, and everything only where it is named', () => {
    for (const statement of statementsOf(name)) {
      for (const action of actionsIn(statement)) expect(action).not.toContain('*')
      if (JSON.stringify(statement.Resource) === '"*"') expect(actionsIn(statement)).toEqual(['bedrock:ListFoundationModels'])
    }
  })

  it('has as many statements as grants, and what they imply', () => {
    const implied = statementsOf(name).filter((statement) =>
      /^s3:ListBucket|ListFoundationModels|DescribeExecution/.test(actionsIn(statement)[0]!),
    )
    const own = PERMISSIONS[name].filter((grant) => grant[0] !== 'count' && grant[0] !== 'words')
    expect(statementsOf(name).length - implied.length).toBe(own.length)
  })
})

/** The statement that a grant must have made, and what its resource must name. */
function wanted(grant: Grant): { actions: readonly string[]; about: RegExp } | undefined {
  const [kind, on] = grant as readonly [Grant[0], string]
  if (kind === 'read' || kind === 'write') return { actions: FACT_ACTIONS[kind], about: new RegExp(`Facts${on}`) }
  if (kind === 'open' || kind === 'put' || kind === 'parts' || kind === 'purge')
    return { actions: BYTE_ACTIONS[kind], about: new RegExp(`/${on}/\\*`) }
  if (kind === 'send' || kind === 'consume' || kind === 'measure')
    return { actions: QUEUE_ACTIONS[kind], about: new RegExp(on.endsWith('-dlq') ? 'DeadLetters' : 'Queue') }
  if (kind === 'secret') return { actions: ['secretsmanager:GetSecretValue'], about: /Secret/ }
  if (kind === 'announce') return { actions: ['sns:Publish'], about: /Processed/ }
  if (kind === 'letters') return { actions: ['ses:SendEmail'], about: /identity\/studio@example\.com/ }
  return undefined
}

describe.each(pairs)('$name: $label', ({ name, grant }) => {
  it('is a statement of its own on just that', () => {
    const want = wanted(grant)
    if (!want) return expect(statementsOf(name).length).toBeGreaterThan(0)
    const found = granted(name, want.actions).filter((statement) => want.about.test(JSON.stringify(statement.Resource)))
    expect(found.length).toBeGreaterThan(0)
  })
})

describe('bedrock', () => {
  it('is open for the configured models alone, by id and by each region of a profile', () => {
    const [statement] = granted('generation-task', ['bedrock:InvokeModel'])
    const text = JSON.stringify(statement.Resource)
    expect(text).toContain('us-west-2::foundation-model/stability.stable-image-core-v1:1')
    expect(text).toContain('inference-profile/us.stability.stable-image-erase-object-v1:0')
    for (const region of ['us-east-1', 'us-east-2', 'us-west-2'])
      expect(text).toContain(`${region}::foundation-model/stability.stable-image-erase-object-v1:0`)
    expect(text).not.toMatch(/\*|ultra|upscale/)
  })

  it('is closed to every other function', () => {
    for (const name of names.filter((one) => one !== 'generation-task')) expect(granted(name, ['bedrock:InvokeModel'])).toEqual([])
  })

  it('fails synthesis for a model that the catalogue does not have', () => {
    expect(() => synthesized('dev', { bedrock: { models: ['dall-e'] } })).toThrow('bedrock.models names "dall-e": write ids of')
  })
})

it('bounds every role of every stack, also those that CDK makes for itself', () => {
  const roles = resources.filter(([, { Type }]) => Type === 'AWS::IAM::Role')
  expect(roles.length).toBeGreaterThan(names.length)
  // CDK makes this one after everything else, when no boundary can be put on it any more: it reads the edge stack's two ARNs.
  const [late, bounded] = [
    roles.filter(([id]) => /^CustomCrossRegionExportReader/.test(id)),
    roles.filter(([id]) => !/^CustomCross/.test(id)),
  ]
  for (const [id, { Properties }] of bounded) expect(Properties.PermissionsBoundary, id).toBeDefined()
  for (const [, { Properties }] of late) {
    const [{ PolicyDocument }, ...others] = Properties.Policies
    expect(others).toEqual([])
    for (const { Action, Resource } of PolicyDocument.Statement) {
      for (const action of [Action].flat()) expect(action).toMatch(/^ssm:/)
      expect(JSON.stringify(Resource)).toContain(':parameter/cdk/exports/')
    }
  }
})

it('encrypts environment values with the stage’s own key where it has one', () => {
  const own = synthesized('dev', { encryption: 'kms' }).engine
  own.allResourcesProperties('AWS::Lambda::Function', { KmsKeyArn: Match.anyValue() })
})

it('writes no secret into a template', () => {
  expect(JSON.stringify(resources)).not.toMatch(/"(ClientSecret|client_secret)":"(?!\{\{resolve)/)
})

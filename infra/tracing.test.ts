import { expect, it } from 'vitest'
import { FUNCTIONS, type FunctionName } from './functions.ts'
import { synthesized } from './testing.ts'

const { data, engine, api, site, operations } = synthesized('dev', { mailFrom: 'studio@example.com' })
const resources = [data, engine, api, site, operations].flatMap((template) => Object.entries<any>(template.toJSON().Resources))
const ofType = (type: string) => resources.flatMap(([, { Type, Properties }]) => (Type === type ? [Properties] : []))
/** Everything that policies allow a role, its own and those attached. */
const allowedTo = (role: string): string[] =>
  resources
    .flatMap(([id, { Properties }]) => {
      const attached = [Properties?.Roles ?? []].flat().some((one: any) => one?.Ref === role)
      const own = id === role ? (Properties.Policies ?? []) : []
      return [...own, ...(attached ? [Properties] : [])]
    })
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action }) => Action)

it.each(Object.keys(FUNCTIONS) as FunctionName[])('%s is traced, and may say so', (name) => {
  const fn = ofType('AWS::Lambda::Function').find(({ FunctionName }) => FunctionName === `genzo-dev-${name}`)
  expect(fn.TracingConfig).toEqual({ Mode: 'Active' })
  expect(allowedTo(fn.Role['Fn::GetAtt'][0])).toEqual(expect.arrayContaining(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']))
})

it('so are both workflows, and every stage of the API', () => {
  const machines = ofType('AWS::StepFunctions::StateMachine')
  expect(machines.map(({ TracingConfiguration }) => TracingConfiguration)).toEqual([{ Enabled: true }, { Enabled: true }])
  for (const { RoleArn } of machines) expect(allowedTo(RoleArn['Fn::GetAtt'][0])).toContain('xray:PutTraceSegments')
  expect(ofType('AWS::ApiGateway::Stage').map(({ TracingEnabled }) => TracingEnabled)).toEqual([true])
})

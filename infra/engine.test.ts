import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { substituted, workflowDocument } from './constructs/workflow.ts'
import { FUNCTIONS, TASK_FUNCTIONS } from './functions.ts'
import { synthesized } from './testing.ts'

const { engine } = synthesized('prod')
const ENGINE_FUNCTIONS = ['image-processor', 'processing-task', 'processing-step', 'generation-worker', 'generation-task'] as const

describe.each(ENGINE_FUNCTIONS)('function %s', (name) => {
  it('runs Node 24 on Arm with the memory and time of its row, traced', () => {
    engine.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: `genzo-prod-${name}`,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: FUNCTIONS[name].memory,
      Timeout: FUNCTIONS[name].timeout,
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON' },
    })
  })

  it('keeps its log for the days of the stage', () => {
    engine.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: `/genzo/prod/${name}`, RetentionInDays: 90 })
  })
})

it('has a role of its own for every function, none shared', () => {
  const functions = Object.values(engine.findResources('AWS::Lambda::Function'))
  const roles = functions.map(({ Properties }) => JSON.stringify(Properties.Role))
  expect(new Set(roles).size).toBe(functions.length)
})

it('bounds every role by the stage’s boundary', () => {
  const roles = Object.values(engine.findResources('AWS::IAM::Role'))
  expect(roles.length).toBeGreaterThan(5)
  for (const { Properties } of roles) expect(JSON.stringify(Properties.PermissionsBoundary)).toContain('genzo-prod-boundary')
})

it('retries only the failed messages of a batch', () => {
  engine.resourceCountIs('AWS::Lambda::EventSourceMapping', 2)
  engine.allResourcesProperties('AWS::Lambda::EventSourceMapping', {
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: Match.anyValue() },
  })
})

it('has a queue for generations with dead letters of its own', () => {
  engine.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'image-generation-queue', RedrivePolicy: Match.anyValue() })
  engine.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'image-generation-dlq' })
})

it('tells operators by image-processed-topic, over TLS alone', () => {
  engine.hasResourceProperties('AWS::SNS::Topic', { TopicName: 'image-processed-topic' })
  engine.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]),
    },
  })
})

it('runs processing as an Express machine, since its starter waits for the answer, and generation as a Standard one', () => {
  engine.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    StateMachineName: 'genzo-prod-processing',
    StateMachineType: 'EXPRESS',
  })
  engine.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    StateMachineName: 'genzo-prod-generation',
    StateMachineType: 'STANDARD',
  })
  engine.allResourcesProperties('AWS::StepFunctions::StateMachine', {
    TracingConfiguration: { Enabled: true },
    LoggingConfiguration: { IncludeExecutionData: true, Destinations: Match.anyValue() },
  })
})

describe.each(['processing', 'generation'] as const)('the %s document', (name) => {
  const arns = Object.fromEntries(Object.keys(TASK_FUNCTIONS[name]).map((state) => [state, `arn:aws:lambda:eu-west-1:1:function:${state}`]))

  it('asks a function of ours in every task, and tells it the state', () => {
    const text = JSON.stringify(substituted(workflowDocument(name), arns))
    expect(text).not.toContain('000000000000')
    for (const [state, arn] of Object.entries(arns)) {
      expect(text).toContain(arn)
      expect(text).toContain(JSON.stringify({ task: state, 'input.$': '$' }))
    }
  })

  it('keeps everything else as it is interpreted on one machine', () => {
    const strip = (value: any): any => {
      if (Array.isArray(value)) return value.map(strip)
      if (value === null || typeof value !== 'object') return value
      const { Resource: _, Parameters: __, ...rest } = value
      return Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, strip(inner)]))
    }
    expect(strip(substituted(workflowDocument(name), arns))).toEqual(strip(workflowDocument(name)))
  })

  it('fails synthesis for a task that no function runs', () => {
    expect(() => substituted(workflowDocument(name), {})).toThrow('has no function: name one in TASK_FUNCTIONS')
  })
})

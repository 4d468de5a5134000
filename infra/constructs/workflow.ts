import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RemovalPolicy } from 'aws-cdk-lib'
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import type { Settings } from '../config.ts'
import { stageName } from '../names.ts'

type State = { Type: string; Resource?: string; Parameters?: unknown; ItemProcessor?: Machine; Branches?: Machine[] } & Record<
  string,
  unknown
>
type Machine = { States: Record<string, State> } & Record<string, unknown>

export interface WorkflowProps {
  /** `src/core/workflows/{name}.asl.json`. */
  readonly name: 'processing' | 'generation'
  /** ARN of the function that runs each task, by state name. */
  readonly functionArns: Readonly<Record<string, string>>
  /** Express answers whoever started it; Standard runs on its own, under a name that is used once. */
  readonly kind: 'EXPRESS' | 'STANDARD'
  /** Names the machine, and says how long its log is kept. */
  readonly settings: Settings
}

/** An ASL file of the studio as a state machine: the same document that one machine interprets, with its functions filled in. */
export class Workflow extends Construct {
  readonly arn: string
  readonly machine: CfnStateMachine

  constructor(scope: Construct, id: string, { name, functionArns, kind, settings }: WorkflowProps) {
    super(scope, id)
    const machineName = stageName(settings, name)
    const log = new LogGroup(this, 'Logs', {
      // Step Functions' own prefix: its logs would otherwise crowd the one resource policy of an account.
      logGroupName: `/aws/vendedlogs/states/${machineName}`,
      retention: settings.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      description: `Rights of the ${name} workflow`,
    })
    const allow = (actions: string[], resources: string[]) =>
      role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources }))
    allow(['lambda:InvokeFunction'], [...new Set(Object.values(functionArns))])
    // Neither service has resources to name here (docs.aws.amazon.com/step-functions, cw-logs and concepts-xray-tracing).
    allow(
      [
        'logs:CreateLogDelivery',
        'logs:GetLogDelivery',
        'logs:UpdateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:ListLogDeliveries',
      ].concat(['logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups']),
      ['*'],
    )
    allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'], ['*'])

    this.machine = new CfnStateMachine(this, 'Machine', {
      stateMachineName: machineName,
      stateMachineType: kind,
      definition: substituted(workflowDocument(name), functionArns),
      roleArn: role.roleArn,
      tracingConfiguration: { enabled: true },
      loggingConfiguration: {
        // State carries ids and never prompts or bytes, so what is logged is safe to read.
        includeExecutionData: true,
        level: 'ALL',
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: log.logGroupArn } }],
      },
    })
    this.machine.node.addDependency(role)
    this.arn = this.machine.attrArn
  }
}

/** The document as it lies in the tree. */
export function workflowDocument(name: WorkflowProps['name']): Machine {
  return JSON.parse(readFileSync(join(import.meta.dirname, `../../src/core/workflows/${name}.asl.json`), 'utf8'))
}

/**
 * The document with each task's function in place of its stand-in. A task is told its own state's name, so that one function serves many:
 * its event is `{task, input}`.
 */
export function substituted(machine: Machine, functionArns: Readonly<Record<string, string>>): Machine {
  const state = (name: string, given: State): State => {
    if (given.ItemProcessor) return { ...given, ItemProcessor: substituted(given.ItemProcessor, functionArns) }
    if (given.Branches) return { ...given, Branches: given.Branches.map((branch) => substituted(branch, functionArns)) }
    if (given.Type !== 'Task') return given
    const arn = functionArns[name]
    if (!arn) throw new Error(`state ${name} has no function: name one in TASK_FUNCTIONS of infra/functions.ts`)
    return { ...given, Resource: arn, Parameters: { task: name, 'input.$': '$' } }
  }
  return { ...machine, States: Object.fromEntries(Object.entries(machine.States).map(([name, given]) => [name, state(name, given)])) }
}

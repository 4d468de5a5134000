import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import {
  Alias,
  Architecture,
  type Code,
  type IFunction,
  type IVersion,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { definitionOf, type EnvOf, type FunctionName } from '../functions.ts'
import { stageName } from '../names.ts'
import { PERMISSIONS } from '../permissions.ts'
import { type StudioResources, statementsOf } from '../resources.ts'

/** Where a function's code comes from: bundles in a deployment, a line of text in a test of the template. */
export type CodeOf = (name: FunctionName) => Code

export interface StudioFunctionProps<N extends FunctionName> {
  /** Its row in FUNCTIONS, and its grants in PERMISSIONS. */
  readonly name: N
  /** Values of exactly the variables that its handler reads. An undefined one is left out. */
  readonly environment: EnvOf<N>
  /** What its grants are about. */
  readonly resources: StudioResources
  /** Its code. */
  readonly codeOf: CodeOf
  /** @default 0 instances are kept warm */
  readonly warm?: number
}

/** One function of the studio: small, on Arm, traced, its logs kept for the stage's days, its role made of its grants and nothing else. */
export class StudioFunction<N extends FunctionName = FunctionName> extends Construct {
  readonly fn: LambdaFunction
  /** What callers should call: the warm alias where there is one. */
  readonly target: IFunction
  readonly timeout: number

  constructor(scope: Construct, id: string, { name, environment, resources, codeOf, warm = 0 }: StudioFunctionProps<N>) {
    super(scope, id)
    const { settings, key } = resources
    const { handler = 'handler', memory, timeout, about } = definitionOf(settings, name)
    this.timeout = timeout
    const functionName = stageName(settings, name)
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/genzo/${settings.stage}/${name}`,
      retention: settings.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const statements = statementsOf(this, PERMISSIONS[name], resources)
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Rights of ${functionName}: ${about}`,
      ...(statements.length > 0 && { inlinePolicies: { Grants: new PolicyDocument({ statements, minimize: false }) } }),
    })
    logGroup.grantWrite(role)
    this.fn = new LambdaFunction(this, 'Function', {
      functionName,
      description: about,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: `index.${handler}`,
      code: codeOf(name),
      memorySize: memory,
      timeout: Duration.seconds(timeout),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      environment: present(environment),
      ...environmentKey(key),
    })
    this.target = (warm > 0 ? this.keepWarm(warm) : this.fn) as IFunction
  }

  private keepWarm(instances: number): Alias {
    const version = this.fn.currentVersion as IVersion
    return new Alias(this, 'Warm', { aliasName: 'warm', version, provisionedConcurrentExecutions: instances })
  }
}

/** AWS encrypts every environment; with a key of one's own, by that. */
const environmentKey = (key: IKey | undefined) => (key ? { environmentEncryption: key } : {})

const present = (values: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined))

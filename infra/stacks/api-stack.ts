import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Settings } from '../config.ts'
import { GatewayApi } from '../constructs/gateway-api.ts'
import { guardRoles } from '../constructs/guard.ts'
import { type CodeOf, StudioFunction } from '../constructs/studio-function.ts'
import { pascal, picked, studioEnvironment } from '../environment.ts'
import type { FunctionName } from '../functions.ts'
import type { StudioResources } from '../resources.ts'
import type { DataStack } from './data-stack.ts'
import type { EngineStack } from './engine-stack.ts'

export interface ApiStackProps extends StackProps {
  /** The stage. */
  readonly settings: Settings
  /** What it reads and writes. */
  readonly data: DataStack
  /** Whom it gives work. */
  readonly engine: EngineStack
  /** Code of each function. */
  readonly codeOf: CodeOf
}

/** The way in over HTTP: four functions behind one REST API. */
export class ApiStack extends Stack {
  readonly gateway: GatewayApi
  readonly functions = new Map<FunctionName, StudioFunction>()

  constructor(scope: Construct, id: string, { settings, data, engine, codeOf, ...props }: ApiStackProps) {
    super(scope, id, props)
    guardRoles(this, settings)
    const resources: StudioResources = { ...engine.resources, userPoolArn: data.identity.pool.userPoolArn }
    const environment = studioEnvironment(settings, data, engine)
    const add = <N extends FunctionName>(name: N, warm = 0) => {
      const made = new StudioFunction(this, pascal(name), { name, environment: picked(name, environment), resources, codeOf, warm })
      this.functions.set(name, made as unknown as StudioFunction)
      return made.target
    }
    const { warmApi } = settings.traits
    this.gateway = new GatewayApi(this, 'Gateway', {
      settings,
      userPoolArn: data.identity.pool.userPoolArn,
      api: add('api', warmApi),
      stream: add('api-stream'),
      authorizer: add('authorizer', warmApi),
      upload: add('generate-upload-url'),
    })
    new CfnOutput(this, 'ApiUrl', { value: this.gateway.rest.url, description: 'The API without CloudFront before it' })
  }
}

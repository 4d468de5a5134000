import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import {
  AccessLogField,
  AccessLogFormat,
  ApiDefinition,
  ApiKey,
  EndpointType,
  type IRestApi,
  LogGroupLogDestination,
  MethodLoggingLevel,
  Period,
  SpecRestApi,
  type StageOptions,
} from 'aws-cdk-lib/aws-apigateway'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2'
import { Construct } from 'constructs'
import { RESOURCE } from '#entries/aws-config.ts'
import { ROUTE_TABLE } from '#http/route-table.ts'
import type { Settings } from '../config.ts'
import { gatewayDocument } from '../gateway.ts'
import { stageName } from '../names.ts'
import { Firewall } from './firewall.ts'

export interface GatewayApiProps {
  /** The stage: pace, caches, partners, logs. */
  readonly settings: Settings
  /** Whose tokens may ask for an upload. */
  readonly userPoolArn: string
  /** Answers whole. */
  readonly api: IFunction
  /** Answers as it goes. */
  readonly stream: IFunction
  /** Knows every credential. */
  readonly authorizer: IFunction
  /** Signs uploads. */
  readonly upload: IFunction
}

/** Every route below it wants a gateway key once the stage names partners: the door for machines, in OpenAI's dialect. */
const PARTNER_PREFIX = '/v1'
const CATALOGUE_SECONDS = 300

/** The REST API: every route of the table, its pace, its log, and in front of it a firewall where the stage pays for one. */
export class GatewayApi extends Construct {
  readonly rest: SpecRestApi
  readonly accessLog: LogGroup

  constructor(scope: Construct, id: string, props: GatewayApiProps) {
    super(scope, id)
    const { settings } = props
    this.accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: `/genzo/${settings.stage}/access`,
      retention: settings.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.rest = new SpecRestApi(this, 'Rest', {
      restApiName: stageName(settings, 'api'),
      apiDefinition: ApiDefinition.fromInline(this.document(props)),
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: true,
      deployOptions: this.stageOptions(settings),
    })
    for (const fn of new Set([props.api, props.stream, props.authorizer, props.upload])) this.mayCall(fn)
    this.addPartners(settings)
    if (settings.traits.hasFirewall) this.addFirewall(settings)
  }

  /** Host of the API, without scheme or stage: what CloudFront asks. */
  get host(): string {
    return `${this.rest.restApiId}.execute-api.${Stack.of(this).region}.${Aws.URL_SUFFIX}`
  }

  private document({ settings, api, stream, authorizer, upload, userPoolArn }: GatewayApiProps): Record<string, unknown> {
    const uri = (fn: IFunction, call = '2015-03-31/functions', how = 'invocations') =>
      `arn:${Aws.PARTITION}:apigateway:${Stack.of(this).region}:lambda:path/${call}/${fn.functionArn}/${how}`
    return gatewayDocument(ROUTE_TABLE, {
      title: `Genzo ${settings.stage}`,
      apiUri: uri(api),
      streamUri: uri(stream, '2021-11-15/functions', 'response-streaming-invocations'),
      uploadUri: uri(upload),
      authorizerUri: uri(authorizer),
      userPoolArn,
      resource: RESOURCE,
      corsOrigin: settings.publicUrl ?? 'https://not-deployed-yet.invalid',
      ...(settings.partners.length > 0 && { keyedPrefix: PARTNER_PREFIX }),
    })
  }

  private stageOptions({ stage, throttle, traits }: Settings): StageOptions {
    const cached = traits.hasCatalogueCache
      ? { cachingEnabled: true, cacheTtl: Duration.seconds(CATALOGUE_SECONDS), cacheDataEncrypted: true }
      : { cachingEnabled: false }
    return {
      stageName: stage,
      tracingEnabled: true,
      // Numbers by route are billed as metrics of one's own, some $70 a month; the app tells its own by route.
      metricsEnabled: false,
      loggingLevel: MethodLoggingLevel.ERROR,
      // Bodies hold prompts, which no log may.
      dataTraceEnabled: false,
      throttlingRateLimit: throttle.rate,
      throttlingBurstLimit: throttle.burst,
      ...(traits.hasCatalogueCache && { cacheClusterEnabled: true, cacheClusterSize: '0.5' }),
      cachingEnabled: false,
      methodOptions: {
        // The same for everybody, and asked by every page; whoever may not see it is refused before the cache.
        '/api/models/GET': cached,
        // What costs money or is tried against locks comes slower.
        '/api/generations/POST': { throttlingRateLimit: Math.ceil(throttle.rate / 5), throttlingBurstLimit: Math.ceil(throttle.burst / 5) },
        '/generate-upload-url/POST': {
          throttlingRateLimit: Math.ceil(throttle.rate / 2),
          throttlingBurstLimit: Math.ceil(throttle.burst / 2),
        },
      },
      accessLogDestination: new LogGroupLogDestination(this.accessLog),
      accessLogFormat: AccessLogFormat.custom(
        JSON.stringify({
          requestId: AccessLogField.contextRequestId(),
          at: AccessLogField.contextRequestTimeEpoch(),
          method: AccessLogField.contextHttpMethod(),
          // The route, not the path: ids of people's pictures stay out of the log.
          route: AccessLogField.contextResourcePath(),
          status: AccessLogField.contextStatus(),
          ms: AccessLogField.contextResponseLatency(),
          integrationMs: AccessLogField.contextIntegrationLatency(),
          bytes: AccessLogField.contextResponseLength(),
          error: AccessLogField.contextErrorResponseType(),
          address: AccessLogField.contextIdentitySourceIp(),
        }),
      ),
    }
  }

  private mayCall(fn: IFunction): void {
    fn.addPermission(`Gateway${fn.node.addr.slice(0, 8)}`, {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: `arn:${Aws.PARTITION}:execute-api:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:${this.rest.restApiId}/*`,
    })
  }

  /** A key and a plan for each partner: its pace and its month are its own. */
  private addPartners({ partners, stage }: Settings): void {
    for (const { name, requestsPerSecond, burst, requestsPerMonth } of partners) {
      const plan = this.rest.addUsagePlan(`Plan${name}`, {
        name: stageName({ stage }, name),
        description: `What the partner ${name} may ask`,
        throttle: { rateLimit: requestsPerSecond, burstLimit: burst },
        quota: { limit: requestsPerMonth, period: Period.MONTH },
        apiStages: [{ api: this.rest as IRestApi, stage: this.rest.deploymentStage }],
      })
      plan.addApiKey(new ApiKey(this, `Key${name}`, { apiKeyName: stageName({ stage }, name), description: `The partner ${name}` }))
    }
  }

  private addFirewall(settings: Settings): void {
    const { arn } = new Firewall(this, 'Firewall', { scope: 'REGIONAL', name: stageName(settings, 'api'), requestsPerAddress: 3000 })
    new CfnWebACLAssociation(this, 'Guarded', { webAclArn: arn, resourceArn: this.rest.deploymentStage.stageArn })
  }
}

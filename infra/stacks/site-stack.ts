import { CfnOutput, SecretValue, Stack, type StackProps } from 'aws-cdk-lib'
import { CfnApp, CfnBranch } from 'aws-cdk-lib/aws-amplify'
import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront'
import { FunctionUrlAuthType, type IFunctionUrl, InvokeMode } from 'aws-cdk-lib/aws-lambda'
import { AaaaRecord, ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53'
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { BucketDeployment, CacheControl, type ISource } from 'aws-cdk-lib/aws-s3-deployment'
import type { Construct } from 'constructs'
import { ROUTE_TABLE } from '#http/route-table.ts'
import type { Settings } from '../config.ts'
import { guardRoles } from '../constructs/guard.ts'
import { Site } from '../constructs/site.ts'
import { type CodeOf, StudioFunction } from '../constructs/studio-function.ts'
import { byteEnvironment, commonEnvironment, picked, signingEnvironment } from '../environment.ts'
import { stageName } from '../names.ts'
import { apiPatterns } from '../site-routes.ts'
import type { ApiStack } from './api-stack.ts'
import type { DataStack } from './data-stack.ts'
import type { EdgeStack } from './edge-stack.ts'

export interface SiteStackProps extends StackProps {
  /** The stage. */
  readonly settings: Settings
  /** Where pictures lie, and keys of links. */
  readonly data: DataStack
  /** What `/api` goes to. */
  readonly api: ApiStack
  /** Certificate and firewall, where the stage has them. */
  readonly edge: EdgeStack | undefined
  /** Code of the maker. */
  readonly codeOf: CodeOf
  /** The built web app. */
  readonly webSource: ISource
  /** Code of the edge's function for pictures. */
  readonly pictureCode: string
}

/** The one address: pages, API and pictures behind CloudFront, and the function that makes pictures nobody asked for before. */
export class SiteStack extends Stack {
  readonly site: Site
  readonly maker: StudioFunction<'deliver'>

  constructor(scope: Construct, id: string, props: SiteStackProps) {
    super(scope, id, props)
    const { settings, data, api, edge, codeOf, webSource, pictureCode } = props
    guardRoles(this, settings)
    const environment = { ...commonEnvironment(settings), ...byteEnvironment(data), ...signingEnvironment(data, settings) }
    this.maker = new StudioFunction(this, 'Deliver', {
      name: 'deliver',
      environment: picked('deliver', environment),
      resources: data.resources,
      codeOf,
    })
    // Signed by CloudFront for this distribution: nobody else can call it.
    const maker = this.maker.fn.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM, invokeMode: InvokeMode.BUFFERED })
    this.site = new Site(this, 'Site', {
      settings,
      api: { host: api.gateway.host, stage: settings.stage },
      renditions: byName(this, 'RenditionsByName', data.bytes.renditions),
      maker: maker as IFunctionUrl,
      linkKeys: data.linkKeys,
      pictureCode,
      accessLogs: byName(this, 'LogsByName', data.bytes.accessLogs),
      firewallArn: edge?.firewallArn,
      certificateArn: edge?.certificateArn ?? settings.domain?.certificateArn,
      connectTo: [
        data.identity.loginUrl,
        `https://cognito-idp.${this.region}.amazonaws.com`,
        `https://${data.bytes.originals.bucketRegionalDomainName}`,
      ],
    })
    if (settings.hosting.kind === 'amplify') this.hostByAmplify(settings, settings.hosting)
    else this.publish(webSource, this.site.web!)
    this.addRecords(settings)
    new CfnOutput(this, 'SiteUrl', { value: settings.publicUrl ?? `https://${this.site.distribution.distributionDomainName}` })
    new CfnOutput(this, 'DistributionId', { value: this.site.distribution.distributionId })
  }

  /** Files with a hash first, the page that names them after: nobody is sent to a file that is not there yet. */
  private publish(source: ISource, web: Bucket): void {
    const common = { sources: [source], destinationBucket: web as IBucket, prune: false, memoryLimit: 512 }
    const files = new BucketDeployment(this, 'Files', {
      ...common,
      exclude: ['index.html'],
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
    })
    const page = new BucketDeployment(this, 'Page', {
      ...common,
      exclude: ['*'],
      include: ['index.html'],
      cacheControl: [CacheControl.fromString('no-cache')],
      distribution: this.site.distribution as IDistribution,
      distributionPaths: ['/index.html'],
    })
    page.node.addDependency(files)
  }

  /** Built by Amplify from Git; what is not a page it fetches from the distribution. */
  private hostByAmplify(settings: Settings, hosting: { repository: string; branch: string; tokenSecretName: string }): void {
    const target = `https://${this.site.distribution.distributionDomainName}`
    const forwarded = [...apiPatterns(ROUTE_TABLE), '/i/*'].map((pattern) => ({
      ...{ source: pattern.replace('*', '<*>'), target: `${target}${pattern.replace('*', '<*>')}`, status: '200' },
    }))
    const app = new CfnApp(this, 'Amplify', {
      name: stageName(settings, 'web'),
      repository: hosting.repository,
      accessToken: SecretValue.secretsManager(hosting.tokenSecretName).unsafeUnwrap(),
      platform: 'WEB',
      customRules: [...forwarded, { source: '</^[^.]+$/>', target: '/index.html', status: '200' }],
      buildSpec: [
        'version: 1',
        'frontend:',
        '  phases:',
        '    preBuild:',
        '      commands: [npm ci]',
        '    build:',
        '      commands: [npm run build:web]',
      ]
        .concat(['  artifacts:', '    baseDirectory: dist/web', "    files: ['**/*']"])
        .join('\n'),
    })
    new CfnBranch(this, 'AmplifyBranch', { appId: app.attrAppId, branchName: hosting.branch, enableAutoBuild: true, stage: 'PRODUCTION' })
    new CfnOutput(this, 'AmplifyUrl', { value: `https://${hosting.branch}.${app.attrDefaultDomain}` })
  }

  private addRecords({ domain }: Settings): void {
    if (!domain?.hostedZone) return
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: domain.hostedZone.id, zoneName: domain.hostedZone.name })
    const target = RecordTarget.fromAlias(new CloudFrontTarget(this.site.distribution as IDistribution))
    new ARecord(this, 'Ipv4', { zone, recordName: domain.name, target })
    new AaaaRecord(this, 'Ipv6', { zone, recordName: domain.name, target })
  }
}

/** A bucket that keeps its own policy: else CDK would write this stack's distribution into it, and each stack wait for the other. */
function byName(scope: Construct, id: string, { bucketName, bucketRegionalDomainName, bucketArn }: Bucket): IBucket {
  return Bucket.fromBucketAttributes(scope, id, { bucketName, bucketRegionalDomainName, bucketArn })
}

import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { Certificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  AllowedMethods,
  type BehaviorOptions,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  type ICachePolicy,
  type IKeyValueStore,
  type IOrigin,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { FunctionUrlOrigin, HttpOrigin, OriginGroup, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import type { IFunctionUrl } from 'aws-cdk-lib/aws-lambda'
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { ROUTE_TABLE } from '#http/route-table.ts'
import type { Settings } from '../config.ts'
import { CREDENTIAL_FUNCTION, PAGE_FUNCTION } from '../edge-code.ts'
import { bucketName, stageName } from '../names.ts'
import { apiPatterns, PICTURE_PATTERN } from '../site-routes.ts'

export interface SiteProps {
  /** The stage: domain, hosting, retention. */
  readonly settings: Settings
  /** Host and first folder of the API. */
  readonly api: { readonly host: string; readonly stage: string }
  /** Where pictures lie that were made before. */
  readonly renditions: IBucket
  /** Makes those that were not. */
  readonly maker: IFunctionUrl
  /** Keys of links. */
  readonly linkKeys: IKeyValueStore
  /** Checks links and names what they ask for; and puts a viewer's headers on the answer. */
  readonly pictureCode: string
  /** Who came. */
  readonly accessLogs: IBucket
  /** A firewall in us-east-1. */
  readonly firewallArn?: string | undefined
  /** A certificate in us-east-1 for the stage's domain. */
  readonly certificateArn?: string | undefined
  /** Where the login pages and the store are, for the content security policy. */
  readonly connectTo: readonly string[]
}

/** Everything people see, under one address: pages from a private bucket, the API, and pictures checked at the edge. HTTPS only. */
export class Site extends Construct {
  /** Absent when Amplify serves the pages. */
  readonly web: Bucket | undefined
  readonly distribution: Distribution

  constructor(scope: Construct, id: string, props: SiteProps) {
    super(scope, id)
    const { settings, api, certificateArn, firewallArn } = props
    const apiOrigin = new HttpOrigin(api.host, {
      originPath: `/${api.stage}`,
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
      // Long answers stream; between two of their pieces may pass as long as CloudFront allows without a support case.
      readTimeout: Duration.seconds(60),
      keepaliveTimeout: Duration.seconds(60),
    })
    const apiBehavior = this.apiBehavior(props, apiOrigin)
    this.web = settings.hosting.kind === 'cloudfront' ? this.makeWebBucket(props) : undefined
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `Genzo ${settings.stage}`,
      defaultBehavior: this.web ? this.pageBehavior(props, this.web) : apiBehavior,
      ...(this.web && { defaultRootObject: 'index.html' }),
      additionalBehaviors: {
        ...Object.fromEntries(apiPatterns(ROUTE_TABLE).map((pattern) => [pattern, apiBehavior])),
        [PICTURE_PATTERN]: this.pictureBehavior(props),
      },
      httpVersion: HttpVersion.HTTP2_AND_3,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      priceClass: PriceClass.PRICE_CLASS_200,
      logBucket: props.accessLogs,
      logFilePrefix: 'cloudfront/',
      ...(firewallArn && { webAclId: firewallArn }),
      ...(certificateArn && settings.domain && { certificate: this.certificate(certificateArn), domainNames: [settings.domain.name] }),
    })
  }

  private certificate(arn: string): ICertificate {
    return Certificate.fromCertificateArn(this, 'Certificate', arn)
  }

  private makeWebBucket({ settings, accessLogs }: SiteProps): Bucket {
    return new Bucket(this, 'Web', {
      bucketName: bucketName(this, settings, 'web'),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'web/',
      lifecycleRules: [{ id: 'earlier-releases', noncurrentVersionExpiration: Duration.days(30) }],
      // Built from Git: nothing in it is the only copy.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    })
  }

  /** Files with a hash in their name are kept for ever, as their own headers say; the page itself is asked for each time. */
  private pageBehavior(props: SiteProps, web: Bucket): BehaviorOptions {
    return {
      origin: S3BucketOrigin.withOriginAccessControl(web as IBucket),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      compress: true,
      responseHeadersPolicy: this.securityHeaders(props),
      functionAssociations: [
        { eventType: FunctionEventType.VIEWER_REQUEST, function: this.edge('Page', PAGE_FUNCTION, props, 'Every page is one file') },
      ],
    }
  }

  /** Nothing is kept: answers belong to who asked. `Host` stays behind, since the gateway knows only its own. */
  private apiBehavior(props: SiteProps, origin: IOrigin): BehaviorOptions {
    return {
      origin,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      compress: true,
      responseHeadersPolicy: this.apiHeaders(props.settings),
      functionAssociations: [
        {
          eventType: FunctionEventType.VIEWER_REQUEST,
          function: this.edge('Credential', CREDENTIAL_FUNCTION, props, 'A key by either header'),
        },
      ],
    }
  }

  /** The link is checked at the edge, which asks by name alone: one kept copy serves every link to the same picture. */
  private pictureBehavior(props: SiteProps): BehaviorOptions {
    const { renditions, maker, pictureCode, linkKeys } = props
    const checks = this.edge('Picture', pictureCode, props, 'Checks links to pictures, and writes the headers of what they show', linkKeys)
    return {
      origin: new OriginGroup({
        primaryOrigin: S3BucketOrigin.withOriginAccessControl(renditions),
        fallbackOrigin: FunctionUrlOrigin.withOriginAccessControl(maker, { readTimeout: Duration.seconds(30) }),
        // The store says 403 for what is not there: CloudFront may not list it.
        fallbackStatusCodes: [403, 404],
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: this.byNameAlone(props.settings),
      compress: false,
      functionAssociations: [
        { eventType: FunctionEventType.VIEWER_REQUEST, function: checks },
        { eventType: FunctionEventType.VIEWER_RESPONSE, function: checks },
      ],
    }
  }

  private byNameAlone({ stage }: Settings): ICachePolicy {
    return new CachePolicy(this, 'ByName', {
      cachePolicyName: stageName({ stage }, 'pictures'),
      comment: 'By path alone: the edge has settled format and size, and taken the signature off',
      defaultTtl: Duration.days(1),
      minTtl: Duration.seconds(0),
      maxTtl: Duration.days(365),
      queryStringBehavior: CacheQueryStringBehavior.none(),
      headerBehavior: CacheHeaderBehavior.none(),
      cookieBehavior: CacheCookieBehavior.none(),
    })
  }

  private edge(id: string, code: string, { settings }: SiteProps, comment: string, keyValueStore?: IKeyValueStore): EdgeFunction {
    return new EdgeFunction(this, id, {
      functionName: stageName(settings, id.toLowerCase()),
      comment,
      code: FunctionCode.fromInline(code),
      runtime: FunctionRuntime.JS_2_0,
      autoPublish: true,
      ...(keyValueStore && { keyValueStore }),
    })
  }

  private securityHeaders({ settings, connectTo }: SiteProps): ResponseHeadersPolicy {
    const sources = ["'self'", ...connectTo].join(' ')
    return new ResponseHeadersPolicy(this, 'PageHeaders', {
      responseHeadersPolicyName: stageName(settings, 'pages'),
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: [
            ...["default-src 'self'", `connect-src ${sources}`, "img-src 'self' blob: data:", "style-src 'self' 'unsafe-inline'"],
            ...[
              "script-src 'self'",
              "worker-src 'self' blob:",
              "frame-ancestors 'none'",
              "base-uri 'none'",
              "object-src 'none'",
              "form-action 'self'",
            ],
          ].join('; '),
          override: true,
        },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override: true },
      },
    })
  }

  /** The app sets its own; this adds what a gateway's own answer lacks, and lets in the other sites that the stage names. */
  private apiHeaders(settings: Settings): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'ApiHeaders', {
      responseHeadersPolicyName: stageName(settings, 'api'),
      securityHeadersBehavior: {
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override: true },
        contentTypeOptions: { override: true },
      },
      ...(settings.corsOrigins.length > 0 && {
        corsBehavior: {
          accessControlAllowCredentials: false,
          accessControlAllowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match', 'api-key'],
          accessControlAllowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
          accessControlAllowOrigins: settings.corsOrigins,
          accessControlMaxAge: Duration.hours(1),
          originOverride: true,
        },
      }),
    })
  }
}

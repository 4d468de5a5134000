import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib'
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  HttpMethods,
  type IBucket,
  type LifecycleRule,
  ObjectOwnership,
  StorageClass,
  TransitionDefaultMinimumObjectSize,
} from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { Settings } from '../config.ts'
import { bucketName } from '../names.ts'
import type { JobQueue } from './job-queue.ts'

export interface BytesProps {
  /** Names the buckets, and says whose pages may send and how long what is kept. */
  readonly settings: Settings
  /** Encrypts originals and renditions. Absent: keys that S3 owns. */
  readonly key: IKey | undefined
  /** Told of each upload that has come. */
  readonly arrivals: JobQueue
}

/** Smaller objects cost more in the cheaper classes than they save. */
const WORTH_MOVING = 131_072
const LOG_DAYS = 90

/** Originals (with the inbox beside them), renditions, and who touched them. All private, encrypted, versioned, reached by HTTPS alone. */
export class Bytes extends Construct {
  readonly originals: Bucket
  readonly renditions: Bucket
  readonly accessLogs: Bucket
  private readonly originalsName: string

  constructor(scope: Construct, id: string, { settings, key, arrivals }: BytesProps) {
    super(scope, id)
    const isKept = settings.onRemoval === 'keep'
    const common = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      transitionDefaultMinimumObjectSize: TransitionDefaultMinimumObjectSize.ALL_STORAGE_CLASSES_128_K,
      removalPolicy: isKept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(!isKept && { autoDeleteObjects: true }),
    }
    const encrypted = key
      ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
      : { encryption: BucketEncryption.S3_MANAGED }

    this.accessLogs = new Bucket(this, 'AccessLogs', {
      ...common,
      bucketName: bucketName(this, settings, 'logs'),
      encryption: BucketEncryption.S3_MANAGED,
      // CloudFront writes its log with an ACL.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      versioned: true,
      lifecycleRules: [{ id: 'forget', expiration: Duration.days(LOG_DAYS), noncurrentVersionExpiration: Duration.days(7) }],
    })
    this.originalsName = bucketName(this, settings, 'originals')
    this.originals = new Bucket(this, 'Originals', {
      ...common,
      ...encrypted,
      bucketName: this.originalsName,
      versioned: true,
      serverAccessLogsBucket: this.accessLogs as IBucket,
      serverAccessLogsPrefix: 'originals/',
      lifecycleRules: originalsLifeCycle(settings),
      cors: [
        {
          allowedMethods: [HttpMethods.PUT, HttpMethods.GET],
          allowedOrigins: settings.storeOrigins,
          // What a signature covers, and nothing more.
          allowedHeaders: ['content-type', 'content-length', 'if-none-match', 'x-amz-checksum-sha256', 'range'],
          // Parts of a large upload are completed by their ETags.
          exposedHeaders: ['ETag'],
          maxAge: 3600,
        },
      ],
    })
    this.renditions = new Bucket(this, 'Renditions', {
      ...common,
      ...encrypted,
      bucketName: bucketName(this, settings, 'renditions'),
      versioned: true,
      serverAccessLogsBucket: this.accessLogs as IBucket,
      serverAccessLogsPrefix: 'renditions/',
      lifecycleRules: renditionsLifeCycle(settings),
    })
    for (const bucket of [this.originals, this.renditions]) {
      // The template's schema wants text here, where CDK writes a number.
      const store = bucket.node.defaultChild as CfnBucket
      store.addPropertyOverride('LifecycleConfiguration.Rules.0.ObjectSizeGreaterThan', String(WORTH_MOVING))
    }
    this.announce(arrivals)
    this.openToCloudFront()
  }

  /** In the template itself: CDK's own way is a function that writes the configuration, with rights on every bucket. */
  private announce(arrivals: JobQueue): void {
    const bucket = this.originals.node.defaultChild as CfnBucket
    bucket.notificationConfiguration = {
      queueConfigurations: ['s3:ObjectCreated:*'].map((event) => ({
        event,
        queue: arrivals.queue.queueArn,
        filter: { s3Key: { rules: [{ name: 'suffix', value: '/upload' }] } },
      })),
    }
    arrivals.acceptArrivals(this.originalsName)
    bucket.node.addDependency(...arrivals.policies)
  }

  /** Whatever distribution of this account was given an origin access control: its own name comes later than this bucket's policy. */
  private openToCloudFront(): void {
    this.renditions.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CloudFrontReads',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
        actions: ['s3:GetObject'],
        resources: [this.renditions.arnForObjects('renditions/*')],
        conditions: { ArnLike: { 'AWS:SourceArn': `arn:${Aws.PARTITION}:cloudfront::${Aws.ACCOUNT_ID}:distribution/*` } },
      }),
    )
  }
}

function originalsLifeCycle({ archive }: Settings): LifecycleRule[] {
  const { infrequentAfterDays, instantAfterDays, deepAfterDays } = archive
  const after = (storageClass: StorageClass, days: number) => ({ storageClass, transitionAfter: Duration.days(days) })
  return [
    {
      id: 'originals-cheaper-with-age',
      prefix: 'originals/',
      objectSizeGreaterThan: WORTH_MOVING,
      transitions: [
        after(StorageClass.INFREQUENT_ACCESS, infrequentAfterDays),
        // Instant: an old picture must still open at once.
        after(StorageClass.GLACIER_INSTANT_RETRIEVAL, instantAfterDays),
        ...(deepAfterDays === undefined ? [] : [after(StorageClass.DEEP_ARCHIVE, deepAfterDays)]),
      ],
    },
    { id: 'inbox-is-short-lived', prefix: 'inbox/', expiration: Duration.days(1), noncurrentVersionExpiration: Duration.days(1) },
    { id: 'deleted-is-restorable', noncurrentVersionExpiration: Duration.days(30), expiredObjectDeleteMarker: true },
    { id: 'abandoned-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
  ]
}

/** Renditions can be made again, so a deleted one is not kept long; they are shown often, so they go no further than infrequent access. */
function renditionsLifeCycle({ archive }: Settings): LifecycleRule[] {
  return [
    {
      id: 'renditions-cheaper-with-age',
      objectSizeGreaterThan: WORTH_MOVING,
      transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(archive.infrequentAfterDays) }],
    },
    { id: 'deleted', noncurrentVersionExpiration: Duration.days(1), expiredObjectDeleteMarker: true },
    { id: 'abandoned-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
  ]
}

import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib'
import { KeyValueStore } from 'aws-cdk-lib/aws-cloudfront'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import { Key } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import type { TableName } from '#aws/tables.ts'
import type { Settings } from '../config.ts'
import { Bytes } from '../constructs/bytes.ts'
import { Facts } from '../constructs/facts.ts'
import { Guard, guardRoles } from '../constructs/guard.ts'
import { Identity } from '../constructs/identity.ts'
import { JobQueue } from '../constructs/job-queue.ts'
import { type CodeOf, StudioFunction } from '../constructs/studio-function.ts'
import { StudioSecret } from '../constructs/studio-secret.ts'
import { definitionOf } from '../functions.ts'
import { stageName } from '../names.ts'
import type { StudioResources } from '../resources.ts'

export interface DataStackProps extends StackProps {
  /** The stage. */
  readonly settings: Settings
  /** Code of the function that Cognito asks. */
  readonly codeOf: CodeOf
}

/** What must not be lost: bytes, facts, the secret; and the queue that the store tells, since a bucket must know whom it tells. */
export class DataStack extends Stack {
  readonly bytes: Bytes
  readonly facts: Facts
  readonly secret: StudioSecret
  readonly identity: Identity
  /** What the edge checks signatures with. Made here, since the API writes to it before there is an edge. */
  readonly linkKeys: KeyValueStore
  readonly processing: JobQueue
  readonly key: Key | undefined
  /** What grants in every later stack are about. */
  readonly resources: StudioResources

  constructor(scope: Construct, id: string, { settings, codeOf, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: settings.onRemoval === 'keep' })
    const guard = new Guard(this, 'Guard', { settings })
    guardRoles(this, settings, guard)
    this.key = settings.encryption === 'kms' ? this.makeKey(settings) : undefined
    const { key } = this

    this.processing = new JobQueue(this, 'Processing', {
      name: `${settings.namePrefix}image-processing-queue`,
      consumerTimeout: definitionOf(settings, 'image-processor').timeout,
      maxReceptions: MAX_RECEPTIONS,
    })
    this.bytes = new Bytes(this, 'Bytes', { settings, key, arrivals: this.processing })
    this.facts = new Facts(this, 'Facts', { settings, key })
    this.secret = new StudioSecret(this, 'Secret', { settings, key })
    this.linkKeys = new KeyValueStore(this, 'LinkKeys', {
      keyValueStoreName: stageName(settings, 'link-keys'),
      comment: 'Keys of links, by kid, where the edge reads them',
    })
    this.resources = {
      ...{
        settings,
        key,
        tables: this.facts.tables as Record<TableName, ITable>,
        secretArn: this.secret.arn,
        linkKeysArn: this.linkKeys.keyValueStoreArn,
      },
      ...{ originals: this.bytes.originals as IBucket, renditions: this.bytes.renditions as IBucket },
    }
    const triggers = new StudioFunction(this, 'CognitoTriggers', {
      name: 'cognito-triggers',
      environment: {
        GENZO_STAGE: settings.stage,
        GENZO_LOG_LEVEL: 'info',
        GENZO_ALLOWED_EMAIL_DOMAINS: settings.identity.allowedEmailDomains.join(',') || undefined,
      },
      resources: this.resources,
      codeOf,
    })
    this.identity = new Identity(this, 'Identity', { settings, triggers: triggers.target, originals: this.bytes.originals as IBucket })
    new CfnOutput(this, 'UserPoolId', { value: this.identity.pool.userPoolId })
    new CfnOutput(this, 'ClientId', { value: this.identity.client.userPoolClientId })
    new CfnOutput(this, 'LoginUrl', { value: this.identity.loginUrl })
  }

  private makeKey({ onRemoval, stage }: Settings): Key {
    return new Key(this, 'Key', {
      description: `Bytes, facts and secrets of the studio's stage ${stage}`,
      enableKeyRotation: true,
      removalPolicy: onRemoval === 'keep' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
  }
}

/** Work is tried by its own row's count, at most five times; a message received more often than this does not even reach that. */
export const MAX_RECEPTIONS = 10

import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { createTableRequest, TABLES, type TableName } from '#aws/tables.ts'
import { synthesized } from './testing.ts'

const { data } = synthesized('prod', {
  domain: { name: 'studio.example.com', certificateArn: `arn:aws:acm:us-east-1:${'1'.repeat(12)}:certificate/a` },
})
const dev = synthesized('dev').data
const bucket = (name: string, properties: object) =>
  data.hasResourceProperties('AWS::S3::Bucket', { BucketName: named(name), ...properties })
const named = (name: string) => ({ 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(`genzo-prod-${name}`)])] })

describe.each(['originals', 'renditions', 'logs'])('the %s bucket', (name) => {
  it('lets nobody in from outside', () => {
    bucket(name, {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    })
  })

  it('is encrypted and keeps versions', () => {
    bucket(name, {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      VersioningConfiguration: { Status: 'Enabled' },
    })
  })

  it('ends abandoned uploads or forgets, so that nothing is paid for that nobody sees', () => {
    const days = name === 'logs' ? { ExpirationInDays: 90 } : { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }
    bucket(name, { LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike(days)]) } })
  })
})

it('refuses every request to a bucket that is not HTTPS', () => {
  const policies = Object.values(data.findResources('AWS::S3::BucketPolicy'))
  expect(policies).toHaveLength(3)
  for (const { Properties } of policies) {
    expect(Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    )
  }
})

it('takes PUT and GET from the pages of the site alone, and shows them the ETag', () => {
  bucket('originals', {
    CorsConfiguration: {
      CorsRules: [{ AllowedMethods: ['PUT', 'GET'], AllowedOrigins: ['https://studio.example.com'], ExposedHeaders: ['ETag'] }],
    },
  })
})

it('moves originals over 128 KB to cheaper classes that still open at once', () => {
  bucket('originals', {
    LifecycleConfiguration: {
      Rules: Match.arrayWith([
        Match.objectLike({
          Prefix: 'originals/',
          ObjectSizeGreaterThan: '131072',
          Transitions: [
            { StorageClass: 'STANDARD_IA', TransitionInDays: 30 },
            { StorageClass: 'GLACIER_IR', TransitionInDays: 90 },
          ],
        }),
        Match.objectLike({ Prefix: 'inbox/', ExpirationInDays: 1 }),
      ]),
    },
  })
})

it('moves renditions no further than infrequent access', () => {
  const rules = Object.values(data.findResources('AWS::S3::Bucket', { Properties: { BucketName: named('renditions') } }))[0]!
  const classes = rules.Properties.LifecycleConfiguration.Rules.flatMap((rule: any) => rule.Transitions ?? []).map(
    (move: any) => move.StorageClass,
  )
  expect(classes).toEqual(['STANDARD_IA'])
})

it('tells the queue of each upload, and of nothing else that is put', () => {
  bucket('originals', {
    NotificationConfiguration: {
      QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Filter: { S3Key: { Rules: [{ Name: 'suffix', Value: '/upload' }] } } }],
    },
  })
})

it('takes news of arrivals from that bucket of this account alone', () => {
  data.hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Sid: 'ArrivalsFromTheStore',
          Principal: { Service: 's3.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } }, ArnEquals: { 'aws:SourceArn': Match.anyValue() } },
        }),
      ]),
    },
  })
})

it('keeps messages hidden for six times the consumer, and sets aside what is received too often', () => {
  data.hasResourceProperties('AWS::SQS::Queue', {
    QueueName: 'image-processing-queue',
    VisibilityTimeout: 6 * 290,
    RedrivePolicy: { maxReceiveCount: 10, deadLetterTargetArn: Match.anyValue() },
  })
  data.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'image-processing-dlq', MessageRetentionPeriod: 14 * 86_400 })
})

describe.each(Object.keys(TABLES) as TableName[])('table %s', (name) => {
  it('has the keys and indexes that the adapters were tested with', () => {
    const { TableName: _, AttributeDefinitions, ...wanted } = createTableRequest(name, name)
    data.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: `genzo-prod-${name}`,
      ...wanted,
      AttributeDefinitions: Match.arrayWith([AttributeDefinitions[0]]),
    })
  })

  it('can be restored to any second, and is not deleted by mistake', () => {
    data.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: {
        TableName: `genzo-prod-${name}`,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      },
    })
  })
})

it('lets a dev stage be removed whole', () => {
  dev.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete', Properties: { DeletionProtectionEnabled: false } })
  dev.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' })
})

it('makes the delivery key inside AWS, long enough for what reads it', () => {
  data.hasResourceProperties('AWS::SecretsManager::Secret', {
    Name: 'genzo/prod/delivery',
    GenerateSecretString: { SecretStringTemplate: '{"kid":"k1"}', GenerateStringKey: 'secret', PasswordLength: 43 },
  })
})

it('encrypts bytes and facts with a key of one’s own where the stage says so', () => {
  const { data: own } = synthesized('dev', { encryption: 'kms' })
  own.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true })
  own.allResourcesProperties('AWS::DynamoDB::Table', { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } })
})

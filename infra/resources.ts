import { Aws, Stack } from 'aws-cdk-lib'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import type { TableName } from '#aws/tables.ts'
import { bedrockStatements, wordStatements } from './bedrock.ts'
import type { Settings } from './config.ts'
import { stageName } from './names.ts'
import { BYTE_ACTIONS, type BytePrefix, FACT_ACTIONS, type Grant, QUEUE_ACTIONS, type QueueKey } from './permissions.ts'

/** What grants are about, by ARN. A function that is made before one of them can hold no grant on it. */
export type StudioResources = {
  settings: Settings
  tables: Record<TableName, ITable>
  originals: IBucket
  renditions: IBucket
  secretArn: string
  linkKeysArn: string
  key?: IKey | undefined
  queueArns?: Record<QueueKey, string>
  machineArns?: Partial<Record<'processing' | 'generation', string>>
  userPoolArn?: string
  topicArn?: string
  distributionArn?: string
}

const allow = (actions: readonly string[], resources: string[], conditions?: Record<string, unknown>) =>
  new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources, ...(conditions && { conditions }) })

/** The statements of a role, one a grant, each on exactly what the grant names; then what every function needs to be heard. */
export function statementsOf(scope: Construct, grants: readonly Grant[], resources: StudioResources): PolicyStatement[] {
  const own = grants.flatMap((grant) => statementsFor(scope, grant, resources))
  const opens = new Set(grants.filter(([kind]) => kind === 'open').map(([, prefix]) => bucketOf(resources, prefix as BytePrefix)))
  // Without it S3 answers 403 where nothing is, and "not there yet" would look like "not allowed".
  const listing = [...opens].map((bucket) => allow(['s3:ListBucket'], [bucket.bucketArn]))
  const purges = new Set(grants.filter(([kind]) => kind === 'purge').map(([, prefix]) => bucketOf(resources, prefix as BytePrefix)))
  const versions = [...purges].map((bucket) => allow(['s3:ListBucketVersions'], [bucket.bucketArn]))
  const { key } = resources
  return [...own, ...listing, ...versions, ...(key ? [allow(['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn])] : [])]
}

const bucketOf = ({ originals, renditions }: StudioResources, prefix: BytePrefix): IBucket =>
  prefix === 'renditions' ? renditions : originals

function statementsFor(scope: Construct, grant: Grant, resources: StudioResources): PolicyStatement[] {
  const [kind, on] = grant as readonly [Grant[0], string]
  switch (kind) {
    case 'read':
    case 'write': {
      const { tableArn } = resources.tables[on as TableName]
      return [allow(FACT_ACTIONS[kind], [tableArn, `${tableArn}/index/*`])]
    }
    case 'open':
    case 'put':
    case 'parts':
    case 'purge':
      return [allow(BYTE_ACTIONS[kind], [bucketOf(resources, on as BytePrefix).arnForObjects(`${on}/*`)])]
    case 'send':
    case 'consume':
    case 'measure':
      return [allow(QUEUE_ACTIONS[kind], [need(resources.queueArns, grant)[on as QueueKey]])]
    case 'run':
      return runStatements(need(need(resources.machineArns, grant)[on as 'processing' | 'generation'], grant), on, resources.settings)
    case 'secret':
      return [allow(['secretsmanager:GetSecretValue'], [resources.secretArn])]
    case 'people':
      return [allow(PEOPLE_ACTIONS, [need(resources.userPoolArn, grant)])]
    case 'letters':
      return letterStatements(scope, resources.settings)
    case 'announce':
      return [allow(['sns:Publish'], [need(resources.topicArn, grant)])]
    case 'models':
      return bedrockStatements(resources.settings)
    case 'words':
      return wordStatements(resources.settings)
    case 'link-keys':
      return [allow(LINK_KEY_ACTIONS, [resources.linkKeysArn])]
    case 'edge-copies':
      return [allow(['cloudfront:CreateInvalidation'], [need(resources.distributionArn, grant)])]
    case 'count':
      return [allow(['s3:ListBucket'], [resources.originals.bucketArn, resources.renditions.bucketArn])]
  }
}

/** A link's key is put where the edge reads it, and taken away to revoke the link. */
const LINK_KEY_ACTIONS = ['DescribeKeyValueStore', 'GetKey', 'ListKeys', 'PutKey', 'DeleteKey', 'UpdateKeys'].map(
  (action) => `cloudfront-keyvaluestore:${action}`,
)

const PEOPLE_ACTIONS = [
  ...['cognito-idp:AdminCreateUser', 'cognito-idp:AdminDeleteUser', 'cognito-idp:AdminEnableUser', 'cognito-idp:AdminDisableUser'],
  ...['cognito-idp:AdminGetUser', 'cognito-idp:AdminListGroupsForUser', 'cognito-idp:AdminSetUserPassword'],
  ...[
    'cognito-idp:AdminAddUserToGroup',
    'cognito-idp:AdminRemoveUserFromGroup',
    'cognito-idp:AdminUserGlobalSignOut',
    'cognito-idp:ListUsers',
  ],
]

/** A Standard machine is started and looked at; an Express one is started and waited for. */
function runStatements(machineArn: string, workflow: string, settings: Settings): PolicyStatement[] {
  if (workflow === 'processing') return [allow(['states:StartSyncExecution'], [machineArn])]
  return [
    allow(['states:StartExecution'], [machineArn]),
    allow(['states:DescribeExecution'], [`arn:${Aws.PARTITION}:states:*:${Aws.ACCOUNT_ID}:execution:${stageName(settings, workflow)}:*`]),
  ]
}

/** Only as the configured sender; with none, nothing. */
function letterStatements(scope: Construct, { mailFrom }: Settings): PolicyStatement[] {
  if (!mailFrom) return []
  const identity = (name: string) => `arn:${Aws.PARTITION}:ses:${Stack.of(scope).region}:${Aws.ACCOUNT_ID}:identity/${name}`
  const domain = mailFrom.slice(mailFrom.indexOf('@') + 1)
  return [allow(['ses:SendEmail'], [identity(mailFrom), identity(domain)], { StringEquals: { 'ses:FromAddress': mailFrom } })]
}

function need<T>(value: T | undefined, grant: Grant): T {
  if (value === undefined)
    throw new Error(`the grant ${grant.join(' ')} is on something that this stack does not have yet: give it to statementsOf`)
  return value
}

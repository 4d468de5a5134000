import type { IncomingMessage } from 'node:http'

/** An action of IAM, and what it is done to, as `kind:name`. */
export type Right = { action: string; on: string }

const TABLE_OF_ITEM = { Put: 'PutItem', Update: 'UpdateItem', Delete: 'DeleteItem', ConditionCheck: 'ConditionCheckItem' }
type Item = Partial<Record<keyof typeof TABLE_OF_ITEM, { TableName: string }>>
type Asked = {
  TableName?: string
  IndexName?: string
  TransactItems?: Item[]
  RequestItems?: Record<string, unknown>
  QueueUrl?: string
}

/** The rights that AWS wants for a request, by the service reference of each service's authorization. Throws for a request it cannot read. */
export function rightsOf({ method = '', url = '', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>, body: Buffer): Right[] {
  const target = String(headers['x-amz-target'] ?? '')
  const [service = '', operation = ''] = target.split('.')
  if (service.startsWith('DynamoDB')) return onTables(operation, JSON.parse(body.toString()) as Asked)
  if (service === 'AmazonSQS') return onQueues(operation, JSON.parse(body.toString()) as Asked)
  if (service === 'AWSStepFunctions') return [{ action: `states:${operation}`, on: 'machine' }]
  if (service === 'secretsmanager') return [{ action: `secretsmanager:${operation}`, on: 'secret' }]
  if (service === 'AWSCognitoIdentityProviderService') return [{ action: `cognito-idp:${operation}`, on: 'people' }]
  const { pathname, searchParams } = new URL(url, 'http://x')
  if (pathname.startsWith('/key-value-stores/'))
    return [{ action: `cloudfront-keyvaluestore:${onKeys(method, pathname)}`, on: 'link-keys' }]
  if (/\/distribution\/[^/]+\/invalidation/.test(pathname)) return [{ action: 'cloudfront:CreateInvalidation', on: 'distribution' }]
  if (pathname.startsWith('/v2/email/')) return [{ action: 'ses:SendEmail', on: 'letters' }]
  const form = new URLSearchParams(body.toString())
  if (form.has('Action') && form.has('TopicArn')) return [{ action: `sns:${form.get('Action')}`, on: 'topic' }]
  return onBuckets(method, pathname, searchParams)
}

/** A transaction asks for the right of each item in it; a batch for its own. An index is a resource beside its table. */
function onTables(operation: string, { TableName, IndexName, TransactItems, RequestItems }: Asked): Right[] {
  const of = (table: string) => `table:${table.slice(table.lastIndexOf('-') + 1)}`
  if (TransactItems)
    return TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName }]) => ({
        action: `dynamodb:${TABLE_OF_ITEM[kind as keyof Item]}`,
        on: of(TableName),
      })),
    )
  if (RequestItems) return Object.keys(RequestItems).map((table) => ({ action: `dynamodb:${operation}`, on: of(table) }))
  if (!TableName) throw new Error(`no table in ${operation}`)
  return [{ action: `dynamodb:${operation}`, on: IndexName ? of(TableName).replace('table:', 'index:') : of(TableName) }]
}

/** A batch needs the right of one (SQS developer guide, "Amazon SQS API permissions"). */
function onQueues(operation: string, { QueueUrl = '' }: Asked): Right[] {
  const [, name, end] = /image-(processing|generation)-(queue|dlq)$/.exec(QueueUrl) ?? []
  if (!name) throw new Error(`no queue of ours: ${QueueUrl}`)
  return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, on: `queue:${name}${end === 'dlq' ? '-dlq' : ''}` }]
}

function onKeys(method: string, pathname: string): string {
  if (method === 'POST' && pathname.endsWith('/keys')) return 'UpdateKeys'
  if (method === 'GET' && !pathname.includes('/keys')) return 'DescribeKeyValueStore'
  throw new Error(`${method} ${pathname} is nothing that the studio does`)
}

/** S3 tells its operations by method and query (S3 user guide, "Policy actions for Amazon S3"). */
function onBuckets(method: string, pathname: string, query: URLSearchParams): Right[] {
  const [, bucket = '', folder = '', ...rest] = pathname.split('/')
  const name = bucket.slice(0, bucket.indexOf('-'))
  if (!['originals', 'renditions'].includes(name)) throw new Error(`${method} ${pathname} is on no bucket of ours`)
  if (method === 'POST' && query.has('delete'))
    return ['DeleteObject', 'DeleteObjectVersion'].map((one) => ({ action: `s3:${one}`, on: `objects:${name}` }))
  if (folder === '' && rest.length === 0)
    return [{ action: query.has('versions') ? 's3:ListBucketVersions' : 's3:ListBucket', on: `bucket:${name}` }]
  const on = `objects:${folder}`
  if (method === 'GET' && query.has('uploadId')) return [{ action: 's3:ListMultipartUploadParts', on }]
  if (method === 'GET' || method === 'HEAD') {
    // Without the right to list, what is not there is answered as forbidden, and the studio could not tell.
    const listing = { action: 's3:ListBucket', on: `bucket:${name}` }
    return [{ action: query.has('versionId') ? 's3:GetObjectVersion' : 's3:GetObject', on }, listing]
  }
  if (method === 'DELETE' && query.has('uploadId')) return [{ action: 's3:AbortMultipartUpload', on }]
  if (method === 'PUT' || method === 'POST') return [{ action: 's3:PutObject', on }]
  throw new Error(`${method} ${pathname} is nothing that the studio does`)
}

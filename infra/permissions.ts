import type { FunctionName } from './functions.ts'

/** What a function may do to one thing, by name. Each turns into one statement on exactly that thing. */
export type Grant =
  | readonly ['read' | 'write', 'ImageMetadata' | 'Generations' | 'Ledger' | 'Feed' | 'Search' | 'Studio']
  | readonly [keyof typeof BYTE_ACTIONS, BytePrefix]
  | readonly [keyof typeof QUEUE_ACTIONS, QueueKey]
  | readonly ['run', 'processing' | 'generation']
  | readonly ['secret' | 'link-keys' | 'people' | 'letters' | 'announce' | 'models' | 'words' | 'count' | 'edge-copies']

export type BytePrefix = 'originals' | 'inbox' | 'renditions'
export type QueueKey = 'processing' | 'generation' | 'processing-dlq' | 'generation-dlq'

export const FACT_ACTIONS = {
  read: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
  /** A transaction needs the rights of what is in it, and `ConditionCheckItem` for its conditions on other rows. */
  write: [
    ...['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    ...['dynamodb:DeleteItem', 'dynamodb:BatchWriteItem', 'dynamodb:ConditionCheckItem'],
  ],
} as const

export const BYTE_ACTIONS = {
  open: ['s3:GetObject', 's3:GetObjectVersion'],
  put: ['s3:PutObject'],
  /** Large uploads are begun and completed by us; the parts come by signed URL. */
  parts: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
  purge: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
} as const

export const QUEUE_ACTIONS = {
  send: ['sqs:SendMessage'],
  consume: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
  measure: ['sqs:GetQueueAttributes'],
} as const

const ALL_FACTS = [
  ['write', 'ImageMetadata'],
  ['write', 'Generations'],
  ['write', 'Ledger'],
  ['write', 'Feed'],
  ['write', 'Search'],
  ['write', 'Studio'],
] as const satisfies Grant[]
const PURGING = [
  ['purge', 'originals'],
  ['purge', 'inbox'],
  ['purge', 'renditions'],
] as const satisfies Grant[]
const OPENING = [
  ['open', 'originals'],
  ['open', 'inbox'],
  ['open', 'renditions'],
] as const satisfies Grant[]
const SENDING = [
  ['send', 'processing'],
  ['send', 'generation'],
] as const satisfies Grant[]
/** Setting a job aside is sending it there: the queue's own limit is only the guard against poison. */
const SETTING_ASIDE = [
  ['send', 'processing-dlq'],
  ['send', 'generation-dlq'],
] as const satisfies Grant[]

const API: Grant[] = [
  ...ALL_FACTS,
  ...OPENING,
  ...PURGING,
  ['put', 'originals'],
  ['put', 'inbox'],
  ['parts', 'originals'],
  ...SENDING,
  ['measure', 'processing'],
  ['measure', 'generation'],
  // An operator sees what was set aside, and sends it again.
  ['consume', 'processing-dlq'],
  ['consume', 'generation-dlq'],
  ['secret'],
  ['link-keys'],
  ['people'],
  ['letters'],
  ['words'],
]

/** Everything that each function may do, and nothing else: a role is made of exactly these. */
export const PERMISSIONS: Record<FunctionName, readonly Grant[]> = {
  api: API,
  'api-stream': API,
  authorizer: [['write', 'Studio']],
  'generate-upload-url': [
    ['write', 'ImageMetadata'],
    ['write', 'Studio'],
    ['read', 'Ledger'],
    ['put', 'originals'],
    ['put', 'inbox'],
  ],
  'image-processor': [
    ...ALL_FACTS,
    ...OPENING,
    ...PURGING,
    // The archive of an export, in parts.
    ['parts', 'inbox'],
    ['consume', 'processing'],
    ...SENDING,
    ['send', 'processing-dlq'],
    ['run', 'processing'],
    ['announce'],
  ],
  'processing-task': [...ALL_FACTS, ...OPENING, ['put', 'renditions'], ['purge', 'renditions'], ...SENDING, ['announce'], ['words']],
  'processing-step': [...ALL_FACTS, ...OPENING, ['purge', 'renditions'], ...SENDING, ['announce'], ['words']],
  'generation-worker': [
    ...ALL_FACTS,
    ...OPENING,
    ['consume', 'generation'],
    ...SENDING,
    ['send', 'generation-dlq'],
    ['run', 'generation'],
    ['announce'],
  ],
  'generation-task': [
    ...ALL_FACTS,
    ...OPENING,
    ['put', 'originals'],
    ['purge', 'originals'],
    ...SENDING,
    ...SETTING_ASIDE,
    ['announce'],
    ['models'],
    ['words'],
  ],
  deliver: [
    ['read', 'ImageMetadata'],
    ['open', 'originals'],
    ['open', 'renditions'],
    ['put', 'renditions'],
  ],
  's3-metrics': [['write', 'Studio'], ['read', 'Ledger'], ['count']],
  sweeper: [
    ...ALL_FACTS,
    ...OPENING,
    ...PURGING,
    ['parts', 'originals'],
    ...SENDING,
    // How old the oldest message is tells when to look again; a queue's depth counts its dead letters too.
    ['measure', 'processing'],
    ['measure', 'generation'],
    ['measure', 'processing-dlq'],
    ['measure', 'generation-dlq'],
    // It brings the signing keys to the edge.
    ['secret'],
    ['link-keys'],
    ['edge-copies'],
    ['announce'],
  ],
  // Written: how many letters somebody got of late.
  notify: [['write', 'Studio'], ['read', 'ImageMetadata'], ['letters']],
  'cognito-triggers': [],
}

/**
 * List prices of AWS in dollars, in ap-northeast-1 (Tokyo) where AWS has a price a region, and what each was found in on 2026-11-21.
 * AWS itself was not asked: its pricing pages fill their tables by script. `price list` figures are public copies of AWS's Price List API
 * (pricing.us-east-1.amazonaws.com/offers/v1.0/aws/…) with the date on which somebody read it: github.com/O6lvl4/archgopher, `catalog/aws`,
 * for most; two Japanese studies of capacity for the colder classes of S3. `AWS page` is AWS's own text as archived. `listing` is somebody
 * else's table of 2026. `unverified` was found nowhere for Tokyo. `source` is where to look before a budget depends on it.
 */
export type Evidence = 'price list' | 'AWS page' | 'listing' | 'unverified'
export type Found = { evidence: Evidence; on?: string }
/** Dollars for `per` of something. */
export type Price = Found & { what: string; usd: number; per: number }
/** What costs nothing each month, in every account and without an end. */
export type Allowance = Found & { free: number }

const THOUSAND = 1_000
const MILLION = 1_000_000
const read = (what: string, usd: number, per = 1, on = '2026-09-24'): Price => ({ what, usd, per, evidence: 'price list', on })
const found = (evidence: Evidence, what: string, usd: number, per = 1): Price => ({ what, usd, per, evidence })
const allowed = (free: number, evidence: Evidence, on?: string): Allowance => ({ free, evidence, ...(on !== undefined && { on }) })

export const AS_OF = '2026-11-21'
export const REGION = 'ap-northeast-1'

export const PRICES = {
  s3: {
    source: 'https://aws.amazon.com/s3/pricing/',
    standard: read('a GB-month in standard', 0.025),
    infrequent: read('a GB-month in infrequent access', 0.0138, 1, '2026-09-28'),
    instant: read('a GB-month in Glacier Instant Retrieval', 0.005, 1, '2026-09-28'),
    put: read('puts', 0.0047, THOUSAND),
    get: read('gets', 0.00037, THOUSAND),
    toInfrequent: read('moves to infrequent access', 0.01, THOUSAND, '2026-09-25'),
    toInstant: read('moves to Glacier Instant Retrieval', 0.02, THOUSAND, '2026-09-25'),
    readInfrequent: found('unverified', 'GB read from infrequent access', 0.01),
  },
  dynamodb: {
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    write: read('write units', 0.715, MILLION),
    read: read('read units', 0.1425, MILLION),
    storage: read('a GB-month', 0.285),
    recovery: found('listing', 'a GB-month of recovery to any second', 0.228),
    freeGb: allowed(25, 'price list', '2026-09-24'),
  },
  lambda: {
    source: 'https://aws.amazon.com/lambda/pricing/',
    gbSecond: read('GB-seconds on Arm', 0.0000133334),
    request: read('calls', 0.2, MILLION),
    warmGbSecond: read('GB-seconds kept warm on Arm', 0.0000043068, 1, '2026-09-25'),
    freeGbSeconds: allowed(400_000, 'AWS page', '2026-09-20'),
    freeRequests: allowed(1_000_000, 'AWS page', '2026-09-20'),
  },
  gateway: {
    source: 'https://aws.amazon.com/api-gateway/pricing/',
    request: read('REST calls', 4.25, MILLION),
    cacheHour: read('an hour of 0.5 GB of cache', 0.028, 1, '2026-09-25'),
  },
  sqs: {
    source: 'https://aws.amazon.com/sqs/pricing/',
    request: read('requests to standard queues', 0.4, MILLION),
    freeRequests: allowed(1_000_000, 'listing', '2026'),
  },
  states: {
    source: 'https://aws.amazon.com/step-functions/pricing/',
    transition: read('transitions', 0.025, THOUSAND),
    express: read('express runs', 1, MILLION),
    expressGbSecond: read('GB-seconds of express runs', 0.00001667),
    freeTransitions: allowed(4_000, 'listing', '2026'),
  },
  sns: {
    source: 'https://aws.amazon.com/sns/pricing/',
    publish: read('publishes', 0.5, MILLION),
    freePublishes: allowed(1_000_000, 'listing', '2026'),
  },
  ses: {
    source: 'https://aws.amazon.com/ses/pricing/',
    // The plan that accounts new since July 2026 begin with; one that is moved to single prices pays 0.10.
    letter: found('listing', 'letters in the plan Essentials', 0.16, THOUSAND),
  },
  cognito: {
    source: 'https://aws.amazon.com/cognito/pricing/',
    user: read('a person of the month, Essentials', 0.015),
    freeUsers: allowed(10_000, 'listing', '2026'),
  },
  cloudfront: {
    source: 'https://aws.amazon.com/cloudfront/pricing/pay-as-you-go/',
    gbOut: read('GB delivered in Japan', 0.114),
    request: read('HTTPS requests in Japan', 0.012, 10_000),
    functionCall: read('calls of edge functions', 0.1, MILLION),
    keyRead: found('AWS page', 'reads of the key-value store', 0.03, MILLION),
    freeGb: allowed(1_024, 'AWS page'),
    freeRequests: allowed(10_000_000, 'AWS page'),
    freeFunctionCalls: allowed(2_000_000, 'AWS page'),
    freeKeyReads: allowed(2_000_000, 'AWS page'),
  },
  cloudwatch: {
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    logGb: read('GB of logs', 0.76, 1, '2026-09-18'),
    metric: read('a metric', 0.3, 1, '2026-09-23'),
    alarm: read('an alarmed metric', 0.1),
    freeLogGb: allowed(5, 'listing', '2026'),
    freeMetrics: allowed(10, 'listing', '2026'),
    freeAlarms: allowed(10, 'listing', '2026'),
  },
  xray: {
    source: 'https://aws.amazon.com/xray/pricing/',
    trace: found('AWS page', 'traces', 5, MILLION),
    freeTraces: allowed(100_000, 'AWS page'),
  },
  secrets: {
    source: 'https://aws.amazon.com/secrets-manager/pricing/',
    secret: read('a secret', 0.4),
    call: read('calls', 0.05, 10_000),
  },
  waf: {
    source: 'https://aws.amazon.com/waf/pricing/',
    acl: read('an ACL', 5, 1, '2026-09-23'),
    rule: read('a rule', 1, 1, '2026-09-23'),
    request: read('requests', 0.6, MILLION, '2026-09-23'),
  },
} as const

/** What one person and one picture do in a month. The guide says where each comes from; change it here to reckon another. */
export const ASSUMED = {
  /** Screens a person opens in a month; each costs `callsPerVisit` API calls, and pages of pictures come from CloudFront. */
  visitsPerUser: 8,
  callsPerVisit: 25,
  /** Of pictures, uploaded or generated; renditions and the mezzanine come on top, the small ones too small to be worth moving. */
  megabytesPerOriginal: 2.5,
  megabytesOfLargeRenditions: 1.2,
  megabytesOfSmallRenditions: 0.2,
  renditionsPerImage: 7,
  largeRenditionsPerImage: 3,
  /** How many months of pictures lie in the store when the month is reckoned. */
  monthsKept: 12,
  /** Delivered pictures are mostly thumbnails and previews. */
  kilobytesPerDelivery: 60,
  /** Of deliveries, those that CloudFront asks the store for, and those that must be made. */
  storeShare: 0.15,
  makerShare: 0.002,
  /** GB-seconds, from the memory in infra/functions.ts and times measured on one vCPU of a like kind. */
  pixelSeconds: 3.5,
  pixelGb: 3.455,
  callSeconds: 0.12,
  callGb: 1,
  makerSeconds: 0.9,
  makerGb: 3.455,
  /** DynamoDB units of one picture's life until it is shown (a transaction's count double, each word of its prompt is a posting), of a call. */
  writesPerImage: 80,
  readsPerImage: 30,
  readsPerCall: 3,
  writesPerCall: 0.5,
  messagesPerImage: 6,
  transitionsPerGeneration: 8,
  generatedShare: 0.5,
  lettersPerUser: 1,
  logKilobytesPerCall: 1.5,
  logKilobytesPerImage: 25,
  gigabytesOfRows: 0.4,
  /** Each start of a function reads the secret once. */
  secretReads: 4_000,
} as const

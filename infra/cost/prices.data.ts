/**
 * List prices in ap-northeast-1 (Tokyo) where AWS has a price a region, in dollars. Written down on 2026-11-21 without asking AWS: each
 * stands on the page named as its source, so look there before a budget depends on it. Free tiers are those without an end (the ones of
 * an account's first months are left out).
 */
export const PRICES = {
  asOf: '2026-11-21',
  region: 'ap-northeast-1',
  s3: {
    ...{ standardGbMonth: 0.025, infrequentGbMonth: 0.0138, instantGbMonth: 0.005 },
    ...{ putPer1000: 0.0047, getPer1000: 0.00037, transitionPer1000: 0.01 },
    source: 'https://aws.amazon.com/s3/pricing/',
  },
  dynamodb: {
    ...{ writePerMillion: 0.715, readPerMillion: 0.1425, gbMonth: 0.285, freeGb: 25, recoveryGbMonth: 0.228 },
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  },
  lambda: {
    ...{ gbSecondArm: 0.0000133334, requestPerMillion: 0.2, freeGbSeconds: 400_000, freeRequests: 1_000_000 },
    ...{ warmGbSecondArm: 0.0000033334 },
    source: 'https://aws.amazon.com/lambda/pricing/',
  },
  gateway: { requestPerMillion: 4.25, cacheHour: 0.028, source: 'https://aws.amazon.com/api-gateway/pricing/' },
  sqs: { requestPerMillion: 0.4, freeRequests: 1_000_000, source: 'https://aws.amazon.com/sqs/pricing/' },
  states: {
    ...{ transitionPer1000: 0.025, freeTransitions: 4_000, expressPerMillion: 1, expressGbSecond: 0.00001667 },
    source: 'https://aws.amazon.com/step-functions/pricing/',
  },
  sns: {
    publishPerMillion: 0.5,
    freePublishes: 1_000_000,
    emailPer100000: 2,
    freeEmails: 1_000,
    source: 'https://aws.amazon.com/sns/pricing/',
  },
  ses: { letterPer1000: 0.1, source: 'https://aws.amazon.com/ses/pricing/' },
  cognito: { essentialsUser: 0.015, freeUsers: 10_000, source: 'https://aws.amazon.com/cognito/pricing/' },
  cloudfront: {
    ...{
      gbOut: 0.114,
      freeGb: 1_024,
      requestPer10000: 0.012,
      freeRequests: 10_000_000,
      functionPerMillion: 0.1,
      freeFunctionCalls: 2_000_000,
    },
    ...{ keyReadPerMillion: 0.03 },
    source: 'https://aws.amazon.com/cloudfront/pricing/',
  },
  cloudwatch: {
    ...{ logGbIn: 0.76, freeLogGb: 5, metric: 0.3, freeMetrics: 10, alarm: 0.1, freeAlarms: 10, dashboard: 3, freeDashboards: 3 },
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
  },
  xray: { tracePerMillion: 5, freeTraces: 100_000, source: 'https://aws.amazon.com/xray/pricing/' },
  secrets: { secretMonth: 0.4, callPer10000: 0.05, source: 'https://aws.amazon.com/secrets-manager/pricing/' },
  waf: { aclMonth: 5, ruleMonth: 1, requestPerMillion: 0.6, source: 'https://aws.amazon.com/waf/pricing/' },
  kms: { keyMonth: 1, callPer10000: 0.03, source: 'https://aws.amazon.com/kms/pricing/' },
} as const

/** What one person and one picture do in a month. The guide says where each comes from; an option of the command sets another. */
export const ASSUMED = {
  /** Screens a person opens in a month; each costs `callsPerVisit` API calls, and pages of pictures come from CloudFront. */
  visitsPerUser: 8,
  callsPerVisit: 25,
  /** Of pictures, uploaded or generated; renditions and the mezzanine come on top. */
  megabytesPerOriginal: 2.5,
  megabytesOfRenditions: 1.4,
  renditionsPerImage: 11,
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
  /** DynamoDB requests of one picture's whole life until it is shown, and of one API call. */
  writesPerImage: 30,
  readsPerImage: 30,
  readsPerCall: 3,
  writesPerCall: 0.5,
  messagesPerImage: 6,
  transitionsPerGeneration: 8,
  generatedShare: 0.5,
  logKilobytesPerCall: 1.5,
  logKilobytesPerImage: 25,
  gigabytesOfRows: 0.4,
} as const

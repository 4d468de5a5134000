import type { Profile } from '../config.ts'
import { ASSUMED, PRICES } from './prices.data.ts'

/** A month of a studio. */
export type Month = { users: number; images: number; transferGb: number; profile: Profile }
/** One service's part of the bill, and how it was reckoned. */
export type Line = { service: string; usd: number; how: string }

const SECONDS_A_MONTH = 730 * 3600
const million = (amount: number) => amount / 1e6
/** What is beyond the free part. */
const over = (amount: number, free: number) => Math.max(0, amount - free)

/** The month's bill by service, without the models, whose price is by the picture. Deterministic: prices and assumptions are data. */
export function estimate(month: Month): Line[] {
  const calls = month.users * ASSUMED.visitsPerUser * ASSUMED.callsPerVisit
  const deliveries = (month.transferGb * 1e6) / ASSUMED.kilobytesPerDelivery
  const generated = month.images * ASSUMED.generatedShare
  const about = { ...month, calls, deliveries, generated }
  const lines = [
    storage(about),
    facts(about),
    functions(about),
    gateway(about),
    work(about),
    delivery(about),
    people(about),
    watching(about),
  ]
  return [...lines.flat(), ...(month.profile === 'full' ? extras(about) : [])]
}

export const totalOf = (lines: readonly Line[]): number => lines.reduce((sum, { usd }) => sum + usd, 0)

type About = Month & { calls: number; deliveries: number; generated: number }
const rounded = (amount: number) => (amount >= 100 ? Math.round(amount).toLocaleString('en-US') : String(Math.round(amount * 10) / 10))

function storage({ images, deliveries }: About): Line[] {
  const { s3 } = PRICES
  const kept = images * ASSUMED.monthsKept
  const originalGb = (kept * ASSUMED.megabytesPerOriginal) / 1000
  const renditionGb = (kept * ASSUMED.megabytesOfRenditions) / 1000
  // The first month of twelve is standard, two are infrequent, the rest instant retrieval; renditions stop at infrequent.
  const originals = (originalGb / 12) * (s3.standardGbMonth + 2 * s3.infrequentGbMonth + 9 * s3.instantGbMonth)
  const renditions = (renditionGb / 12) * (s3.standardGbMonth + 11 * s3.infrequentGbMonth)
  const puts = images * (1 + ASSUMED.renditionsPerImage) + deliveries * ASSUMED.makerShare
  const gets = deliveries * ASSUMED.storeShare + images * 6
  const requests = (puts / 1000) * s3.putPer1000 + (gets / 1000) * s3.getPer1000 + ((images * 2 * 2) / 1000) * s3.transitionPer1000
  return [
    {
      service: 'S3, bytes',
      usd: originals + renditions,
      how: `${rounded(originalGb + renditionGb)} GB of ${ASSUMED.monthsKept} months, cheaper with age`,
    },
    { service: 'S3, requests', usd: requests, how: `${rounded(puts)} puts, ${rounded(gets)} gets` },
  ]
}

function facts({ images, calls }: About): Line[] {
  const { dynamodb } = PRICES
  const writes = images * ASSUMED.writesPerImage + calls * ASSUMED.writesPerCall
  const reads = images * ASSUMED.readsPerImage + calls * ASSUMED.readsPerCall
  const usd =
    million(writes) * dynamodb.writePerMillion +
    million(reads) * dynamodb.readPerMillion +
    over(ASSUMED.gigabytesOfRows, dynamodb.freeGb) * dynamodb.gbMonth +
    ASSUMED.gigabytesOfRows * dynamodb.recoveryGbMonth
  return [{ service: 'DynamoDB', usd, how: `${rounded(writes)} writes, ${rounded(reads)} reads, recovery to any second` }]
}

function functions({ images, calls, deliveries, generated }: About): Line[] {
  const { lambda } = PRICES
  const made = deliveries * ASSUMED.makerShare
  const ticks = (SECONDS_A_MONTH / 120) * 0.4 * 0.5 + (SECONDS_A_MONTH / 300) * 0.6 * 0.5
  // A consumer waits while its workflow works; a generation task waits for the model, about 10 s.
  const gbSeconds =
    images * (ASSUMED.pixelSeconds * ASSUMED.pixelGb + ASSUMED.pixelSeconds * 0.5 + 1) +
    generated * 12 * 1.73 +
    calls * ASSUMED.callSeconds * ASSUMED.callGb +
    made * ASSUMED.makerSeconds * ASSUMED.makerGb +
    ticks
  const requests = images * 8 + generated * 6 + calls * 1.2 + made + SECONDS_A_MONTH / 120 + SECONDS_A_MONTH / 300
  const usd =
    over(gbSeconds, lambda.freeGbSeconds) * lambda.gbSecondArm + million(over(requests, lambda.freeRequests)) * lambda.requestPerMillion
  return [{ service: 'Lambda', usd, how: `${rounded(gbSeconds)} GB-seconds on Arm (400,000 free), ${rounded(requests)} calls` }]
}

function gateway({ calls }: About): Line[] {
  return [{ service: 'API Gateway', usd: million(calls) * PRICES.gateway.requestPerMillion, how: `${rounded(calls)} REST calls` }]
}

function work({ images, generated }: About): Line[] {
  const { sqs, states, sns } = PRICES
  // Two sources that poll for 20 s at a time with five pollers each ask all month long.
  const requests = images * ASSUMED.messagesPerImage + 2 * 5 * (SECONDS_A_MONTH / 20)
  const transitions = generated * ASSUMED.transitionsPerGeneration
  const express = million(images) * states.expressPerMillion + images * ASSUMED.pixelSeconds * 0.064 * states.expressGbSecond
  return [
    {
      service: 'SQS',
      usd: million(over(requests, sqs.freeRequests)) * sqs.requestPerMillion,
      how: `${rounded(requests)} requests, most of them polling`,
    },
    {
      service: 'Step Functions',
      usd: (over(transitions, states.freeTransitions) / 1000) * states.transitionPer1000 + express,
      how: `${rounded(images)} express runs, ${rounded(transitions)} transitions of ${rounded(generated)} generations`,
    },
    { service: 'SNS', usd: million(over(images, sns.freePublishes)) * sns.publishPerMillion, how: `${rounded(images)} notices` },
  ]
}

function delivery({ transferGb, deliveries, calls }: About): Line[] {
  const { cloudfront } = PRICES
  const requests = deliveries + calls
  const edgeCalls = 2 * deliveries + calls
  const usd =
    over(transferGb, cloudfront.freeGb) * cloudfront.gbOut +
    (over(requests, cloudfront.freeRequests) / 10_000) * cloudfront.requestPer10000 +
    million(over(edgeCalls, cloudfront.freeFunctionCalls)) * cloudfront.functionPerMillion +
    million(deliveries) * cloudfront.keyReadPerMillion
  return [{ service: 'CloudFront', usd, how: `${rounded(transferGb)} GB (1 TB free), ${rounded(requests)} requests (10 million free)` }]
}

function people({ users }: About): Line[] {
  const { cognito, ses, secrets } = PRICES
  return [
    { service: 'Cognito', usd: over(users, cognito.freeUsers) * cognito.essentialsUser, how: `${rounded(users)} people (10,000 free)` },
    { service: 'SES', usd: (users / 1000) * ses.letterPer1000, how: `${rounded(users)} letters` },
    { service: 'Secrets Manager', usd: secrets.secretMonth + 0.02, how: 'one secret' },
  ]
}

/** Distinct metrics that the studio itself writes; AWS's own cost nothing. */
const OWN_METRICS = 25
/** Metrics that the alarms look at, each billed; an anomaly's band counts as three. A test counts them in the templates. */
export const ALARMED = { small: 38, full: 38 + 3 } as const

function watching({ calls, images, profile }: About): Line[] {
  const { cloudwatch, xray } = PRICES
  const logGb = (calls * ASSUMED.logKilobytesPerCall + images * ASSUMED.logKilobytesPerImage) / 1e6
  // X-Ray keeps the first request of each second, and so nearly all of a small studio's.
  const traces = calls + images
  const alarms = over(ALARMED[profile], cloudwatch.freeAlarms) * cloudwatch.alarm
  const metrics = over(OWN_METRICS, cloudwatch.freeMetrics) * cloudwatch.metric
  return [
    {
      service: 'CloudWatch',
      usd: over(logGb, cloudwatch.freeLogGb) * cloudwatch.logGbIn + alarms + metrics,
      how: `${rounded(logGb)} GB of logs (5 free), ${OWN_METRICS} metrics (10 free), ${ALARMED[profile]} alarmed (10 free)`,
    },
    {
      service: 'X-Ray',
      usd: million(over(traces, xray.freeTraces)) * xray.tracePerMillion,
      how: `${rounded(traces)} traces (100,000 free)`,
    },
  ]
}

/** What the profile full pays while nobody comes. */
function extras({ calls, deliveries }: About): Line[] {
  const { waf, gateway: api, lambda } = PRICES
  const acls = 2 * (waf.aclMonth + 4 * waf.ruleMonth)
  const warmGb = 2 * (1 + 0.5)
  return [
    {
      service: 'WAF',
      usd: acls + million(2 * calls + deliveries) * waf.requestPerMillion,
      how: 'two ACLs of four rules, and their requests',
    },
    { service: 'API Gateway cache', usd: api.cacheHour * 730, how: '0.5 GB, all hours' },
    { service: 'Lambda, kept warm', usd: warmGb * SECONDS_A_MONTH * lambda.warmGbSecondArm, how: '2 of api, 2 of authorizer, all hours' },
  ]
}

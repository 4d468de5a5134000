import type { Profile } from '../config.ts'
import { type Allowance, ASSUMED, type Evidence, PRICES, type Price } from './prices.data.ts'

/** A month of a studio. */
export type Month = { users: number; images: number; transferGb: number; profile: Profile }
/** One service's part of the bill, how it was reckoned, and what of it no copy of AWS's own figures confirms. */
export type Line = { service: string; usd: number; how: string; doubts: Doubt[] }
/** A price or a free part that stands on somebody's listing, or on nothing that could be found. */
export type Doubt = { what: string; evidence: Evidence }

const HOURS_A_MONTH = 730
const SECONDS_A_MONTH = HOURS_A_MONTH * 3600

/** So much of what a price is for, less what is free. */
type Charge = { amount: number; price: Price; allowance?: Allowance }
const of = (amount: number, price: Price, allowance?: Allowance): Charge => ({ amount, price, ...(allowance && { allowance }) })

function line(service: string, how: string, ...charges: Charge[]): Line {
  const usd = charges.reduce((sum, { amount, price, allowance }) => sum + over(amount, allowance) * (price.usd / price.per), 0)
  return { service, usd, how, doubts: charges.flatMap(doubtsOf) }
}

const over = (amount: number, allowance?: Allowance) => Math.max(0, amount - (allowance?.free ?? 0))

const isDoubtful = (evidence: Evidence) => evidence === 'listing' || evidence === 'unverified'

/** A price that nothing was paid for is in doubt no more; the free part that made it so may be. */
function doubtsOf({ amount, price, allowance }: Charge): Doubt[] {
  const paid = over(amount, allowance) > 0 && isDoubtful(price.evidence) ? [{ what: price.what, evidence: price.evidence }] : []
  const free = allowance && amount > 0 && isDoubtful(allowance.evidence)
  return free ? [...paid, { what: `free ${price.what}`, evidence: allowance.evidence }] : paid
}

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
  const gigabytesAMonth = (megabytes: number) => (images * megabytes) / 1000
  const originals = gigabytesAMonth(ASSUMED.megabytesPerOriginal)
  const large = gigabytesAMonth(ASSUMED.megabytesOfLargeRenditions)
  const small = gigabytesAMonth(ASSUMED.megabytesOfSmallRenditions)
  const months = ASSUMED.monthsKept
  // The newest month is standard and the next two infrequent; older originals are instant, older renditions stay infrequent.
  const cold = Math.max(0, months - 3)
  const infrequentMonths = Math.min(2, Math.max(0, months - 1))
  const puts = images * (1 + ASSUMED.renditionsPerImage) + deliveries * ASSUMED.makerShare
  const gets = deliveries * ASSUMED.storeShare + images * 6
  // As if every delivery were of an old picture: the dear case of what is asked of the store.
  const readGb = (deliveries * ASSUMED.storeShare * ASSUMED.kilobytesPerDelivery) / 1e6
  return [
    line(
      'S3, bytes',
      `${rounded((originals + large + small) * months)} GB of ${months} months, cheaper with age`,
      of(originals + large + small * months, s3.standard),
      of(originals * infrequentMonths + large * (months - 1), s3.infrequent),
      of(originals * cold, s3.instant),
    ),
    line(
      'S3, requests',
      `${rounded(puts)} puts, ${rounded(gets)} gets, what moves to colder classes, ${rounded(readGb)} GB read there`,
      of(puts, s3.put),
      of(gets, s3.get),
      of(images * (1 + ASSUMED.largeRenditionsPerImage), s3.toInfrequent),
      of(images, s3.toInstant),
      of(readGb, s3.readInfrequent),
    ),
  ]
}

function facts({ images, calls }: About): Line[] {
  const { dynamodb } = PRICES
  const writes = images * ASSUMED.writesPerImage + calls * ASSUMED.writesPerCall
  const reads = images * ASSUMED.readsPerImage + calls * ASSUMED.readsPerCall
  return [
    line(
      'DynamoDB',
      `${rounded(writes)} writes, ${rounded(reads)} reads, recovery to any second`,
      of(writes, dynamodb.write),
      of(reads, dynamodb.read),
      of(ASSUMED.gigabytesOfRows, dynamodb.storage, dynamodb.freeGb),
      of(ASSUMED.gigabytesOfRows, dynamodb.recovery),
    ),
  ]
}

function functions({ images, calls, deliveries, generated }: About): Line[] {
  const { lambda } = PRICES
  const made = deliveries * ASSUMED.makerShare
  // The sweeper comes every two minutes, the counts every five; both have half a gigabyte.
  const sweeps = SECONDS_A_MONTH / 120
  const counts = SECONDS_A_MONTH / 300
  // A consumer waits while its workflow works; a generation task waits for the model, about 10 s.
  const gbSeconds =
    images * (ASSUMED.pixelSeconds * ASSUMED.pixelGb + ASSUMED.pixelSeconds * 0.5 + 1) +
    generated * 12 * 1.73 +
    calls * ASSUMED.callSeconds * ASSUMED.callGb +
    made * ASSUMED.makerSeconds * ASSUMED.makerGb +
    sweeps * 0.4 * 0.5 +
    counts * 0.6 * 0.5
  const requests = images * 8 + generated * 6 + calls * 1.2 + made + sweeps + counts
  return [
    line(
      'Lambda',
      `${rounded(gbSeconds)} GB-seconds on Arm (400,000 free), ${rounded(requests)} calls (1 million free)`,
      of(gbSeconds, lambda.gbSecond, lambda.freeGbSeconds),
      of(requests, lambda.request, lambda.freeRequests),
    ),
  ]
}

function gateway({ calls }: About): Line[] {
  return [line('API Gateway', `${rounded(calls)} REST calls`, of(calls, PRICES.gateway.request))]
}

function work({ images, generated }: About): Line[] {
  const { sqs, states, sns } = PRICES
  // Two sources that poll for 20 s at a time with five pollers each ask all month long.
  const requests = images * ASSUMED.messagesPerImage + 2 * 5 * (SECONDS_A_MONTH / 20)
  const transitions = generated * ASSUMED.transitionsPerGeneration
  return [
    line('SQS', `${rounded(requests)} requests (1 million free), most of them polling`, of(requests, sqs.request, sqs.freeRequests)),
    line(
      'Step Functions',
      `${rounded(images)} express runs, ${rounded(transitions)} transitions (4,000 free) of ${rounded(generated)} generations`,
      of(transitions, states.transition, states.freeTransitions),
      of(images, states.express),
      of(images * ASSUMED.pixelSeconds * 0.064, states.expressGbSecond),
    ),
    line('SNS', `${rounded(images)} notices (1 million free)`, of(images, sns.publish, sns.freePublishes)),
  ]
}

function delivery({ transferGb, deliveries, calls }: About): Line[] {
  const { cloudfront } = PRICES
  const requests = deliveries + calls
  return [
    line(
      'CloudFront',
      `${rounded(transferGb)} GB (1,024 free), ${rounded(requests)} requests (10 million free), edge functions (2 million free)`,
      of(transferGb, cloudfront.gbOut, cloudfront.freeGb),
      of(requests, cloudfront.request, cloudfront.freeRequests),
      of(2 * deliveries + calls, cloudfront.functionCall, cloudfront.freeFunctionCalls),
      of(deliveries, cloudfront.keyRead, cloudfront.freeKeyReads),
    ),
  ]
}

function people({ users }: About): Line[] {
  const { cognito, ses, secrets } = PRICES
  const letters = users * ASSUMED.lettersPerUser
  return [
    line('Cognito', `${rounded(users)} people (10,000 free)`, of(users, cognito.user, cognito.freeUsers)),
    line('SES', `${rounded(letters)} letters`, of(letters, ses.letter)),
    line('Secrets Manager', 'one secret', of(1, secrets.secret), of(ASSUMED.secretReads, secrets.call)),
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
  return [
    line(
      'CloudWatch',
      `${rounded(logGb)} GB of logs (5 free), ${OWN_METRICS} metrics (10 free), ${ALARMED[profile]} alarmed (10 free)`,
      of(logGb, cloudwatch.logGb, cloudwatch.freeLogGb),
      of(OWN_METRICS, cloudwatch.metric, cloudwatch.freeMetrics),
      of(ALARMED[profile], cloudwatch.alarm, cloudwatch.freeAlarms),
    ),
    line('X-Ray', `${rounded(traces)} traces (100,000 free)`, of(traces, xray.trace, xray.freeTraces)),
  ]
}

/** What the profile full pays while nobody comes. */
function extras({ calls, deliveries }: About): Line[] {
  const { waf, gateway: api, lambda } = PRICES
  const warmGb = 2 * (1 + 0.5)
  return [
    line('WAF', 'two ACLs of four rules, and their requests', of(2, waf.acl), of(2 * 4, waf.rule), of(2 * calls + deliveries, waf.request)),
    line('API Gateway cache', '0.5 GB, all hours', of(HOURS_A_MONTH, api.cacheHour)),
    line('Lambda, kept warm', '2 of api, 2 of authorizer, all hours', of(warmGb * SECONDS_A_MONTH, lambda.warmGbSecond)),
  ]
}

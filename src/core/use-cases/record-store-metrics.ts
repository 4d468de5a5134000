import { periodsAt } from '../periods.ts'
import type { Ports } from '../ports/index.ts'
import { DAY } from '../times.ts'

const STORES = { originals: 'originals/', renditions: 'renditions/', inbox: 'inbox/' } as const
/** Below this a store is counted by listing it each time; above, the last count is told and taken anew once a day. */
const LISTED_OBJECTS = 20_000
const PAGE = 1000

export type StoreTotals = { objects: number; bytes: number; countedAt: number }

/** No queues where they tell their numbers by themselves, as SQS does. */
type MetricPorts = Pick<Ports, 'blobs' | 'ledger' | 'settings' | 'telemetry' | 'now'> & {
  queues: Partial<Ports['queues']>
  policy: Parameters<typeof periodsAt>[1]
}

/**
 * Tells telemetry what the stores hold (BucketSizeBytes and NumberOfObjects by store), how the queues stand and what was spent this
 * month. To be run every five minutes.
 */
export async function recordStoreMetrics(ports: MetricPorts): Promise<Record<keyof typeof STORES, StoreTotals>> {
  const totals = {
    originals: await totalsOf(ports, 'originals'),
    renditions: await totalsOf(ports, 'renditions'),
    inbox: await totalsOf(ports, 'inbox'),
  }
  for (const [store, { objects, bytes }] of Object.entries(totals)) {
    ports.telemetry.gauge('bucket_size_bytes', bytes, { store })
    ports.telemetry.gauge('number_of_objects', objects, { store })
  }
  await recordQueues(ports)
  await recordSpend(ports)
  return totals
}

async function totalsOf(ports: MetricPorts, store: keyof typeof STORES): Promise<StoreTotals> {
  const name = `totals/${store}`
  const kept = await ports.settings.get<StoreTotals>(name)
  const now = ports.now()
  if (kept && kept.objects > LISTED_OBJECTS && now - kept.countedAt < DAY) return kept
  const totals: StoreTotals = { objects: 0, bytes: 0, countedAt: now }
  for (let cursor: string | undefined; ; ) {
    const page = await ports.blobs.list(STORES[store], { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    totals.objects += page.items.length
    totals.bytes += page.items.reduce((sum, { byteLength }) => sum + byteLength, 0)
    cursor = page.nextCursor
    if (cursor === undefined) break
  }
  await ports.settings.set(name, totals)
  return totals
}

async function recordQueues(ports: MetricPorts) {
  for (const [queue, port] of Object.entries(ports.queues)) {
    const { waiting, delayed, inFlight, dead, oldestAgeMs = 0 } = await port.depth()
    ports.telemetry.gauge('queue_waiting', waiting + delayed, { queue })
    ports.telemetry.gauge('queue_in_flight', inFlight, { queue })
    ports.telemetry.gauge('queue_dead_letters', dead, { queue })
    ports.telemetry.gauge('queue_oldest_age_ms', oldestAgeMs, { queue })
  }
}

/** Of the thousand who spent most: the gauge is for alarms, the ledger for accounts. */
async function recordSpend(ports: MetricPorts) {
  const month = periodsAt(ports.now(), ports.policy).at(-1)!.period
  const spenders = await ports.ledger.top(month, { limit: 1000 })
  ports.telemetry.gauge(
    'spend_micro_usd',
    spenders.reduce((sum, { microUsd }) => sum + microUsd, 0),
    { period: 'month' },
  )
}

import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sweep } from '#core/use-cases/sweep.ts'
import { countWrites } from './counting-ports.ts'
import { faultStudio, START } from './fault-studio.ts'
import { type Ack, FLOWS } from './flows.ts'
import { brokenPromises } from './invariants.ts'

/** Kills right after write `killAt`, or while it is under way. Absent: the dry run, which says how many writes there are. */
export type Order =
  | { mode: 'run'; flow: string; dir: string; largeFile: string; killAt?: number; how?: 'after' | 'during' }
  | { mode: 'recover'; dirs: string[] }

const die = () => process.kill(process.pid, 'SIGKILL')
const acksOf = (dir: string) => join(dir, 'acks.log')

async function run({ flow: name, dir, largeFile, killAt, how }: Extract<Order, { mode: 'run' }>) {
  const studio = faultStudio({ dir, bootId: 'first' })
  const flow = FLOWS[name]!
  const given = (await flow.prepare?.(studio)) ?? ''
  const names: string[] = []
  let isArmed = false
  let begun = 0
  const transaction = studio.db.transaction
  // In the middle of a write to the database is: everything said, nothing committed.
  studio.db.transaction = (work) =>
    transaction(() => {
      const result = work()
      if (isArmed) die()
      return result
    })
  const counted = studio.with(
    countWrites(studio, {
      before: () => {
        begun += 1
        if (how !== 'during' || begun !== killAt) return
        isArmed = true
        // A write to a file is some turns of the event loop; a single statement of SQL is none, and dies right after.
        setImmediate(() => setImmediate(die))
      },
      after: (write) => {
        names.push(write)
        if (how !== 'during' && names.length === killAt) die()
      },
    }),
  )
  await flow.run(counted, { given, largeFile, ack: (ack) => appendFileSync(acksOf(dir), `${JSON.stringify(ack)}\n`) })
  console.log(JSON.stringify({ writes: how === 'during' ? begun : names.length, names }))
}

/** A new boot: its leases and messages are those of the dead one's no longer. The clock goes on until even a week's upload has ended. */
async function recover(dir: string): Promise<string[]> {
  const studio = faultStudio({ dir, bootId: 'second', startAt: START + 1000 })
  // What a client did not live to say, the store says.
  await studio.settle()
  studio.clock.at = START + 8 * 86_400_000
  await sweep(studio, { now: studio.now() })
  await studio.settle()
  const log = acksOf(dir)
  const acks = existsSync(log)
    ? readFileSync(log, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Ack)
    : []
  const broken = await brokenPromises(studio, { dir, acks })
  await studio.close()
  return broken
}

const order = JSON.parse(process.argv[2]!) as Order
if (order.mode === 'run') await run(order)
else for (const dir of order.dirs) console.log(JSON.stringify({ dir, broken: await recover(dir) }))

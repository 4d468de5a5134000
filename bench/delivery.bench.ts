// Delivery beside a floor (node:http and sharp), ipx, Next and nginx, in one run: PERFORMANCE rows 5–9. `npm run bench -- delivery FOLDER
// [ROUNDS [warm webp avif jpeg]]`, where FOLDER holds 12 megapixel JPEG photographs. AWS's solution is told by its recorded share of the same floor.
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { freePort } from '../e2e/free-port.ts'
import { type Contender, contenders, DIT_RECORDED, FORMATS, type Format } from './delivery/contenders.ts'
import { gate } from './delivery/gate.ts'
import { warm } from './delivery/warm.ts'
import { load, quantile, ratios, rounds, tell } from './harness.ts'

const [given, count = '3', ...parts] = process.argv.slice(2)
if (!given) throw new Error('give a folder of 12 megapixel JPEG photographs')
const folder = resolve(given)
const photos = readdirSync(folder)
  .filter((name) => /12mp.*\.jpe?g$/i.test(name))
  .map((name) => resolve(folder, name))
if (photos.length === 0) throw new Error(`no *12mp*.jpg in ${folder}`)
const ROUNDS = Number(count)
const all = contenders(folder, photos)
type Who = keyof typeof all

/** One contender, freshly started, so that nothing is there yet: latency alone, then throughput and CPU with four at once. */
async function cold({ start, urls: urlsOf }: Contender, format: Format) {
  const at = await freePort()
  const server = await start(at)
  try {
    const urls = await urlsOf(`http://127.0.0.1:${at}`, format)
    const headers = { accept: `image/${format}` }
    // The first start threads and children, and are not measured.
    await load(urls.slice(0, 4), { atOnce: 4, pid: server.pid, headers })
    const alone = await load(urls.slice(4, 9), { atOnce: 1, pid: server.pid, headers })
    const together = await load(urls.slice(9), { atOnce: 4, pid: server.pid, headers })
    return { p50: quantile(alone.latencies, 0.5), perSecond: together.perSecond, cpuMs: together.cpuMs }
  } finally {
    await server.stop()
  }
}

const GOALS: Record<Format, Partial<Record<'ipx' | 'next' | 'dit' | 'aloneIpx' | 'aloneNext', string>>> = {
  webp: { ipx: '≥ 2.2', next: '≥ 2.2', dit: '≥ 2.2' },
  avif: { ipx: '≥ 15', next: '≥ 5', dit: '≥ 15', aloneIpx: '≤ 0.15', aloneNext: '≤ 0.5' },
  jpeg: {},
}

await gate(all, photos)
const isAsked = (part: string) => parts.length === 0 || parts.includes(part)
if (isAsked('warm')) await warm(all, ROUNDS)
for (const format of FORMATS.filter(isAsked)) {
  const here = (Object.keys(all) as Who[]).filter((who) => all[who].formats.includes(format as never))
  const measured = await rounds(ROUNDS, Object.fromEntries(here.map((who) => [who, () => cold(all[who], format)])))
  const of = (who: Who, what: 'p50' | 'perSecond' | 'cpuMs') => measured[who]!.map((one) => one[what])
  const [row, goals] = [format === 'avif' ? '6' : '5', GOALS[format]]
  const peers = here.filter((who) => who === 'ipx' || who === 'next')
  for (const who of here) tell(`  ${format}, ${who}: CPU an image`, of(who, 'cpuMs'), ' ms')
  for (const who of here) tell(`  ${format}, ${who}: alone, p50`, of(who, 'p50'), ' ms')
  for (const who of peers)
    tell(`${row} cold ${format}: ${who} CPU / ours`, ratios(of(who, 'cpuMs'), of('studio', 'cpuMs')), '×', goals[who])
  const perFloor = ratios(of('studio', 'perSecond'), of('floor', 'perSecond'))
  const { dit, floor } = DIT_RECORDED[format]
  const perDit = perFloor.map((value) => (value * floor) / dit)
  tell(`${row} cold ${format}: pictures a second / AWS DIT's, recorded, not run`, perDit, '×', goals.dit)
  // Both filled the machine when they were recorded, so their pictures a second are their CPU as well.
  const cpuPerFloor = ratios(of('floor', 'cpuMs'), of('studio', 'cpuMs'))
  tell(
    `${row}   the same by CPU`,
    cpuPerFloor.map((value) => (value * floor) / dit),
    '×',
  )
  tell(`7 cold ${format}: pictures a second / floor's`, perFloor)
  for (const who of peers) {
    const goal = goals[who === 'ipx' ? 'aloneIpx' : 'aloneNext']
    tell(`9 cold ${format} alone: our p50 / ${who}'s`, ratios(of('studio', 'p50'), of(who, 'p50')), '×', goal)
  }
}
process.exit(0)

// Delivery beside a floor (node:http and sharp), ipx and nginx, in one run: PERFORMANCE rows 5–9. `npm run bench -- delivery FOLDER [ROUNDS]`,
// where FOLDER holds 12 megapixel JPEG photographs.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import sharp from 'sharp'
import { load, quantile, ratios, rounds, serve, tell } from './harness.ts'

const [folder, count = '3'] = process.argv.slice(2)
if (!folder) throw new Error('give a folder of 12 megapixel JPEG photographs')
const photos = readdirSync(folder)
  .filter((name) => /12mp.*\.jpe?g$/i.test(name))
  .map((name) => resolve(folder, name))
if (photos.length === 0) throw new Error(`no *12mp*.jpg in ${folder}`)
const PEERS = join(import.meta.dirname, 'peers/delivery')
if (!existsSync(join(PEERS, 'node_modules/ipx'))) {
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: PEERS, stdio: 'inherit' })
  if (status !== 0) throw new Error('the peers could not be installed')
}

const FORMATS = ['webp', 'avif', 'jpeg'] as const
type Format = (typeof FORMATS)[number]
const WIDTHS = [600, 605, 610, 615, 620, 625, 630, 635, 645, 650]
const ROUNDS = Number(count)
let port = 41_000
const node = process.execPath
const start = {
  studio: (at: number) =>
    serve([node, join(import.meta.dirname, 'delivery-server.ts'), `${at}`, WIDTHS.join(), ...photos], {
      url: `http://127.0.0.1:${at}/urls`,
    }),
  floor: (at: number) => serve([node, join(PEERS, 'floor.mjs'), `${at}`, resolve(folder)], { url: `http://127.0.0.1:${at}/` }),
  ipx: (at: number) => serve([node, join(PEERS, 'ipx.mjs'), `${at}`, resolve(folder)], { url: `http://127.0.0.1:${at}/` }),
}
type Contender = keyof typeof start

/** What each is asked for: the same photographs, widths and qualities. */
async function urlsOf(who: Contender, base: string, format: Format): Promise<string[]> {
  if (who === 'studio') return ((await (await fetch(`${base}/urls`)).json()) as Record<Format, string[]>)[format]
  const quality = format === 'avif' ? 50 : 80
  return photos.flatMap((photo) =>
    WIDTHS.map((w) =>
      who === 'floor' ? `${base}/${basename(photo)}?w=${w}&fm=${format}` : `${base}/w_${w},f_${format},q_${quality}/${basename(photo)}`,
    ),
  )
}

/** One contender, freshly started, so that nothing is there yet: latency alone, then throughput and CPU with four at once. */
async function cold(who: Contender, format: Format) {
  const at = port++
  const server = await start[who](at)
  try {
    const urls = await urlsOf(who, `http://127.0.0.1:${at}`, format)
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

const rawOf = async (bytes: Buffer | string, width?: number) => {
  const { data, info } = await sharp(bytes)
    .rotate()
    .resize(width === undefined ? {} : { width })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, size: `${info.width}×${info.height}` }
}
/** Mean difference of two pictures, of 255. */
const difference = (a: Buffer, b: Buffer) => a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length

/** Before any timing: the same size, and as near to the photograph, resized and never encoded, as what the floor makes of it. */
async function gate(): Promise<void> {
  const [ours, floors] = [await start.studio(port++), await start.floor(port++)]
  try {
    for (const format of FORMATS) {
      const mine = await urlsOf('studio', new URL(ours.url).origin, format)
      const theirs = await urlsOf('floor', new URL(floors.url).origin, format)
      for (const [index, photo] of photos.entries()) {
        const at = index * WIDTHS.length
        const [a, b] = await Promise.all([mine[at]!, theirs[at]!].map(async (url) => Buffer.from(await (await fetch(url)).arrayBuffer())))
        const [made, floor, ideal] = [await rawOf(a!), await rawOf(b!), await rawOf(photo, WIDTHS[0])]
        if (made.size !== floor.size || made.size !== ideal.size) throw new Error(`${format}: ${made.size} is not ${floor.size}`)
        const [error, allowed] = [difference(made.data, ideal.data), difference(floor.data, ideal.data) * 1.15 + 0.1]
        const said = `${format} ${made.size} ${basename(photo)}: off by ${error.toFixed(2)} of 255 (allowed ${allowed.toFixed(2)})`
        if (error > allowed) throw new Error(said)
        console.log(`gate ${said}; ${a!.length} bytes, the floor's ${b!.length}`)
      }
    }
  } finally {
    await Promise.all([ours.stop(), floors.stop()])
  }
}

/** Requests a second and the 99th percentile, ms, as wrk has them. */
function wrk(urls: readonly string[]) {
  const dir = mkdtempSync(join(tmpdir(), 'genzo-wrk-'))
  const script = join(dir, 'urls.lua')
  const paths = urls.map((url) => `'${new URL(url).pathname}${new URL(url).search}'`)
  writeFileSync(
    script,
    `local paths={${paths.join(',')}} local n=0\nrequest=function() n=n%#paths+1 return wrk.format('GET',paths[n],{['accept']='image/webp'}) end\n`,
  )
  const { stdout } = spawnSync('wrk', ['-t1', '-c16', '-d3s', '--latency', '-s', script, new URL(urls[0]!).origin], { encoding: 'utf8' })
  if (/Non-2xx/.test(stdout)) throw new Error(stdout)
  const [, p99, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout)!
  return { perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)![1]), p99: Number(p99) * { us: 0.001, ms: 1, s: 1000 }[unit as 'ms'] }
}

/** Warm hits beside the same bytes as files under nginx. */
async function warm(): Promise<void> {
  const studio = await start.studio(port++)
  const root = mkdtempSync(join(tmpdir(), 'genzo-nginx-'))
  mkdirSync(join(root, 'files'))
  const ours = ((await (await fetch(studio.url)).json()) as Record<string, string[]>)['webp']!.slice(0, 8)
  const [at, files] = [port++, await Promise.all(ours.map(async (url) => Buffer.from(await (await fetch(url)).arrayBuffer())))]
  files.forEach((bytes, index) => void writeFileSync(join(root, 'files', `${index}.webp`), bytes))
  const conf = `worker_processes 2; daemon off; pid ${root}/pid; error_log ${root}/error.log;
events {} http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; types { image/webp webp; }
client_body_temp_path ${root}; proxy_temp_path ${root}; fastcgi_temp_path ${root}; uwsgi_temp_path ${root}; scgi_temp_path ${root};
server { listen 127.0.0.1:${at}; root ${root}/files; } }`
  writeFileSync(join(root, 'nginx.conf'), conf)
  const nginx = await serve(['nginx', '-c', join(root, 'nginx.conf'), '-e', join(root, 'error.log')], {
    url: `http://127.0.0.1:${at}/0.webp`,
  })
  try {
    const theirs = ours.map((_, index) => `http://127.0.0.1:${at}/${index}.webp`)
    const measured = await rounds(ROUNDS, { studio: async () => wrk(ours), nginx: async () => wrk(theirs) })
    const of = (who: string, what: 'perSecond' | 'p99') => measured[who]!.map((one) => one[what])
    tell('8 warm hits a second / nginx static (2 workers)', ratios(of('studio', 'perSecond'), of('nginx', 'perSecond')), '×', '≥ 0.75')
    tell('  the studio, hits a second', of('studio', 'perSecond'), '')
    tell('  nginx, hits a second', of('nginx', 'perSecond'), '')
    tell('8 warm p99', of('studio', 'p99'), ' ms', '< 3 ms')
  } finally {
    await Promise.all([studio.stop(), nginx.stop()])
  }
}

await gate()
await warm()
for (const format of FORMATS) {
  const measured = await rounds(ROUNDS, {
    studio: () => cold('studio', format),
    floor: () => cold('floor', format),
    ipx: () => cold('ipx', format),
  })
  const of = (who: Contender, what: 'p50' | 'perSecond' | 'cpuMs') => measured[who]!.map((one) => one[what])
  const [row, goal] = format === 'avif' ? ['6', '≥ 15'] : ['5', format === 'webp' ? '≥ 2.2' : '']
  for (const who of ['studio', 'floor', 'ipx'] as const) tell(`  ${format}, ${who}: CPU an image`, of(who, 'cpuMs'), ' ms')
  tell(`${row} cold ${format}: ipx CPU / ours`, ratios(of('ipx', 'cpuMs'), of('studio', 'cpuMs')), '×', goal)
  tell(`7 cold ${format}: pictures a second / floor's`, ratios(of('studio', 'perSecond'), of('floor', 'perSecond')))
  tell(`9 cold ${format} alone: our p50 / ipx's`, ratios(of('studio', 'p50'), of('ipx', 'p50')), '×', format === 'avif' ? '≤ 0.15' : '')
}
process.exit(0)

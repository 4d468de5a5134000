import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../e2e/free-port.ts'
import { ratios, rounds, serve, tell } from '../harness.ts'
import type { Contender } from './contenders.ts'

const ACCEPT = { accept: 'image/webp' }

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

/** The bytes as files under nginx with two workers: the floor of every cache. */
async function nginxOf(files: readonly Buffer[], port: number) {
  const root = mkdtempSync(join(tmpdir(), 'genzo-nginx-'))
  mkdirSync(join(root, 'files'))
  files.forEach((bytes, index) => void writeFileSync(join(root, 'files', `${index}.webp`), bytes))
  const conf = `worker_processes 2; daemon off; pid ${root}/pid; error_log ${root}/error.log;
events {} http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; types { image/webp webp; }
client_body_temp_path ${root}; proxy_temp_path ${root}; fastcgi_temp_path ${root}; uwsgi_temp_path ${root}; scgi_temp_path ${root};
server { listen 127.0.0.1:${port}; root ${root}/files; } }`
  writeFileSync(join(root, 'nginx.conf'), conf)
  const server = await serve(['nginx', '-c', join(root, 'nginx.conf'), '-e', join(root, 'error.log')], {
    url: `http://127.0.0.1:${port}/0.webp`,
  })
  const names = files.map((_, index) => `${index}.webp`)
  return { server, urls: names.map((name) => `http://127.0.0.1:${port}/${name}`), paths: names.map((name) => join(root, 'files', name)) }
}

/** The same bytes out of the memory of bare node:http: what a single process of Node's can do at all. */
async function bareOf(files: readonly string[], port: number) {
  const base = `http://127.0.0.1:${port}`
  const server = await serve([process.execPath, join(import.meta.dirname, 'bare-server.ts'), `${port}`, ...files], {
    url: `${base}/0.webp`,
  })
  return { server, urls: files.map((_, index) => `${base}/${index}.webp`) }
}

/** Asked once each, so that all of them are kept. `x-nextjs-cache` is how Next says so. */
async function warmed({ urls: urlsOf }: Contender, base: string) {
  const urls = (await urlsOf(base, 'webp')).slice(0, 8)
  const files = await Promise.all(urls.map(async (url) => Buffer.from(await (await fetch(url, { headers: ACCEPT })).arrayBuffer())))
  const again = await fetch(urls[0]!, { headers: ACCEPT })
  await again.body?.cancel()
  const said = again.headers.get('x-nextjs-cache')
  if (said !== null && said !== 'HIT') throw new Error(`Next answered ${said} where a HIT was due`)
  return { urls, files }
}

/** Row 8: warm hits beside the same bytes as files under nginx, and beside Next's. */
export async function warm(all: Record<'studio' | 'next', Contender>, count: number): Promise<void> {
  const [studio, next] = [await all.studio.start(await freePort()), await all.next.start(await freePort())]
  const ours = await warmed(all.studio, new URL(studio.url).origin)
  const theirs = await warmed(all.next, new URL(next.url).origin)
  const nginx = await nginxOf(ours.files, await freePort())
  const bare = await bareOf(nginx.paths, await freePort())
  try {
    const contenders = {
      studio: async () => wrk(ours.urls),
      nginx: async () => wrk(nginx.urls),
      bare: async () => wrk(bare.urls),
      next: async () => wrk(theirs.urls),
    }
    // Compiled and cached before it counts.
    await rounds(1, contenders)
    const measured = await rounds(Math.max(5, count), contenders)
    const of = (who: string, what: 'perSecond' | 'p99') => measured[who]!.map((one) => one[what])
    tell('8 warm hits a second / nginx static (2 workers)', ratios(of('studio', 'perSecond'), of('nginx', 'perSecond')), '×', '≥ 0.75')
    tell('8 warm hits a second / Next HIT', ratios(of('studio', 'perSecond'), of('next', 'perSecond')), '×', '≥ 7')
    tell('8   ours / bare node:http out of a map', ratios(of('studio', 'perSecond'), of('bare', 'perSecond')))
    for (const who of ['studio', 'nginx', 'bare', 'next']) tell(`  ${who}, hits a second`, of(who, 'perSecond'), '')
    tell('8 warm p99', of('studio', 'p99'), ' ms', '< 3 ms')
    tell('  nginx, warm p99', of('nginx', 'p99'), ' ms')
    tell('  bare, warm p99', of('bare', 'p99'), ' ms')
    tell('  Next, warm p99', of('next', 'p99'), ' ms')
  } finally {
    await Promise.all([studio.stop(), next.stop(), nginx.server.stop(), bare.server.stop()])
  }
}

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { cpuSeconds, ratios, rounds, serve, tell } from '../harness.ts'

/** Rows 10 and 11. By CPU of the server a request, since wrk shares these cores; requests a second beside it. */
export async function benchHttp(count: number): Promise<void> {
  const [port, bare, hono] = [43_101, 43_102, 43_103]
  const server = await serve([process.execPath, join(import.meta.dirname, 'hello-server.ts'), `${port}`, `${bare}`, `${hono}`], {
    url: `http://127.0.0.1:${bare}/key`,
  })
  try {
    const { secret, token } = (await (await fetch(server.url)).json()) as { secret: string; token: string }
    const measure = (url: string, credential?: string) => async () => wrk(url, server.pid, credential)
    const [open, closed] = [`http://127.0.0.1:${port}/api/open`, `http://127.0.0.1:${port}/api/closed`]
    const contenders = {
      bare: measure(`http://127.0.0.1:${bare}/`),
      hono: measure(`http://127.0.0.1:${hono}/`),
      open: measure(open),
      key: measure(closed, secret),
      token: measure(closed, token),
    }
    // Compiled and cached before it counts.
    await rounds(1, contenders)
    const measured = await rounds(Math.max(3, count), contenders)
    const of = (who: keyof typeof contenders, what: 'perSecond' | 'cpuUs') => measured[who]!.map((one) => one[what])
    for (const who of ['bare', 'hono', 'open', 'key', 'token'] as const) tell(`  ${who}: CPU a request`, of(who, 'cpuUs'), ' µs')
    tell('10 with an API key / without, requests a second', ratios(of('key', 'perSecond'), of('open', 'perSecond')), '×', '≥ 0.65')
    tell('10   CPU without / with', ratios(of('open', 'cpuUs'), of('key', 'cpuUs')))
    tell('10 with a token (RS256) / without, requests a second', ratios(of('token', 'perSecond'), of('open', 'perSecond')), '×', '≥ 0.65')
    tell('11 hello with log and request id / bare node:http', ratios(of('open', 'perSecond'), of('bare', 'perSecond')), '×', '≥ 0.85')
    tell('11   CPU bare / Hono alone, no log, no id, no headers', ratios(of('bare', 'cpuUs'), of('hono', 'cpuUs')))
    tell('11   CPU bare / ours', ratios(of('bare', 'cpuUs'), of('open', 'cpuUs')))
  } finally {
    await server.stop()
  }
}

function wrk(url: string, pid: number, credential?: string) {
  const headers = credential ? ['-H', `authorization: Bearer ${credential}`] : []
  const before = cpuSeconds(pid)
  const { stdout } = spawnSync('wrk', ['-t1', '-c32', '-d3s', ...headers, url], { encoding: 'utf8' })
  const cpu = cpuSeconds(pid) - before
  if (/Non-2xx/.test(stdout)) throw new Error(stdout)
  const requests = Number(/(\d+) requests in/.exec(stdout)![1])
  return { perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)![1]), cpuUs: (cpu / requests) * 1e6 }
}

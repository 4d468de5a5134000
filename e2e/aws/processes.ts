import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'

export type Server = { url: string; stop(): Promise<void> }

/**
 * Starts a server and resolves when it answers HTTP, whatever the status. Throws with its last words when it ends first or says nothing
 * for a minute. It dies with this process, even by kill -9 (Linux).
 */
export async function startServer(server: {
  name: string
  python: string
  command: string[]
  port: number
  env?: Record<string, string>
  logDir: string
}): Promise<Server> {
  const log = join(server.logDir, `${server.name}.log`)
  const child = spawn(server.python, [join(import.meta.dirname, 'with-parent.py'), ...server.command], {
    cwd: server.logDir,
    env: { PATH: process.env.PATH ?? '', HOME: server.logDir, TMPDIR: server.logDir, ...server.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const file = createWriteStream(log)
  let words = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      words = (words + chunk).slice(-2000)
    })
    stream.pipe(file, { end: false })
  }
  const ended = once(child, 'exit')
  const url = `http://127.0.0.1:${server.port}`
  await Promise.race([
    answers(url, Date.now() + 60_000),
    ended.then(([code]) => {
      throw new Error(`${server.name} ended (${code}) before it answered:\n${words}`)
    }),
  ])
  return {
    url,
    async stop() {
      // The whole group, so that nothing it started lives on holding our pipes open.
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL')
      await ended
      child.stdout.destroy()
      child.stderr.destroy()
      file.end()
    },
  }
}

async function answers(url: string, until: number): Promise<void> {
  while (Date.now() < until) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${url} did not answer within a minute`)
}

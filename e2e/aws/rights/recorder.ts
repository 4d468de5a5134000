import { createServer, request as forward, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FunctionName } from '../../../infra/functions.ts'
import { type Right, rightsOf } from './rights-of.ts'

export type Used = Right & { by: FunctionName }
type Answer = (body: string) => Promise<unknown>

/**
 * A server between the functions and MiniStack that writes down which right each request needs on AWS. One function works at a time, so who
 * asks is whoever was named last. What `answers` names by its target is answered here.
 */
export async function startRecorder(target: string, answers: Record<string, Answer>) {
  const { port, hostname } = new URL(target)
  const used = new Map<string, Used>()
  let by: FunctionName | undefined

  const server = createServer(async (asked, answer) => {
    try {
      const body = await bytesOf(asked)
      const operation = String(asked.headers['x-amz-target'] ?? '')
      if (by) for (const right of rightsOf(asked, body)) used.set(`${by} ${right.action} ${right.on}`, { ...right, by })
      const own = answers[operation]
      if (own) return void answer.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(await own(body.toString())))
      const { method, url: path, headers } = asked
      // With the host as it was signed.
      const sent = forward({ host: hostname, port, method, path, headers }, (came) => {
        answer.writeHead(came.statusCode!, came.headers)
        came.pipe(answer)
      })
      sent.on('error', () => answer.destroy())
      sent.end(body)
    } catch (error) {
      answer.statusCode = 500
      answer.end(String(error))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    used: () => [...used.values()],
    /** Runs work of a function, and what it causes meanwhile; a function inside it is named by itself. */
    async as<T>(name: FunctionName, work: () => Promise<T>): Promise<T> {
      const before = by
      by = name
      return work().finally(() => {
        by = before
      })
    },
    close: () => server.close(),
  }
}

async function bytesOf(asked: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of asked) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A service that answers everything with one refusal, as the wire has it; `asked` counts how often. */
export async function refusing(status: number, body: string): Promise<{ url: string; asked(): number; close(): void }> {
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    request.resume().on('end', () => response.writeHead(status).end(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked, close: () => server.close() }
}

export const THROTTLED_TABLES = [
  400,
  JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException', message: 'Rate exceeded' }),
] as const
export const SLOW_DOWN = [
  503,
  '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>',
] as const

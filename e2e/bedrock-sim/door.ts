import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net'

export type Asked = IncomingMessage | Http2ServerRequest
export type Answering = ServerResponse | Http2ServerResponse

/**
 * HTTP/1.1 and HTTP/2 without TLS on one port: the first three bytes tell which. The runtime client of the SDK speaks 2 unless told
 * otherwise, the control plane's speaks 1, and curl whatever it likes.
 */
export async function openDoor(handle: (asked: Asked, answering: Answering) => void, { port, host }: { port: number; host: string }) {
  const one = createHttp({ requestTimeout: 0 }, handle)
  const two = createHttp2(handle)
  const sockets = new Set<Socket>()
  const door = createTcp((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null
      if (!first) return socket.destroy()
      socket.unshift(first)
      const server = first.subarray(0, 3).toString('latin1') === 'PRI' ? two : one
      server.emit('connection', socket)
    })
  })
  await new Promise<void>((resolve, reject) => {
    door.once('error', reject)
    door.listen(port, host, resolve)
  })
  return {
    url: `http://${host}:${(door.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => door.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** The whole body; undefined when the client went away first. */
export async function bodyOf(asked: Asked): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of asked) chunks.push(chunk as Buffer)
  } catch {
    return undefined
  }
  return Buffer.concat(chunks)
}

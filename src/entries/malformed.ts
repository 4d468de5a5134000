import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { StudioError } from '#core/errors.ts'
import { problemOf } from '#http/errors.ts'

/** What Node's parser says → status, and what would be right. Node itself answers with an empty body. */
const FAULTS: Record<string, { status: number; detail: string }> = {
  HPE_INVALID_URL: { status: 400, detail: 'the address holds characters that must be percent-encoded, as in ?q=%E6%B5%B7 for 海' },
  HPE_HEADER_OVERFLOW: { status: 431, detail: 'the headers are too large: at most 16 KB together' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, detail: 'the request did not arrive in time; send it again' },
}
const OTHER = { status: 400, detail: 'this is no HTTP/1.1 request' }

/** Answers what is no request, which no route ever sees, with a problem; then closes. Never into an answer that is under way. */
export function answerMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Where Node keeps what it is writing to the socket.
  const underWay = (socket as { _httpMessage?: ServerResponse })._httpMessage?.headersSent
  if (error.code === 'ECONNRESET' || !socket.writable || underWay) return void socket.destroy()
  const { status, detail } = FAULTS[error.code ?? ''] ?? OTHER
  const body = JSON.stringify({ ...problemOf(new StudioError('invalid_input', detail, {})), status })
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: application/problem+json',
    'x-content-type-options: nosniff',
    'cache-control: no-store',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

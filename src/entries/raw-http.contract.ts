import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

export type RawAnswer = { head: string; body: string }

/** All that a server on this port says on one connection to these requests, whose last asks it to close. */
export async function rawAnswers(port: number, ...requests: string[]): Promise<RawAnswer[]> {
  const socket = connect(port, '127.0.0.1')
  socket.write(requests.map((request) => `${request}\r\nhost: studio\r\n\r\n`).join(''))
  const answers = (await text(socket)).split(/(?=HTTP\/1\.1 \d{3} )/)
  return answers.map((answer) => ({ head: answer.split('\r\n\r\n')[0]!, body: answer.split('\r\n\r\n')[1]! }))
}

export const get = (path: string) => `GET ${path} HTTP/1.1`
export const lastly = (request: string) => `${request}\r\nconnection: close`

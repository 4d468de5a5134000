import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { smtpMail } from './smtp-mail.ts'

const letter = { to: 'ada@example.com', subject: 'Zurücksetzen 再設定', text: 'Here is your link.\n.\nA line of one dot.' }
const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A mail server as RFC 5321 has it, as far as one letter goes. With `refusal` it answers that to every recipient. */
async function sink(refusal?: string) {
  const letters: { from: string; to: string[]; data: string }[] = []
  const open = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    open.add(socket.on('close', () => open.delete(socket)))
    let [buffer, data, envelope] = ['', undefined as string | undefined, { from: '', to: [] as string[] }]
    const line = (text: string) => {
      if (data !== undefined) {
        if (text !== '.') data += `${text.replace(/^\./, '')}\n`
        else {
          letters.push({ ...envelope, data })
          data = undefined
          socket.write('250 kept\r\n')
        }
        return
      }
      const [verb = ''] = text.toUpperCase().split(/[ :]/)
      if (verb === 'MAIL') envelope = { from: text, to: [] }
      if (verb === 'RCPT' && !refusal) envelope.to.push(text)
      if (verb === 'DATA') data = ''
      socket.write(`${{ DATA: '354 go on', QUIT: '221 bye', RCPT: refusal }[verb] ?? '250 ok'}\r\n`)
    }
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        const lines = (buffer + chunk).split('\r\n')
        buffer = lines.pop()!
        for (const one of lines) line(one)
      })
    socket.write('220 sink ESMTP\r\n')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `smtp://127.0.0.1:${(server.address() as { port: number }).port}`
  const mail = smtpMail({ url, from: 'genzo@studio.example' })
  const stop = () => {
    server.close()
    for (const socket of open) socket.destroy()
  }
  ends.push(() => mail.close(), stop)
  return { mail, letters, stop, connections: () => connections }
}

it('hands a letter to the mail server whole, in any language, over one connection for many', async () => {
  const { mail, letters, connections } = await sink()
  await mail.send(letter)
  await mail.send({ ...letter, html: '<p>Here</p>' })
  expect([letters.length, connections()]).toEqual([2, 1])
  expect(letters[0]).toMatchObject({
    from: expect.stringContaining('genzo@studio.example'),
    to: [expect.stringContaining('ada@example.com')],
  })
  expect(letters[0]!.data).toContain('Here is your link.\n.\nA line of one dot.')
  expect(letters[0]!.data).toMatch(/Subject: =\?UTF-8\?/)
  expect(letters[1]!.data).toContain('text/html')
})

it('says that a letter was not taken, and nothing of what the server answered', async () => {
  const { mail, letters } = await sink('550 no such mailbox ada@example.com')
  await expect(mail.send(letter)).rejects.toMatchObject({
    ...{ code: 'unavailable', details: { service: 'mail' } },
    message: expect.not.stringContaining('ada'),
  })
  expect(letters).toEqual([])
})

it('leaves a mail server alone for a while after three failures', async () => {
  const { mail, connections, stop } = await sink('451 later')
  for (let attempt = 0; attempt < 3; attempt++) await expect(mail.send(letter)).rejects.toMatchObject({ code: 'unavailable' })
  const before = connections()
  await expect(mail.send(letter)).rejects.toThrow('left alone')
  expect(connections()).toBe(before)
  stop()
})

import { mkdtempSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { outboxMail } from './outbox-mail.ts'
import { prometheusTelemetry } from './prometheus-telemetry.ts'

it('keeps letters for an administrator, newest first, where nobody else can read them', async () => {
  const dir = join(mkdtempSync(join(tmpdir(), 'genzo-outbox-')), 'outbox')
  let at = 1_000
  const outbox = outboxMail({ dir, now: () => at++ })
  expect(await outbox.list()).toEqual([])
  for (const subject of ['first', 'second']) await outbox.send({ to: 'ada@example.com', subject, text: 'a link' })
  expect((await outbox.list()).map(({ subject, at }) => [subject, at])).toEqual([
    ['second', 1_001],
    ['first', 1_000],
  ])
  for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600)
})

it('drops the oldest letters past two hundred', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'genzo-outbox-'))
  let at = 0
  const outbox = outboxMail({ dir, now: () => at++ })
  for (let sent = 0; sent < 203; sent++) await outbox.send({ to: 'a@example.com', subject: String(sent), text: '' })
  const subjects = (await outbox.list()).map(({ subject }) => subject)
  expect([subjects.length, subjects[0], subjects.at(-1)]).toEqual([200, '202', '3'])
})

it('counts, times and logs, and never throws at a number it cannot take', async () => {
  const lines: string[] = []
  const telemetry = prometheusTelemetry({ level: 'info', destination: { write: (line) => void lines.push(line) } })
  telemetry.count('pictures', 2, { kind: 'sketch' })
  telemetry.count('pictures', 1, { other: 'label' })
  telemetry.observe('answer_ms', 7)
  telemetry.gauge('waiting', 3)
  telemetry.log('debug', 'too fine')
  telemetry.log('warn', 'told', { requestId: 'r1' })
  const { body } = await telemetry.metrics()
  expect(body).toContain('genzo_pictures_total{kind="sketch"} 2')
  expect(body).toContain('genzo_answer_ms_bucket{le="10"} 1')
  expect(body).toContain('genzo_waiting 3')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 'warn', message: 'told', requestId: 'r1' }])
})

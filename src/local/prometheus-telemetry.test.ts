import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { expect, it } from 'vitest'
import { prometheusTelemetry } from './prometheus-telemetry.ts'

const inMemory = () => {
  const chunks: string[] = []
  return { chunks, telemetry: prometheusTelemetry({ level: 'info', destination: { write: (chunk) => void chunks.push(chunk) } }) }
}

it('keeps series apart by name and by attributes', async () => {
  const { telemetry } = inMemory()
  const series = { route: 'GET /a' }
  telemetry.observe('answer_ms', 7, series)
  telemetry.observe('wait_ms', 7, series)
  telemetry.observe('answer_ms', 7, series)
  telemetry.observe('answer_ms', 7, { route: 'GET /a' })
  telemetry.observe('answer_ms', 7, { route: 'GET /b' })
  telemetry.observe('answer_ms', 7, { other: 'label' })
  telemetry.observe('plain_ms', 7)
  telemetry.observe('other_ms', 7)
  const { body } = await telemetry.metrics()
  const counts = body.split('\n').filter((line) => /^genzo_\w+_ms_count/.test(line))
  expect(counts.toSorted()).toEqual([
    'genzo_answer_ms_count{route="GET /a"} 3',
    'genzo_answer_ms_count{route="GET /b"} 1',
    'genzo_other_ms_count 1',
    'genzo_plain_ms_count 1',
    'genzo_wait_ms_count{route="GET /a"} 1',
  ])
})

it('tells a warning at once, with all that came before it, and the rest together', async () => {
  const { telemetry, chunks } = inMemory()
  telemetry.log('info', 'one')
  expect(chunks).toEqual([])
  telemetry.log('warn', 'two')
  telemetry.log('info', 'three')
  telemetry.flush()
  const lines = chunks.map((chunk) =>
    chunk
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  )
  expect(lines).toMatchObject([[{ message: 'one' }, { message: 'two', level: 'warn' }], [{ message: 'three' }]])
  expect(lines.flat().map(({ time }) => new Date(time).toISOString())).toEqual(lines.flat().map(({ time }) => time))
})

/** Logs for half a second, then says on standard error that it is still there. */
function logging(stdout: 'pipe' | number) {
  const telemetry = new URL('./prometheus-telemetry.ts', import.meta.url).href
  const program = `import { prometheusTelemetry } from '${telemetry}'
    const { log } = prometheusTelemetry({ level: 'info' })
    const logging = setInterval(() => log('warn', 'line'), 5)
    setTimeout(() => { clearInterval(logging); console.error('still here') }, 500)`
  const options: SpawnOptions = { stdio: ['ignore', stdout, 'pipe'] }
  return spawn(process.execPath, ['--input-type=module', '-e', program], options)
}
const stderrOf = async (child: ReturnType<typeof logging>) => (await child.stderr!.toArray()).join('')

it('goes on when whoever read its lines has gone', async () => {
  const child = logging('pipe')
  await once(child.stdout!, 'data')
  child.stdout!.destroy()
  expect(await stderrOf(child)).toBe('still here\n')
})

it('goes on when the disk of its log is full', async () => {
  const full = openSync('/dev/full', 'w')
  expect(await stderrOf(logging(full))).toBe('still here\n')
  closeSync(full)
})

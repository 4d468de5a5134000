import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { bufferedLines } from './buffered-lines.ts'

it('hands lines on together, soon or when it is told to', async () => {
  const chunks: string[] = []
  const lines = bufferedLines({ write: (chunk) => void chunks.push(chunk) })
  for (const line of ['a\n', 'b\n']) lines.write(line)
  expect(chunks).toEqual([])
  await expect.poll(() => chunks).toEqual(['a\nb\n'])
  lines.write('c\n')
  lines.flush()
  lines.flush()
  expect(chunks).toEqual(['a\nb\n', 'c\n'])
})

it('lets no more wait than it says', () => {
  const chunks: string[] = []
  const lines = bufferedLines({ write: (chunk) => void chunks.push(chunk) })
  for (let at = 0; at < 100; at++) lines.write('x'.repeat(1023).concat('\n'))
  expect(chunks.map(({ length }) => length)).toEqual([32_768, 32_768, 32_768])
})

it.each([
  ['ends by itself', '', 0],
  ['is told to exit', 'process.exit(3)', 3],
  ['dies of an error', 'throw new Error("x")', 1],
])('loses no line when the process %s', (_, end, code) => {
  const telemetry = new URL('./prometheus-telemetry.ts', import.meta.url).href
  const program = `import { prometheusTelemetry } from '${telemetry}'
    const { log } = prometheusTelemetry({ level: 'info' })
    for (let at = 0; at < 500; at++) log('info', 'line', { at })
    ${end}`
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  const told = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).at)
  // A chunk that was on its way may be overtaken by the last.
  told.sort((a, b) => a - b)
  expect([status, told]).toEqual([code, Array.from({ length: 500 }, (_line, at) => at)])
})

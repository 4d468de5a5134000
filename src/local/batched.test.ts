import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { batched } from './batched.ts'

function recorded() {
  const said: string[] = []
  const batch = batched(() => void said.push('done'))
  return { said, batch, say: (word: string) => batch.add(() => void said.push(word)) }
}

it('does things together, soon or when it is told to', async () => {
  const { said, say, batch } = recorded()
  for (const word of ['a', 'b']) say(word)
  expect(said).toEqual([])
  await expect.poll(() => said).toEqual(['a', 'b', 'done'])
  say('c')
  batch.flush()
  expect(said.slice(3)).toEqual(['c', 'done'])
})

it('lets no more wait than it says', () => {
  const { said, say } = recorded()
  for (let at = 0; at < 2500; at++) say('x')
  expect(said.map((word, at) => (word === 'done' ? at : 0)).filter(Boolean)).toEqual([1024, 2049])
})

it('goes on after what fails', () => {
  const { said, say, batch } = recorded()
  say('a')
  batch.add(() => {
    throw new Error('a slip')
  })
  say('b')
  batch.flush()
  expect(said).toEqual(['a', 'b', 'done'])
})

it.each([
  ['ends by itself', '', 0],
  ['is told to exit', 'process.exit(3)', 3],
  ['dies of an error', 'throw new Error("x")', 1],
])('loses no line when the process %s', (_, end, code) => {
  const telemetry = new URL('./prometheus-telemetry.ts', import.meta.url).href
  const program = `import { prometheusTelemetry } from '${telemetry}'
    const { log } = prometheusTelemetry({ level: 'info' })
    for (let at = 0; at < 900; at++) log('info', 'line', { at, padding: 'x'.repeat(200) })
    ${end}`
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  const told = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).at)
  expect([status, told]).toEqual([code, Array.from({ length: 900 }, (_line, at) => at)])
})

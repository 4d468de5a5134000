import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { startTrouble } from './start-trouble.ts'

it('names the port that another program has', async () => {
  const [first, second] = [createServer(), createServer()]
  await once(first.listen(0, '127.0.0.1'), 'listening')
  const { port } = first.address() as { port: number }
  const [error] = await once(second.listen(port, '127.0.0.1'), 'listening').catch((fault) => [fault])
  first.close()
  expect(startTrouble(error)).toBe(`port ${port} is taken by another program: set PORT to a free one`)
})

it('leaves a bug to its stack', () => {
  expect(startTrouble(new TypeError('x is not a function'))).toBeUndefined()
})

import { expect, it } from 'vitest'
import { main } from '../../../src/cli/main.ts'
import { deployStudio } from './studio.ts'
it('doctor', async () => {
  const studio = await deployStudio({ identity: { isSignUpOpen: true } })
  const ada = await studio.newPerson('ada@example.com')
  const { hostname, pathname } = new URL(studio.outputs.ApiUrl!)
  const url = `${studio.access.endpoint}/_aws/execute-api/${hostname.split('.')[0]}${pathname.replace(/\/$/, '')}`
  const real = globalThis.fetch
  globalThis.fetch = ((input: string, init: RequestInit) => (String(input).includes('/api/events') ? Promise.resolve(Response.json({ items: [], cursor: 0 })) : real(input, init))) as never
  const out: string[] = []
  const code = await main(['doctor', '--aws', '--url', url, '--wait', '60'], { url, cwd: '/', secrets: { token: ada.token }, out: (l: string) => out.push(l), say: (l: string) => out.push(`# ${l}`), progress: () => {} } as never)
  console.log(out.join('\n'))
  const left = await ada.ask('GET', '/api/images')
  console.log(code, JSON.stringify(left.body))
  expect(out.length).toBeGreaterThan(0)
}, 200_000)

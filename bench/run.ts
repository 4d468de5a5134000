import { existsSync } from 'node:fs'
import { join } from 'node:path'

const BENCHES = ['engine', 'delivery', 'models', 'studio', 'aws'] as const
const [name, ...rest] = process.argv.slice(2)
const file = join(import.meta.dirname, `${name}.bench.ts`)
if (!BENCHES.includes(name as (typeof BENCHES)[number]) || !existsSync(file)) {
  const there = BENCHES.filter((one) => existsSync(join(import.meta.dirname, `${one}.bench.ts`)))
  console.error(`give the name of a bench: npm run bench -- ${there.join(' | ')}`)
  process.exit(1)
}
process.argv.splice(2, process.argv.length, ...rest)
await import(file)

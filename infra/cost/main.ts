import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { z } from 'zod'
import { type Doubt, estimate, type Line, type Month, totalOf } from './estimate.ts'
import { AS_OF, ASSUMED, REGION } from './prices.data.ts'

const amount = z.coerce.number('a number').min(0, 'at least 0')
const Options = z.object({
  users: amount.default(1000),
  images: amount.default(10_000),
  'transfer-gb': amount.default(100),
  profile: z.enum(['small', 'full'], 'small or full').default('small'),
})

/** The month as asked for on the command line. Throws one error that names every wrong option with what to write. */
export function monthOf(args: string[]): Month & { json: boolean } {
  const options = Object.fromEntries(['users', 'images', 'transfer-gb', 'profile'].map((name) => [name, { type: 'string' as const }]))
  const values = parsedArgs(args, { ...options, json: { type: 'boolean', default: false } })
  const parsed = Options.safeParse(values)
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      ({ path, message }) => `--${String(path[0])} is ${JSON.stringify(values[String(path[0])])}: write ${message}`,
    )
    throw new Error(lines.join('\n'))
  }
  const { users, images, profile } = parsed.data
  return { users, images, transferGb: parsed.data['transfer-gb'], profile, json: values['json'] === true }
}

function parsedArgs(args: string[], options: ParseArgsOptionsConfig): Record<string, unknown> {
  try {
    return parseArgs({ args, options }).values
  } catch (error) {
    throw new Error(
      `${(error as Error).message}. There are ${Object.keys(options)
        .map((name) => `--${name}`)
        .join(', ')}`,
    )
  }
}

/** The bill as a table for people. */
export function tableOf(month: Month): string {
  const lines = estimate(month)
  const usd = (value: number) => value.toFixed(2).padStart(9)
  const rows = lines.map(({ service, usd: value, how }) => `${service.padEnd(20)} ${usd(value)}  ${how}`)
  const { users, images, transferGb, profile } = month
  const many = (value: number) => value.toLocaleString('en-US')
  const generated = (images * ASSUMED.generatedShare * 0.04).toFixed(2)
  return [
    `A month of ${many(users)} people, ${many(images)} new images and ${transferGb} GB delivered; profile ${profile}`,
    '',
    `${'service'.padEnd(20)} ${'US$'.padStart(9)}  how`,
    ...rows,
    `${'without the models'.padEnd(20)} ${usd(totalOf(lines))}`,
    '',
    `Models come on top, by the picture: half of the images generated at $0.04 (Stable Image Core) would be $${generated}.`,
    `List prices of ${REGION} as found on ${AS_OF}. Free tiers are counted where they have no end; those of an account's first`,
    'months and taxes are not. Sources, and who read each price when: infra/cost/prices.data.ts.',
    ...doubtsOf(lines),
    'Assumed (infra/cost/prices.data.ts, see docs/guide/aws.md):',
    ...Object.entries(ASSUMED).map(([name, value]) => `  ${name} ${value}`),
  ].join('\n')
}

/** Says which lines rest on figures that no copy of AWS's own confirms, so that nobody budgets on them unseen. */
function doubtsOf(lines: readonly Line[]): string[] {
  const doubtful = lines.filter(({ doubts }) => doubts.length > 0)
  if (doubtful.length === 0) return ["Every figure above was found in AWS's price list or on its pages."]
  const said = ({ what, evidence }: Doubt) => `${what}, ${evidence === 'listing' ? "by another's listing" : 'UNVERIFIED'}`
  const rows = doubtful.map(({ service, usd, doubts }) => `  ${service} ($${usd.toFixed(2)}): ${doubts.map(said).join('; ')}`)
  return ["Not confirmed by AWS's price list or pages:", ...rows]
}

if (import.meta.main) {
  try {
    const { json, ...month } = monthOf(process.argv.slice(2))
    process.stdout.write(
      `${json ? JSON.stringify({ month, asOf: AS_OF, lines: estimate(month), usd: totalOf(estimate(month)) }) : tableOf(month)}\n`,
    )
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  }
}

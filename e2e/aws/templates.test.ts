import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { synthesized } from '../../infra/testing.ts'
import { installedPython } from './install.ts'
import { LEFT_OUT } from './template/assembly.ts'

/** CDK writes a dependency on a role beside the reference to it, on purpose: the role's policies must stand before it is used. */
const IGNORED = ['W3005']
const operators = ['somebody@example.com']
const domain = { name: 'studio.example.com', hostedZone: { id: 'Z1', name: 'example.com' } }

/** What Python's cfn-lint, AWS's own linter, says of templates. */
function linted(files: string[]): { id: string; message: string; at: string }[] {
  const lint = join(dirname(installedPython()), 'cfn-lint')
  const run = spawnSync(lint, ['--format', 'json', '--ignore-checks', ...IGNORED, '--', ...files], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (run.error || !run.stdout) throw new Error(`cfn-lint did not run: ${run.error?.message ?? run.stderr}`)
  const found = JSON.parse(run.stdout) as { Rule: { Id: string }; Message: string; Filename: string; Location: { Path: string[] } }[]
  return found.map(({ Rule, Message, Filename, Location }) => ({
    id: Rule.Id,
    message: Message,
    at: `${Filename} ${Location.Path?.join('/')}`,
  }))
}

describe('cfn-lint', () => {
  it.each([
    ['dev', { operators }],
    ['prod', { operators, domain, mailFrom: 'studio@example.com', encryption: 'kms' }],
  ])(
    'finds neither error nor warning in the templates of %s',
    (stage, given) => {
      const { assembly } = synthesized(stage, given)
      const files = assembly.stacks.map(({ templateFullPath }) => templateFullPath)
      expect(linted(files)).toEqual([])
    },
    300_000,
  )

  it('finds what is wrong', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'genzo-lint-')), 'bad.template.json')
    writeFileSync(file, JSON.stringify({ Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 90_000 } } } }))
    expect(linted([file]).map(({ id }) => id)).toContain('E3034')
  }, 60_000)
})

it('leaves out of the deployed templates only what the guide names, with its reason', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/testing-aws.md'), 'utf8')
  for (const [type, why] of Object.entries(LEFT_OUT)) expect(guide).toContain(`| \`${type}\` | ${why} |`)
})

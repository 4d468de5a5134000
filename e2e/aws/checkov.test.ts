import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { synthesized } from '../../infra/testing.ts'
import { ANSWERS } from './checkov.data.ts'
import { installedPython } from './install.ts'

const operators = ['somebody@example.com']
const domain = { name: 'studio.example.com', hostedZone: { id: 'Z1', name: 'example.com' } }
/** As `dev` is, and as careful as a stage can be. */
const STAGES = [
  ['dev', { operators }],
  ['prod', { operators, domain, mailFrom: 'studio@example.com', encryption: 'kms' }],
] as const
/** Open to everybody, and plain: what a judge must say something of. */
const OPEN_BUCKET = { Resources: { Open: { Type: 'AWS::S3::Bucket', Properties: { AccessControl: 'PublicRead' } } } }

type Finding = { check: string; what: string; at: string }
const dir = mkdtempSync(join(tmpdir(), 'genzo-checkov-'))
let findings: Finding[]

/** What checkov says of every template in the folder, of every severity: it knows severities only for those who have an account. */
function judged(): Finding[] {
  const checkov = join(dirname(installedPython(join(import.meta.dirname, 'checkov-requirements.txt'))), 'checkov')
  const args = ['--directory', dir, '--framework', 'cloudformation', '--output', 'json', '--quiet', '--compact', '--skip-download']
  const run = spawnSync(checkov, args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (run.error || !run.stdout) throw new Error(`checkov did not run: ${run.error?.message ?? run.stderr}`)
  const { summary, results } = JSON.parse(run.stdout)
  if (summary.parsing_errors > 0) throw new Error(`checkov could not read ${results.parsing_errors}`)
  return results.failed_checks.map(({ check_id, check_name, file_path, resource }: Record<string, string>) => ({
    ...{ check: check_id, what: check_name, at: `${basename(file_path!).replace('.template.json', '')}:${resource}` },
  }))
}

beforeAll(() => {
  writeFileSync(join(dir, 'open.template.json'), JSON.stringify(OPEN_BUCKET))
  for (const [stage, given] of STAGES)
    for (const { templateFullPath, templateFile } of synthesized(stage, given).assembly.stacks)
      copyFileSync(templateFullPath, join(dir, templateFile))
  findings = judged()
}, 400_000)
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('checkov', () => {
  const ours = () => findings.filter(({ at }) => at.startsWith('Genzo-'))
  const answers = ({ check, at }: Finding) => ANSWERS.find((answer) => answer.check === check && answer.where.test(at))

  it('finds nothing in the templates that is not answered', () => {
    expect(ours().filter((finding) => !answers(finding))).toEqual([])
  })
  it('finds what is wrong', () => {
    const found = findings.filter(({ at }) => at === 'open:AWS::S3::Bucket.Open').map(({ check }) => check)
    expect(found).toEqual(expect.arrayContaining(['CKV_AWS_20', 'CKV_AWS_21', 'CKV_AWS_53']))
  })
  it('is given no answer that it no longer asks for', () => {
    const used = new Set(ours().map(answers))
    expect(ANSWERS.filter((answer) => !used.has(answer))).toEqual([])
  })
})

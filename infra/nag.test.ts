import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { describe, expect, it } from 'vitest'
import { ACKNOWLEDGED } from './acknowledgements.ts'
import { settingsOf } from './config.ts'
import { studioApp } from './studio.ts'
import { STAND_INS } from './testing.ts'

type Finding = { rule: string; at: string }

/** What cdk-nag and CDK's own validation find in a stage. */
function findingsOf(stage: string, given: Record<string, unknown>): { findings: Finding[]; judges: string[] } {
  const outdir = mkdtempSync(join(tmpdir(), 'genzo-nag-'))
  const { app } = studioApp(settingsOf(stage, given), STAND_INS, { outdir })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app))
  // Findings end synthesis with an error; the report stands before that.
  expect(() => app.synth()).toThrow()
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'))
  const findings = pluginReports.flatMap(({ violations }: any) =>
    violations.flatMap(({ ruleName, violatingConstructs }: any) =>
      violatingConstructs.map(({ constructPath }: any) => ({ rule: ruleName, at: constructPath.replace(/^Genzo-[a-z]+-/, '') })),
    ),
  )
  return { findings, judges: pluginReports.map(({ pluginName }: any) => pluginName) }
}

const operators = ['somebody@example.com']
const everything = { operators, mailFrom: 'studio@example.com', encryption: 'kms', profile: 'full' }
const reports = [findingsOf('prod', everything), findingsOf('dev', { operators })]
const isAnswered = ({ rule, at }: Finding) => ACKNOWLEDGED.some((one) => one.rule.test(rule) && one.at.test(at))

describe('cdk-nag', () => {
  it('was asked with both of its packs', () => {
    for (const { judges } of reports) expect(judges).toEqual(expect.arrayContaining(['AwsSolutions', 'Serverless']))
  })

  it('finds nothing in a template that is not answered by a sentence', () => {
    for (const { findings } of reports) expect(findings.filter((finding) => !isAnswered(finding))).toEqual([])
  })

  it('has no answer from us to what it no longer finds', () => {
    const all = reports.flatMap(({ findings }) => findings)
    const idle = ACKNOWLEDGED.filter(({ rule, at }) => !all.some((finding) => rule.test(finding.rule) && at.test(finding.at)))
    expect(idle.map(({ rule, at }) => `${rule} ${at}`)).toEqual([])
  })

  it('is answered in whole sentences', () => {
    for (const { because } of ACKNOWLEDGED) expect(because).toMatch(/^[A-Z].{20,}\.$/)
  })
})

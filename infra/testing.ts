import { Template } from 'aws-cdk-lib/assertions'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { settingsOf } from './config.ts'
import { studioApp } from './studio.ts'

/** Templates need no bundles: what they say about a function is beside its code. */
export const STAND_INS = { codeOf: () => Code.fromInline('exports.handler = async () => {}') }

/** The app of a stage with values in front of it, and its templates, made once for a test file. */
export function synthesized(stage: string, given: Record<string, unknown> = {}) {
  const studio = studioApp(settingsOf(stage, given), STAND_INS)
  const assembly = studio.app.synth()
  return { ...studio, assembly, data: Template.fromStack(studio.data), engine: Template.fromStack(studio.engine) }
}

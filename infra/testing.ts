import type { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { Source } from 'aws-cdk-lib/aws-s3-deployment'
import { settingsOf } from './config.ts'
import { studioApp } from './studio.ts'

/** Templates need no bundles: what they say about a function is beside its code. */
export const STAND_INS = {
  codeOf: () => Code.fromInline('exports.handler = async () => {}'),
  webSource: Source.data('index.html', '<!doctype html>'),
  pictureCode: 'function handler(event) { return event.request }',
}

/** The app of a stage with values in front of it, and its templates, made once for a test file. */
export function synthesized(stage: string, given: Record<string, unknown> = {}) {
  const studio = studioApp(settingsOf(stage, given), STAND_INS)
  const assembly = studio.app.synth()
  const of = (stack: Stack) => Template.fromStack(stack)
  return {
    ...studio,
    assembly,
    data: of(studio.data),
    engine: of(studio.engine),
    api: of(studio.api),
    site: of(studio.site),
    operations: of(studio.operations),
  }
}

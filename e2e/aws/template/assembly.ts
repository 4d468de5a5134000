import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { Source } from 'aws-cdk-lib/aws-s3-deployment'
import type { CloudAssembly } from 'aws-cdk-lib/cx-api'
import { edgeFunctionCode } from '../../../infra/bundles.ts'
import { settingsOf } from '../../../infra/config.ts'
import { FUNCTIONS, type FunctionName } from '../../../infra/functions.ts'
import { studioApp } from '../../../infra/studio.ts'
import { layOut } from '../functions/bundle-zip.ts'

type Resource = { Type: string; Properties?: any; DependsOn?: string | string[] }
export type Template = { Resources: Record<string, Resource> } & Record<string, unknown>

/** Types of the templates that MiniStack's CloudFormation cannot make, each with the reason: these resources alone are left out. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'AWS::Cognito::ManagedLoginBranding': 'it has one look of login pages, and no such type',
  'AWS::Budgets::Budget': 'it has no such type',
  'AWS::CloudWatch::Alarm with Metrics': 'it knows alarms on one metric, and not on a formula over several',
  'Custom::CDKBucketDeployment': "CDK's own copying of the web app is a Python function with the AWS CLI as a layer",
  'Custom::S3AutoDeleteObjects': "CDK's own emptying of buckets runs when a stack is removed",
}

/** The stage `dev` as `npm run synth` writes it, with the bundles of all functions, laid out for this machine. */
export async function assembledStudio(given: Record<string, unknown>): Promise<{ assembly: CloudAssembly; remove(): void }> {
  const folders = new Map<FunctionName, Awaited<ReturnType<typeof layOut>>>()
  for (const name of Object.keys(FUNCTIONS) as FunctionName[]) folders.set(name, await layOut(name))
  const outdir = mkdtempSync(join(tmpdir(), 'genzo-assembly-'))
  const { app } = studioApp(
    settingsOf('dev', given),
    {
      codeOf: (name) => Code.fromAsset(folders.get(name)!.dir),
      webSource: Source.data('index.html', '<!doctype html>'),
      pictureCode: edgeFunctionCode(),
    },
    { outdir },
  )
  const assembly = app.synth()
  for (const { remove } of folders.values()) remove()
  return { assembly, remove: () => rmSync(outdir, { recursive: true, force: true }) }
}

/**
 * A template as synthesized but for what MiniStack cannot make or reads otherwise than AWS. Node functions run in a custom runtime, since
 * its own loses the names of errors, and find servers of this machine by the variables given.
 */
export function adapted(given: Template, variables: Record<string, string>): Template {
  const template = asMinistackReads(given)
  const isLeftOut = ({ Type, Properties }: Resource) => Type in LEFT_OUT || (Type === 'AWS::CloudWatch::Alarm' && Properties.Metrics)
  const kept = Object.entries(template.Resources).filter(([, resource]) => !isLeftOut(resource))
  const ids = new Set(kept.map(([id]) => id))
  const made = kept.map(([id, { DependsOn, ...resource }]): [string, Resource] => [
    id,
    {
      ...(resource.Properties?.Runtime === 'nodejs24.x' ? inCustomRuntime(resource, variables) : resource),
      ...(DependsOn && { DependsOn: [DependsOn].flat().filter((other) => ids.has(other)) }),
    },
  ])
  return { ...template, Resources: Object.fromEntries(made) }
}

function inCustomRuntime(resource: Resource, variables: Record<string, string>): Resource {
  const { Environment, ...properties } = resource.Properties
  const Variables = { ...Environment?.Variables, ...variables }
  return { ...resource, Properties: { ...properties, Runtime: 'provided.al2023', Environment: { Variables } } }
}

/**
 * `Ref` of a secret is its ARN on AWS, as is its attribute `Id`; here only that is. And it looks for `ChangeMessageVisibilityBatch` in
 * policies, which IAM does not know: there the right is the one of the single call.
 */
function asMinistackReads(template: Template): Template {
  const secrets = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::SecretsManager::Secret')
  const text = secrets.reduce((text, [id]) => text.replaceAll(`{"Ref":"${id}"}`, `{"Fn::GetAtt":["${id}","Id"]}`), JSON.stringify(template))
  const one = '"sqs:ChangeMessageVisibility"'
  return JSON.parse(text.replaceAll(one, `${one},"sqs:ChangeMessageVisibilityBatch"`)) as Template
}

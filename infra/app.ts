import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { Source } from 'aws-cdk-lib/aws-s3-deployment'
import { edgeFunctionCode } from './bundles.ts'
import { accountSettings, STAGE_NAMES, settingsOf } from './config.ts'
import { functionFolders } from './function-folders.ts'
import { operatorFiles, withOperatorFiles } from './operator-files.ts'
import { accountApp, studioApp } from './studio.ts'

const ROOT = join(import.meta.dirname, '..')
const WEB = join(ROOT, 'dist/web')

const { values } = parseArgs({
  options: {
    stage: { type: 'string' },
    account: { type: 'boolean', default: false },
    'site-url': { type: 'string' },
    out: { type: 'string' },
  },
})

/** Writes the templates and bundles of one stage, or of the account, under cdk.out, and says what it wrote. */
async function synthesize(): Promise<void> {
  if (values.account)
    return written(accountApp(accountSettings(), { outdir: values.out ?? join(ROOT, 'cdk.out/account') }).app.synth().directory)
  const stages = values.stage ? [values.stage] : STAGE_NAMES
  // Settings first: a wrong value is said at once, and not after a minute of bundling.
  const settings = stages.map((stage) => settingsOf(stage, knownSite(stage)))
  if (!existsSync(join(WEB, 'index.html'))) throw new Error(`${WEB} has no web app: npm run build:web builds it`)
  const folders = await functionFolders('arm64')
  const pictureCode = edgeFunctionCode()
  for (const one of settings) {
    const files = operatorFiles(one)
    const { app } = studioApp(
      one,
      { codeOf: (name) => Code.fromAsset(withOperatorFiles(folders.get(name)!, files)), webSource: Source.asset(WEB), pictureCode },
      { outdir: values.out ?? join(ROOT, 'cdk.out', one.stage) },
    )
    written(app.synth().directory)
  }
}

/** The address that CloudFront gave on the first deploy, as an option or as deploy.ts noted it. */
function knownSite(stage: string): { siteUrl?: string } {
  if (values['site-url']) return { siteUrl: values['site-url'] }
  const noted = join(ROOT, `cdk.out/site-url.${stage}`)
  return existsSync(noted) ? { siteUrl: readFileSync(noted, 'utf8').trim() } : {}
}

function written(directory: string): void {
  process.stdout.write(`${directory}\n`)
}

try {
  await synthesize()
} catch (error) {
  process.stderr.write(`synth: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}

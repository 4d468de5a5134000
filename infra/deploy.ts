import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { settingsOf } from './config.ts'

const ROOT = join(import.meta.dirname, '..')
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk')
const [verb = 'deploy', ...rest] = process.argv.slice(2)
const { values } = parseArgs({
  args: rest,
  options: { stage: { type: 'string' }, account: { type: 'boolean', default: false }, yes: { type: 'boolean', default: false } },
})

/** Runs a program with this terminal; ends this one when it fails, since what follows needs it. */
function must(...command: string[]): void {
  const { status } = spawnSync(process.execPath, command, { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

const synth = (...args: string[]) => must(join(ROOT, 'infra/app.ts'), ...args)

function cdk(action: 'deploy' | 'destroy', app: string, ...args: string[]): void {
  // Security changes are shown and asked about, but for a pipeline that has its own approval.
  const asking = action === 'deploy' ? ['--require-approval', values.yes ? 'never' : 'broadening'] : values.yes ? ['--force'] : []
  must(CDK, action, '--app', app, '--all', ...asking, ...args)
}

function deployStage(stage: string): void {
  const settings = settingsOf(stage)
  const app = join(ROOT, 'cdk.out', stage)
  const outputs = join(ROOT, 'cdk.out', `outputs.${stage}.json`)
  const deploy = () => cdk('deploy', app, '--outputs-file', outputs)
  synth('--stage', stage)
  deploy()
  if (settings.publicUrl) return
  const noted = join(ROOT, `cdk.out/site-url.${stage}`)
  const before = existsSync(noted) ? readFileSync(noted, 'utf8').trim() : undefined
  const siteUrl = siteUrlIn(outputs, stage)
  if (siteUrl === before) return
  // Sign-in, signed URLs and the store's CORS name the site: its address is known only now. The second pass changes those alone.
  process.stderr.write(
    `deploy: the site is ${siteUrl}; deploying once more with it. Write siteUrl into infra/config.ts to keep it for others\n`,
  )
  mkdirSync(join(ROOT, 'cdk.out'), { recursive: true })
  writeFileSync(noted, siteUrl)
  synth('--stage', stage)
  deploy()
}

function siteUrlIn(outputs: string, stage: string): string {
  const { SiteUrl } = JSON.parse(readFileSync(outputs, 'utf8'))[`Genzo-${stage}-Site`] ?? {}
  if (typeof SiteUrl !== 'string') throw new Error(`${outputs} names no SiteUrl of stage ${stage}: look at the site stack's outputs`)
  return SiteUrl
}

try {
  if (verb !== 'deploy' && verb !== 'destroy') throw new Error(`the verb is ${JSON.stringify(verb)}: write deploy or destroy`)
  if (values.account) {
    synth('--account')
    cdk(verb, join(ROOT, 'cdk.out/account'))
  } else {
    if (!values.stage) throw new Error('no stage was named: write --stage dev, --stage staging or --stage prod')
    if (verb === 'deploy') deployStage(values.stage)
    else {
      const { onRemoval } = settingsOf(values.stage)
      synth('--stage', values.stage)
      if (onRemoval === 'keep')
        process.stderr.write('destroy: bytes, facts and people of this stage stay (onRemoval: keep); see docs/guide/aws.md\n')
      cdk('destroy', join(ROOT, 'cdk.out', values.stage))
      rmSync(join(ROOT, `cdk.out/site-url.${values.stage}`), { force: true })
    }
  }
} catch (error) {
  process.stderr.write(`${verb}: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}

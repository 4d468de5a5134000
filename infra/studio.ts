import { App, type AppProps, Tags } from 'aws-cdk-lib'
import type { ISource } from 'aws-cdk-lib/aws-s3-deployment'
import type { AccountSettings, Settings } from './config.ts'
import type { CodeOf } from './constructs/studio-function.ts'
import { AccountStack } from './stacks/account-stack.ts'
import { ApiStack } from './stacks/api-stack.ts'
import { DataStack } from './stacks/data-stack.ts'
import { EdgeStack, needsEdge } from './stacks/edge-stack.ts'
import { EngineStack } from './stacks/engine-stack.ts'
import { OperationsStack } from './stacks/operations-stack.ts'
import { SiteStack } from './stacks/site-stack.ts'

/** What the stacks take from outside the templates. */
export type Assets = {
  /** Code of each function. */
  codeOf: CodeOf
  /** The built web app. */
  webSource: ISource
  /** Code of the edge's function for pictures. */
  pictureCode: string
}

/** Logs of stores are let in by policy; CDK's older way, an ACL, is what S3 has left behind. */
const CONTEXT = { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true }

/** The app of one stage: every stack of it, in order of what needs what. Looks nothing up, so it is made the same anywhere. */
export function studioApp(settings: Settings, assets: Assets, props: AppProps = {}) {
  const app = new App({ analyticsReporting: false, ...props, context: { ...CONTEXT, ...props.context } })
  const env = { region: settings.region, ...(settings.account && { account: settings.account }) }
  const name = (part: string) => `Genzo-${settings.stage}-${part}`
  const about = (text: string) => ({ env, description: `Genzo, stage ${settings.stage}: ${text}` })

  const data = new DataStack(app, name('Data'), { settings, codeOf: assets.codeOf, ...about('bytes, facts, people and secrets') })
  const engine = new EngineStack(app, name('Engine'), {
    settings,
    data,
    codeOf: assets.codeOf,
    ...about('queues, workflows and their functions'),
  })
  engine.addStackDependency(data)
  const api = new ApiStack(app, name('Api'), { settings, data, engine, codeOf: assets.codeOf, ...about('the HTTP API') })
  const edge = needsEdge(settings)
    ? new EdgeStack(app, name('Edge'), {
        settings,
        ...about('what CloudFront reads from us-east-1'),
        env: { ...env, region: 'us-east-1' },
        crossRegionReferences: true,
      })
    : undefined
  edge?.addStackDependency(data)
  const site = new SiteStack(app, name('Site'), {
    ...{ settings, data, api, edge, ...assets, ...about('pages, pictures and the one address'), crossRegionReferences: true },
  })
  const operations = new OperationsStack(app, name('Operations'), {
    ...{ settings, data, engine, api, site, codeOf: assets.codeOf, ...about('the sweeper, alarms and the budget') },
  })
  Tags.of(app).add('genzo:stage', settings.stage)
  return { app, data, engine, api, edge, site, operations }
}

/** The app of an account: what is over all of its stages. In us-east-1, where AWS keeps bills. */
export function accountApp(settings: AccountSettings, props: AppProps = {}) {
  const app = new App({ analyticsReporting: false, ...props })
  const env = { region: 'us-east-1', ...(settings.account && { account: settings.account }) }
  const account = new AccountStack(app, 'Genzo-Account', {
    settings,
    env,
    description: 'Genzo: budgets and unusual spending of this account',
  })
  return { app, account }
}

import { Duration, Stack, type StackProps } from 'aws-cdk-lib'
import { CfnBudget } from 'aws-cdk-lib/aws-budgets'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription, LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Settings } from '../config.ts'
import { guardRoles } from '../constructs/guard.ts'
import { type CodeOf, StudioFunction } from '../constructs/studio-function.ts'
import { Watch } from '../constructs/watch.ts'
import { pascal, picked, studioEnvironment } from '../environment.ts'
import type { FunctionName } from '../functions.ts'
import { stageName } from '../names.ts'
import type { StudioResources } from '../resources.ts'
import type { ApiStack } from './api-stack.ts'
import type { DataStack } from './data-stack.ts'
import type { EngineStack } from './engine-stack.ts'
import type { SiteStack } from './site-stack.ts'

export interface OperationsStackProps extends StackProps {
  /** The stage. */
  readonly settings: Settings
  /** What is watched. */
  readonly data: DataStack
  /** What is watched. */
  readonly engine: EngineStack
  /** What is watched. */
  readonly api: ApiStack
  /** What is watched. */
  readonly site: SiteStack
  /** Code of each function. */
  readonly codeOf: CodeOf
}

/** What keeps the studio going and says when it does not: the sweeper, the counts, letters to people, alarms, the stage's budget. */
export class OperationsStack extends Stack {
  readonly functions = new Map<FunctionName, StudioFunction>()

  constructor(scope: Construct, id: string, { settings, data, engine, api, site, codeOf, ...props }: OperationsStackProps) {
    super(scope, id, props)
    guardRoles(this, settings)
    const { distributionId } = site.site.distribution
    const distributionArn = `arn:${this.partition}:cloudfront::${this.account}:distribution/${distributionId}`
    const resources: StudioResources = { ...engine.resources, userPoolArn: data.identity.pool.userPoolArn, distributionArn }
    const environment = {
      ...studioEnvironment(settings, data, engine),
      GENZO_TOPIC_ARN: engine.topic.topicArn,
      GENZO_DISTRIBUTION_ID: distributionId,
    }
    const add = <N extends FunctionName>(name: N) => {
      const made = new StudioFunction(this, pascal(name), { name, environment: picked(name, environment), resources, codeOf })
      this.functions.set(name, made as unknown as StudioFunction)
      return made
    }
    this.every(Duration.minutes(5), add('s3-metrics'), 'Counts bytes and objects')
    const sweeper = add('sweeper')
    this.every(Duration.minutes(2), sweeper, 'Sends again what is due')
    this.every(Duration.hours(1), sweeper, 'Retention, and the index of search', 'upkeep')
    // Without a sender there is nobody to write as.
    if (settings.mailFrom) engine.topic.addSubscription(new LambdaSubscription(add('notify').fn))

    const alarms = this.alarmTopic(settings)
    const lambdas = (from: ReadonlyMap<FunctionName, StudioFunction>) => [...from.values()].map(({ fn }) => fn)
    new Watch(this, 'Watch', {
      settings,
      alarms,
      apiName: stageName(settings, 'api'),
      functions: { asked: [...lambdas(api.functions), site.maker.fn], working: [...lambdas(engine.functions), ...lambdas(this.functions)] },
      generator: engine.functions.get('generation-task')!.fn,
      queues: [
        {
          name: 'Processing',
          queue: data.processing.queue as IQueue,
          deadLetters: data.processing.deadLetters as IQueue,
          tooOld: Duration.minutes(5),
        },
        {
          name: 'Generation',
          queue: engine.generation.queue as IQueue,
          deadLetters: engine.generation.deadLetters as IQueue,
          tooOld: Duration.minutes(15),
        },
      ],
      machines: { processing: engine.workflows.processing.arn, generation: engine.workflows.generation.arn },
      tables: Object.values(data.facts.tables).map(({ tableName }) => tableName),
    })
    this.addBudget(settings)
  }

  private every(interval: Duration, { fn }: StudioFunction<FunctionName>, description: string, task?: string): void {
    const id = `${fn.node.scope!.node.id}${task ? pascal(task) : ''}Schedule`
    const rule = new Rule(this, id, { description, schedule: Schedule.rate(interval) })
    // The next tick does what a failed one left: nothing is gained by trying the same minute again.
    const event = task && { event: RuleTargetInput.fromObject({ task }) }
    rule.addTarget(new LambdaTarget(fn, { retryAttempts: 0, maxEventAge: interval, ...event }))
  }

  private alarmTopic({ namePrefix, operators }: Settings): ITopic {
    const topic = new Topic(this, 'Alarms', {
      topicName: `${namePrefix}image-alarms`,
      displayName: 'Alarms of the studio',
      enforceSSL: true,
    })
    topic.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    )
    for (const address of operators) topic.addSubscription(new EmailSubscription(address))
    return topic as ITopic
  }

  /** By the tag that every resource of the stage carries; it must once be activated as a cost allocation tag. */
  private addBudget({ stage, budgetUsd, operators }: Settings): void {
    if (operators.length === 0) return
    new CfnBudget(this, 'Budget', {
      budget: {
        ...{
          budgetName: stageName({ stage }, 'month'),
          budgetType: 'COST',
          timeUnit: 'MONTHLY',
          budgetLimit: { amount: budgetUsd, unit: 'USD' },
        },
        costFilters: { TagKeyValue: [`user:genzo:stage$${stage}`] },
      },
      notificationsWithSubscribers: budgetNotices(operators),
    })
  }
}

/** At half, at four fifths and at all of it, and when the month is on its way to more. */
export function budgetNotices(operators: readonly string[]): CfnBudget.NotificationWithSubscribersProperty[] {
  const subscribers = operators.map((address) => ({ subscriptionType: 'EMAIL', address }))
  const at = (threshold: number, notificationType: string) => ({
    ...{ notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' }, subscribers },
  })
  return [at(50, 'ACTUAL'), at(80, 'ACTUAL'), at(100, 'ACTUAL'), at(100, 'FORECASTED')]
}

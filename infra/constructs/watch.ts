import { Duration } from 'aws-cdk-lib'
import {
  Alarm,
  AnomalyDetectionAlarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TextWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Settings } from '../config.ts'
import { stageName } from '../names.ts'

/** Each has its page in docs/runbooks. */
export const RUNBOOKS = [
  ...['api-errors', 'api-latency', 'dead-letters', 'function-errors', 'models-failing', 'queue-age', 'table-throttles', 'throttles'],
  ...['workflow-failures'],
] as const
export type Runbook = (typeof RUNBOOKS)[number]

export interface WatchProps {
  /** Names what is made, and says whether unusual latency is watched for. */
  readonly settings: Settings
  /** Told of every alarm. */
  readonly alarms: ITopic
  /** Name of the REST API. */
  readonly apiName: string
  /** Functions by what they are for: a person waits, or a queue does. */
  readonly functions: { readonly asked: readonly LambdaFunction[]; readonly working: readonly LambdaFunction[] }
  /** Asks the models: its errors are theirs. */
  readonly generator: LambdaFunction
  /** Queues, with the age at which somebody has waited too long. */
  readonly queues: readonly { readonly name: string; readonly queue: IQueue; readonly deadLetters: IQueue; readonly tooOld: Duration }[]
  /** ARNs of the state machines, by name. */
  readonly machines: Readonly<Record<string, string>>
  /** Names of the tables. */
  readonly tables: readonly string[]
}

type Watched = { metric: IMetric; threshold: number; runbook: Runbook; about: string; periods?: number }

/** Alarms that each say what happened and where it is written what to do, and one page that shows the same numbers. */
export class Watch extends Construct {
  private readonly topic: ITopic

  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id)
    this.topic = props.alarms
    const graphs = [...this.watchApi(props), ...this.watchFunctions(props), ...this.watchQueues(props), ...this.watchMachines(props)]
    this.watchTables(props)
    const board = new Dashboard(this, 'Dashboard', {
      dashboardName: stageName(props.settings, 'studio'),
      defaultInterval: Duration.days(1),
    })
    const text = `# Genzo ${props.settings.stage}\nWhat each alarm means and what to do: docs/runbooks. Costs: AWS Budgets.`
    board.addWidgets(new TextWidget({ markdown: text, width: 24, height: 2 }))
    for (let at = 0; at < graphs.length; at += 3) board.addWidgets(...graphs.slice(at, at + 3))
  }

  private watchApi({ apiName, settings }: WatchProps): GraphWidget[] {
    const of = (metricName: string, statistic: string) =>
      new Metric({ namespace: 'AWS/ApiGateway', metricName, statistic, dimensionsMap: { ApiName: apiName }, period: Duration.minutes(5) })
    const [count, broken, refused] = [of('Count', Stats.SUM), of('5XXError', Stats.SUM), of('4XXError', Stats.SUM)]
    const slow = of('Latency', 'p95')
    this.alarm('ApiErrors', {
      metric: new MathExpression({
        ...{ expression: 'IF(count > 20, 100 * broken / count, 0)', usingMetrics: { count, broken }, period: Duration.minutes(5) },
        label: 'requests answered by an error of ours, %',
      }),
      ...{ threshold: 1, runbook: 'api-errors', about: 'More than 1 % of requests were answered by an error of ours' },
    })
    this.alarm('ApiLatency', {
      ...{
        metric: slow,
        threshold: 3000,
        periods: 3,
        runbook: 'api-latency',
        about: 'One request in twenty took more than 3 s for 15 minutes',
      },
    })
    if (settings.traits.hasAnomalyAlarms) {
      new AnomalyDetectionAlarm(this, 'ApiLatencyUnusual', {
        metric: slow,
        stdDevs: 4,
        evaluationPeriods: 3,
        comparisonOperator: ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
        alarmDescription: described('Requests take unusually long for this hour of the week', 'api-latency'),
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }).addAlarmAction(new SnsAction(this.topic))
    }
    return [graph('Requests', [count, refused, broken]), graph('Latency', [of('Latency', 'p50'), slow, of('Latency', 'p99')])]
  }

  private watchFunctions({ functions, generator }: WatchProps): GraphWidget[] {
    const all = { asked: functions.asked, working: functions.working }
    for (const [group, members] of Object.entries(all)) {
      this.alarm(`${group === 'asked' ? 'Api' : 'Engine'}FunctionErrors`, {
        metric: sumOf(members.map((fn) => fn.metricErrors({ period: Duration.minutes(5) }))),
        ...{ threshold: 5, runbook: 'function-errors', about: `More than 5 calls of functions failed in 5 minutes (${group})` },
      })
    }
    const everyone = [...functions.asked, ...functions.working]
    this.alarm('Throttles', {
      // An alarm takes ten metrics; those that a person waits for come first.
      metric: sumOf(everyone.slice(0, 10).map((fn) => fn.metricThrottles({ period: Duration.minutes(5) }))),
      ...{
        threshold: 0,
        periods: 2,
        runbook: 'throttles',
        about: 'AWS turned calls of functions away: the account runs as many as it may',
      },
    })
    this.alarm('ModelsFailing', {
      metric: generator.metricErrors({ period: Duration.minutes(15), statistic: Stats.SUM }),
      ...{ threshold: 5, runbook: 'models-failing', about: 'More than 5 calls of models failed in 15 minutes' },
    })
    const errors = everyone.map((fn) => fn.metricErrors({ label: fn.node.scope!.node.id }))
    const durations = everyone.map((fn) => fn.metricDuration({ statistic: 'p95', label: fn.node.scope!.node.id }))
    return [graph('Errors of functions', errors), graph('Time of functions, p95', durations)]
  }

  private watchQueues({ queues }: WatchProps): GraphWidget[] {
    for (const { name, queue, deadLetters, tooOld } of queues) {
      this.alarm(`${name}QueueAge`, {
        metric: queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: Duration.minutes(5) }),
        ...{ threshold: tooOld.toSeconds(), periods: 2, runbook: 'queue-age' },
        about: `The oldest message of the ${name.toLowerCase()} queue has waited for more than ${tooOld.toMinutes()} minutes`,
      })
      this.alarm(`${name}DeadLetters`, {
        metric: deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
        ...{ threshold: 0, runbook: 'dead-letters', about: `Work of the ${name.toLowerCase()} queue was set aside after its last attempt` },
      })
    }
    return [
      graph(
        'Waiting',
        queues.map(({ queue }) => queue.metricApproximateNumberOfMessagesVisible()),
      ),
      graph(
        'Oldest message, s',
        queues.map(({ queue }) => queue.metricApproximateAgeOfOldestMessage()),
      ),
      graph(
        'Dead letters',
        queues.map(({ deadLetters }) => deadLetters.metricApproximateNumberOfMessagesVisible()),
      ),
    ]
  }

  private watchMachines({ machines }: WatchProps): GraphWidget[] {
    const failed = Object.entries(machines).map(([label, StateMachineArn]) => {
      const dimensionsMap = { StateMachineArn }
      return new Metric({ namespace: 'AWS/States', metricName: 'ExecutionsFailed', dimensionsMap, label, statistic: Stats.SUM })
    })
    this.alarm('WorkflowFailures', {
      metric: sumOf(failed),
      ...{ threshold: 5, runbook: 'workflow-failures', about: 'More than 5 workflows failed in 5 minutes' },
    })
    return [graph('Failed workflows', failed)]
  }

  private watchTables({ tables }: WatchProps): void {
    const throttled = tables.map(
      (TableName) =>
        new Metric({ namespace: 'AWS/DynamoDB', metricName: 'ThrottledRequests', dimensionsMap: { TableName }, statistic: Stats.SUM }),
    )
    this.alarm('TableThrottles', {
      metric: sumOf(throttled),
      ...{ threshold: 10, periods: 2, runbook: 'table-throttles', about: 'DynamoDB turned more than 10 requests away in 5 minutes' },
    })
  }

  private alarm(id: string, { metric, threshold, runbook, about, periods = 1 }: Watched): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      alarmDescription: described(about, runbook),
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    alarm.addAlarmAction(new SnsAction(this.topic))
  }
}

const described = (about: string, runbook: Runbook): string => `${about}. Runbook: docs/runbooks/${runbook}.md`

function sumOf(metrics: readonly IMetric[]): MathExpression {
  const named = Object.fromEntries(metrics.map((metric, at) => [`m${at}`, metric]))
  return new MathExpression({ expression: 'SUM(METRICS())', usingMetrics: named, period: Duration.minutes(5), label: 'all together' })
}

const graph = (title: string, left: IMetric[]): GraphWidget => new GraphWidget({ title, left, width: 8, height: 6 })

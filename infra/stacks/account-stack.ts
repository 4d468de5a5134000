import { Stack, type StackProps } from 'aws-cdk-lib'
import { CfnBudget } from 'aws-cdk-lib/aws-budgets'
import { CfnAnomalyMonitor, CfnAnomalySubscription } from 'aws-cdk-lib/aws-ce'
import type { Construct } from 'constructs'
import type { AccountSettings } from '../config.ts'
import { budgetNotices } from './operations-stack.ts'

export interface AccountStackProps extends StackProps {
  /** The bill, and who is told of it. */
  readonly settings: AccountSettings
}

/** Over all stages of an account: the month's bill, Bedrock's share of it, and spending that is unlike before. Deployed once. */
export class AccountStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: AccountStackProps) {
    super(scope, id, props)
    const { budgetUsd, bedrockUsd, anomalyUsd, operators } = settings
    this.budget('Month', 'genzo-account-month', budgetUsd, operators)
    // Models of other makers are sold through the Marketplace, and may be told apart only by these names.
    this.budget('Bedrock', 'genzo-account-bedrock', bedrockUsd, operators, { Service: ['Amazon Bedrock', 'AWS Marketplace'] })
    const monitor = new CfnAnomalyMonitor(this, 'Monitor', {
      monitorName: 'genzo-services',
      monitorType: 'DIMENSIONAL',
      monitorDimension: 'SERVICE',
    })
    new CfnAnomalySubscription(this, 'Unusual', {
      subscriptionName: 'genzo-unusual-spending',
      frequency: 'DAILY',
      monitorArnList: [monitor.attrMonitorArn],
      subscribers: operators.map((address) => ({ type: 'EMAIL', address })),
      thresholdExpression: JSON.stringify({
        Dimensions: { Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE', MatchOptions: ['GREATER_THAN_OR_EQUAL'], Values: [String(anomalyUsd)] },
      }),
    })
  }

  private budget(id: string, budgetName: string, amount: number, operators: string[], costFilters?: Record<string, string[]>): void {
    new CfnBudget(this, id, {
      budget: {
        ...{ budgetName, budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount, unit: 'USD' } },
        ...(costFilters && { costFilters }),
      },
      notificationsWithSubscribers: budgetNotices(operators),
    })
  }
}

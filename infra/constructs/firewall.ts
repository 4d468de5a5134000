import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2'
import { Construct } from 'constructs'

export interface FirewallProps {
  /** CLOUDFRONT must stand in us-east-1; REGIONAL beside what it guards. */
  readonly scope: 'CLOUDFRONT' | 'REGIONAL'
  /** Of the ACL and its metrics. */
  readonly name: string
  /** Requests that one address may send in five minutes. */
  readonly requestsPerAddress: number
}

/** AWS's own lists of bad addresses and bad inputs, the common rules, and a limit for each address. */
export class Firewall extends Construct {
  readonly arn: string

  constructor(parent: Construct, id: string, { scope, name, requestsPerAddress }: FirewallProps) {
    super(parent, id)
    const visible = (metricName: string) => ({ cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName })
    const managed = (list: string, priority: number, counted: string[] = []) => ({
      ...{ name: list, priority, overrideAction: { none: {} }, visibilityConfig: visible(list) },
      statement: {
        managedRuleGroupStatement: {
          ...{ vendorName: 'AWS', name: list },
          ...(counted.length > 0 && { ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })) }),
        },
      },
    })
    const acl = new CfnWebACL(this, 'Acl', {
      name,
      scope,
      defaultAction: { allow: {} },
      visibilityConfig: visible(name),
      rules: [
        {
          ...{ name: 'one-address', priority: 0, action: { block: {} }, visibilityConfig: visible('one-address') },
          statement: { rateBasedStatement: { limit: requestsPerAddress, evaluationWindowSec: 300, aggregateKeyType: 'IP' } },
        },
        managed('AWSManagedRulesAmazonIpReputationList', 1),
        managed('AWSManagedRulesKnownBadInputsRuleSet', 2),
        // Prompts are long and say anything; these two would refuse honest ones. Bodies are bounded by the app.
        managed('AWSManagedRulesCommonRuleSet', 3, ['SizeRestrictions_BODY', 'CrossSiteScripting_BODY']),
      ],
    })
    this.arn = acl.attrArn
  }
}

import { Aws, Stack } from 'aws-cdk-lib'
import { Effect, ManagedPolicy, PermissionsBoundary, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { Settings } from '../config.ts'
import { boundaryName } from '../names.ts'
import { FACT_ACTIONS } from '../permissions.ts'

export interface GuardProps {
  /** Names the policy and the resources that lie within it. */
  readonly settings: Settings
}

/**
 * The outermost right of every role of a stage: the services of the studio, and of those only what carries the stage's name where a name
 * can be told. It grants nothing; a role whose own policy is ever widened by mistake still cannot leave it.
 */
export class Guard extends Construct {
  readonly boundary: ManagedPolicy

  constructor(scope: Construct, id: string, { settings }: GuardProps) {
    super(scope, id)
    const allow = (actions: readonly string[], resources: string[]) =>
      new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources })
    const here = (service: string, rest: string) => `arn:${Aws.PARTITION}:${service}:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:${rest}`
    const { stage, namePrefix } = settings

    this.boundary = new ManagedPolicy(this, 'Boundary', {
      managedPolicyName: boundaryName(settings),
      description: `The outermost rights of every role of the studio's stage ${stage}`,
      statements: [
        allow(FACT_ACTIONS.write, [here('dynamodb', `table/genzo-${stage}-*`)]),
        // Bytes of this stage's buckets, and of the folder that CDK put the web app's files in.
        allow(
          ['s3:Get*', 's3:List*', 's3:Put*', 's3:DeleteObject*', 's3:AbortMultipartUpload'],
          [`arn:${Aws.PARTITION}:s3:::genzo-${stage}-*`, `arn:${Aws.PARTITION}:s3:::cdk-*-assets-${Aws.ACCOUNT_ID}-*`],
        ),
        allow(
          [
            'sqs:SendMessage',
            'sqs:ReceiveMessage',
            'sqs:DeleteMessage',
            'sqs:ChangeMessageVisibility',
            'sqs:GetQueueAttributes',
            'sqs:GetQueueUrl',
          ],
          [here('sqs', `${namePrefix}image-*`)],
        ),
        allow(
          ['states:StartExecution', 'states:StartSyncExecution', 'states:DescribeExecution'],
          [here('states', `stateMachine:genzo-${stage}-*`), here('states', `execution:genzo-${stage}-*`)],
        ),
        allow(['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'], [here('lambda', `function:genzo-${stage}-*`)]),
        allow(['sns:Publish'], [here('sns', `${namePrefix}image-*`)]),
        allow(['secretsmanager:GetSecretValue'], [here('secretsmanager', 'secret:genzo/*')]),
        allow(
          ['cognito-idp:AdminAddUserToGroup', 'cognito-idp:AdminCreateUser', 'cognito-idp:AdminDeleteUser', 'cognito-idp:AdminDisableUser']
            .concat(['cognito-idp:AdminEnableUser', 'cognito-idp:AdminGetUser', 'cognito-idp:AdminListGroupsForUser'])
            .concat(['cognito-idp:AdminRemoveUserFromGroup', 'cognito-idp:AdminSetUserPassword', 'cognito-idp:AdminUserGlobalSignOut'])
            .concat(['cognito-idp:ListUsers', 'cognito-idp:ListUsersInGroup']),
          [here('cognito-idp', 'userpool/*')],
        ),
        allow(['cloudfront-keyvaluestore:*'], [`arn:${Aws.PARTITION}:cloudfront::${Aws.ACCOUNT_ID}:key-value-store/*`]),
        allow(['ses:SendEmail'], [here('ses', 'identity/*')]),
        allow(['bedrock:InvokeModel', 'bedrock:ApplyGuardrail', 'bedrock:ListFoundationModels'], ['*']),
        allow(['kms:Decrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'], [here('kms', 'key/*')]),
        allow(['logs:*', 'xray:Put*', 'xray:GetSampling*', 'cloudwatch:GetMetricData', 'cloudwatch:PutMetricData'], ['*']),
        // CDK's own helpers: the certificate's ARN on its way from us-east-1, and copies of the web app that CloudFront must forget.
        allow(
          ['ssm:GetParameters', 'ssm:PutParameter', 'ssm:DeleteParameters', 'ssm:AddTagsToResource', 'ssm:RemoveTagsFromResource'],
          [`arn:${Aws.PARTITION}:ssm:*:${Aws.ACCOUNT_ID}:parameter/cdk/exports/*`],
        ),
        allow(
          ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'],
          [`arn:${Aws.PARTITION}:cloudfront::${Aws.ACCOUNT_ID}:distribution/*`],
        ),
      ],
    })
  }
}

/** Puts the stage's boundary on every role in the stack, also on those that CDK makes for itself. */
export function guardRoles(stack: Stack, settings: Settings, guard?: Guard): void {
  const boundary = guard?.boundary ?? ManagedPolicy.fromManagedPolicyName(stack, 'StageBoundary', boundaryName(settings))
  PermissionsBoundary.of(stack).apply(boundary)
}

/** What a judge of templates finds and we keep, with the reason. `at` is the path of the construct, without the stack's stage. */
export type Acknowledgement = { rule: RegExp; at: RegExp; because: string }

/** Answers to cdk-nag. The test fails for a finding without an answer, and for an answer to nothing. */
export const ACKNOWLEDGED: readonly Acknowledgement[] = [
  {
    ...{ rule: /^AwsSolutions-IAM5/, at: /^Data\/Guard\/Boundary\// },
    because: 'A boundary grants nothing: it is the outermost limit of roles that each list their own exact rights.',
  },
  {
    ...{ rule: /^AwsSolutions-IAM5\[Resource::\*\]/, at: /\/Role\/DefaultPolicy\/Resource$/ },
    because: 'X-Ray and the delivery of logs take no resource; the statements hold nothing else.',
  },
  {
    ...{ rule: /^AwsSolutions-IAM5\[Resource::.*(\/index\/\*|\/(originals|inbox|renditions)\/\*|:execution:)/, at: /\/Role\/Resource$/ },
    because:
      'The objects below a folder, the indexes of a table and the runs of a machine have no names beforehand; the part before is exact.',
  },
  {
    ...{ rule: /^AwsSolutions-IAM5\[Resource::\*\]/, at: /^Engine\/GenerationTask\/Role\/Resource$/ },
    because: 'ListFoundationModels takes no resource, and only reads which models are retired.',
  },
  {
    ...{ rule: /^AwsSolutions-IAM5/, at: /^Data\/Identity\/InboxRole\// },
    because: 'What is put into an inbox has no name beforehand; the tag of the session bounds it to its owner.',
  },
  {
    ...{ rule: /^(AwsSolutions-(IAM[45]|L1)|Serverless-Lambda(LatestVersion|Tracing|DLQ|DefaultMemorySize))/, at: /\/Custom::/ },
    because: 'CDK’s own helper at deployment: its code, runtime and rights come with the pinned CDK, and our boundary bounds its role.',
  },
  {
    ...{ rule: /^AwsSolutions-IAM4/, at: /^Api\/Gateway\/Rest\/CloudWatchRole\// },
    because: 'API Gateway’s documented way to write its log is this managed policy, once for an account.',
  },
  {
    ...{ rule: /^AwsSolutions-SMG4/, at: /^Data\/Secret\// },
    because:
      'A delivery key must verify until the last URL it signed has ended, so it is changed by the runbook in two steps, not by a clock.',
  },
  {
    ...{ rule: /^AwsSolutions-COG2/, at: /^Data\/Identity\/People\// },
    because: 'A second factor can be required by one line of the stage; as it comes, each person decides.',
  },
  {
    ...{ rule: /^AwsSolutions-COG8/, at: /^Data\/Identity\/People\// },
    because: 'The Plus plan costs $0.02 for each person a month; what the studio needs is in Essentials, and the guide says how to change.',
  },
  {
    ...{ rule: /^AwsSolutions-APIG2/, at: /^Api\/Gateway\/Rest\// },
    because: 'Validators are in the API’s own document, on every operation; the rule looks for a resource beside it.',
  },
  {
    ...{ rule: /^AwsSolutions-APIG3/, at: /^Api\/Gateway\/Rest\// },
    because: 'The profile small has no firewall, which costs more than all the rest of it together; throttles and the authorizer stay.',
  },
  {
    ...{ rule: /^AwsSolutions-CFR1/, at: /^Site\/Site\/Distribution\// },
    because: 'The studio is for people anywhere; a country is shut out by one line where a law asks for it.',
  },
  {
    ...{ rule: /^AwsSolutions-CFR2/, at: /^Site\/Site\/Distribution\// },
    because: 'The profile small has no firewall, which costs more than all the rest of it together.',
  },
  {
    ...{ rule: /^AwsSolutions-CFR4/, at: /^Site\/Site\/Distribution\// },
    because:
      'CloudFront’s own name has CloudFront’s own certificate, whose protocol cannot be chosen; with a domain it is TLS 1.2 of 2021.',
  },
  {
    ...{ rule: /^Serverless-SQSRedrivePolicy/, at: /\/DeadLetters\// },
    because: 'These are the dead letters: people see them and send them again.',
  },
  {
    ...{ rule: /^Serverless-LambdaEventSourceMappingDestination/, at: /^Engine\/(ImageProcessor|GenerationWorker)\// },
    because: 'SQS sources take no destination; a failed message goes to the queue’s own dead letters.',
  },
  {
    ...{ rule: /^Serverless-LambdaDLQ/, at: /\/Function\/Resource$/ },
    because: 'Called by somebody who waits, by a queue with dead letters, or by a clock whose next tick does what this one left.',
  },
  {
    ...{ rule: /^Serverless-LambdaStarPermissions/, at: /^Engine\/GenerationTask\// },
    because: 'ListFoundationModels takes no resource, and only reads which models are retired.',
  },
  {
    ...{ rule: /^Serverless-EventBusDLQ/, at: /^Operations\/(S3Metrics|Sweeper|SweeperUpkeep)Schedule\// },
    because: 'The next tick, minutes later, does what a lost one left.',
  },
  {
    ...{ rule: /^Serverless-SNSRedrivePolicy/, at: /^Operations\// },
    because: 'Letters are best effort: everything they tell also stands in the feed and on the alarms’ page.',
  },
]

/** A finding of checkov that stays: the check, which resources it may be about, and why it is right as it is. */
export type Answer = { check: string; where: RegExp; why: string }

const ANY_FUNCTION = /AWS::Lambda::Function\./
const SMALL_STAGE = /^Genzo-dev-/

export const ANSWERS: readonly Answer[] = [
  {
    ...{ check: 'CKV_AWS_111', where: /ManagedPolicy\.GuardBoundary/ },
    why: 'A boundary grants nothing: it is the most that a role of the stage can be given, and the roles themselves name their resources.',
  },
  {
    ...{ check: 'CKV_AWS_111', where: /IAM::Policy\.CustomCDKBucketDeployment/ },
    why: 'CDK’s copier of the web app asks CloudFront to forget what it copied, on any distribution; the stage’s boundary holds it too.',
  },
  {
    ...{ check: 'CKV_AWS_115', where: ANY_FUNCTION },
    why: 'Reserved concurrency is taken from the account’s; consumers are bounded by their event source, the API by the gateway’s throttles.',
  },
  {
    ...{ check: 'CKV_AWS_116', where: ANY_FUNCTION },
    why: 'Work comes by SQS, which has dead letters, or is waited for by its caller; what the clock starts is started again in five minutes.',
  },
  {
    ...{ check: 'CKV_AWS_117', where: ANY_FUNCTION },
    why: 'They reach only services of AWS, whose doors are IAM’s; a network of one’s own would add a NAT gateway and protect nothing more.',
  },
  {
    ...{ check: 'CKV_AWS_119', where: SMALL_STAGE },
    why: 'Encrypted with a key that AWS owns; `encryption: kms` brings one’s own, as in the other stage judged here.',
  },
  {
    ...{ check: 'CKV_AWS_149', where: SMALL_STAGE },
    why: 'Encrypted with the account’s own key of Secrets Manager; `encryption: kms` brings another, as in the other stage judged here.',
  },
  {
    ...{ check: 'CKV_AWS_120', where: SMALL_STAGE },
    why: 'The cache costs $15 a month while nobody comes, so only the profile `full` has it.',
  },
  {
    ...{ check: 'CKV_AWS_68', where: SMALL_STAGE },
    why: 'A web ACL costs while nobody comes, so only the profile `full` has it.',
  },
  {
    ...{ check: 'CKV_AWS_174', where: SMALL_STAGE },
    why: 'Without a domain the certificate is CloudFront’s own, for which no protocol can be chosen; with one it is TLS 1.2 of 2021.',
  },
  {
    ...{ check: 'CKV_AWS_158', where: /AWS::Logs::LogGroup\./ },
    why: 'CloudWatch encrypts every log; ours hold ids, and neither prompts nor bytes nor secrets.',
  },
  {
    ...{ check: 'CKV_AWS_173', where: SMALL_STAGE },
    why: 'AWS encrypts every environment, and these hold names; secrets are in Secrets Manager. `encryption: kms` brings a key of one’s own.',
  },
  {
    ...{ check: 'CKV_AWS_173', where: /CustomCDKBucketDeployment/ },
    why: 'CDK’s copier of the web app has the path of a certificate store in its environment, and no secret.',
  },
  {
    ...{ check: 'CKV_AWS_18', where: /Bucket\.BytesAccessLogs/ },
    why: 'It is the bucket that the access logs go to; a log of it would write itself for ever.',
  },
  {
    ...{ check: 'CKV_AWS_26', where: /AWS::SNS::Topic\.(Processed|Alarms)/ },
    why: 'What is told are kinds and ids, kept only until delivered; a key of one’s own would need a policy for CloudWatch and SNS.',
  },
  {
    ...{ check: 'CKV_AWS_27', where: /AWS::SQS::Queue\./ },
    why: 'Encrypted by SQS itself (`SqsManagedSseEnabled`), which this check does not know; messages carry ids alone.',
  },
]

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation'
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { AssetManifestArtifact, type CloudAssembly } from 'aws-cdk-lib/cx-api'
import type { FunctionName } from '../../../infra/functions.ts'
import { zipped } from '../functions/bundle-zip.ts'
import { endpointOf } from '../servers.ts'
import { adapted, assembledStudio, type Template } from './assembly.ts'

const REGION = 'us-east-1'
const ACCOUNT = '000000000000'
const ASSETS = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`
/** What `cdk bootstrap` leaves in an account, as far as a deployment asks for it. */
const BOOTSTRAP: Template = {
  Resources: {
    Assets: { Type: 'AWS::S3::Bucket', Properties: { BucketName: ASSETS } },
    Version: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/cdk-bootstrap/hnb659fds/version', Type: 'String', Value: '30' } },
  },
}
/** Root of the guarded server, who deploys; the functions work as their roles. */
const rootAccess = () => ({
  ...{ endpoint: endpointOf('guarded'), region: REGION, disableHostPrefix: true },
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
})

/**
 * The synthesized app deployed by CloudFormation, with every role, policy and boundary of its templates in force. Throws what CloudFormation
 * said of the resource that failed.
 */
export async function deployTemplates({ variables = {}, ...given }: { variables?: Record<string, string> } & Record<string, unknown>) {
  const access = rootAccess()
  const [cfn, s3] = [new CloudFormationClient(access), new S3Client({ ...access, forcePathStyle: true })]
  const { assembly, remove } = await assembledStudio({ region: REGION, ...given })
  const outputs: Record<string, string> = {}
  const resources: { stack: string; id: string; type: string; name: string }[] = []

  const create = async (StackName: string, template: Template) => {
    const Body = JSON.stringify(template)
    // Larger ones than 51,200 bytes are read from the store.
    const isSmall = Body.length < 51_200
    if (!isSmall) await s3.send(new PutObjectCommand({ Bucket: ASSETS, Key: `${StackName}.json`, Body }))
    const from = isSmall ? { TemplateBody: Body } : { TemplateURL: `https://s3.${REGION}.amazonaws.com/${ASSETS}/${StackName}.json` }
    await cfn.send(new CreateStackCommand({ StackName, ...from, Capabilities: ['CAPABILITY_NAMED_IAM'] }))
    await waitUntilStackCreateComplete({ client: cfn, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName }).catch(async () => {
      const { StackEvents = [] } = await cfn.send(new DescribeStackEventsCommand({ StackName }))
      const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED')
      throw new Error(
        failed.map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`).join('\n'),
      )
    })
    const { Stacks } = await cfn.send(new DescribeStacksCommand({ StackName }))
    for (const { OutputKey, OutputValue } of Stacks?.[0]?.Outputs ?? []) outputs[OutputKey!] = OutputValue!
    const { StackResources = [] } = await cfn.send(new DescribeStackResourcesCommand({ StackName }))
    for (const { LogicalResourceId, ResourceType, PhysicalResourceId } of StackResources)
      resources.push({ stack: StackName, id: LogicalResourceId!, type: ResourceType!, name: PhysicalResourceId! })
  }
  await create('CDKToolkit', BOOTSTRAP)
  await publish(assembly, s3)
  for (const { stackName, template } of assembly.stacks) await create(stackName, adapted(template, variables))
  remove()

  const lambda = new LambdaClient(access)
  const configOf = (name: FunctionName) => lambda.send(new GetFunctionConfigurationCommand({ FunctionName: `genzo-dev-${name}` }))
  /** The one resource of a type whose name ends so. Throws when there is none. */
  const named = (type: string, end: string): string => {
    const found = resources.find((one) => one.type === type && one.name.endsWith(end))
    if (!found) throw new Error(`no ${type} …${end} was deployed`)
    return found.name
  }
  return {
    ...{ access, outputs, resources, named },
    queues: {
      processing: named('AWS::SQS::Queue', 'image-processing-queue'),
      generation: named('AWS::SQS::Queue', 'image-generation-queue'),
    },
    sessionOf: async (name: FunctionName) => roleSession(await configOf(name)),
    async invoke(name: FunctionName, event: unknown): Promise<any> {
      const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: `genzo-dev-${name}`, Payload: JSON.stringify(event) }))
      return JSON.parse(Buffer.from(Payload!).toString())
    },
    /** Changes variables of a function, and so makes its next call a cold one. Returns what they were. */
    async reconfigure(name: FunctionName, change: Record<string, string>): Promise<Record<string, string>> {
      const { Environment, FunctionName } = await configOf(name)
      const before = Environment?.Variables ?? {}
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: { ...before, ...change } } }))
      return before
    },
  }
}

/** Puts the code of functions where the templates say it is, as `cdk deploy` does. */
async function publish(assembly: CloudAssembly, s3: S3Client): Promise<void> {
  const manifests = assembly.artifacts.filter((artifact) => artifact instanceof AssetManifestArtifact)
  const sent = new Set<string>()
  for (const { contents } of manifests)
    for (const { source, destinations } of Object.values(contents.files ?? {})) {
      const [{ objectKey } = { objectKey: '' }] = Object.values(destinations)
      if (source.packaging !== 'zip' || sent.has(objectKey)) continue
      sent.add(objectKey)
      const Body = await zipped(join(assembly.directory, source.path!))
      await s3.send(new PutObjectCommand({ Bucket: ASSETS, Key: objectKey, Body }))
    }
}

/**
 * The credentials that the guarded server gives a function: a session of its role, named after both (`execution_credentials` of MiniStack's
 * core/lambda_runtime.py). A test can so act as the function, and a stand-in for another service can know its signature.
 */
function roleSession({ FunctionArn, Role }: FunctionConfiguration) {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const digest = sha256(`${FunctionArn}:${Role}`)
  return {
    accessKeyId: `ASIA${digest.slice(0, 16).toUpperCase()}`,
    secretAccessKey: sha256(`secret:${digest}`),
    sessionToken: sha256(`token:${digest}`),
  }
}

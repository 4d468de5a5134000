import {
  AdminAddUserToGroupCommand,
  AdminConfirmSignUpCommand,
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { deployTemplates } from './deployment.ts'
import { type Login, signedIn } from './sign-in.ts'

export type Answer = { status: number; body: Record<string, any>; headers: Headers }
const SITE = 'https://studio.example'

/** The deployed app as people reach it: the login pages, and the gateway. */
export async function deployStudio(given: Record<string, unknown>) {
  const cloud = await deployTemplates({ siteUrl: SITE, operators: ['operator@example.com'], ...given })
  const { access, outputs } = cloud
  const { hostname, pathname } = new URL(outputs.ApiUrl!)
  const api = `${access.endpoint}/_aws/execute-api/${hostname.split('.')[0]}${pathname.replace(/\/$/, '')}`
  // The name that the template gives the pages has no address here; this server serves them at its own.
  const login: Login = {
    ...{ origin: access.endpoint, clientId: outputs.ClientId!, redirectUri: `${SITE}/signed-in` },
    scope: 'openid email profile genzo/images:read genzo/images:write genzo/generate',
  }
  const ask = async (bearer: string | undefined, method: string, path: string, body?: unknown): Promise<Answer> => {
    const headers = {
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    const answer = await fetch(api + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
    const text = await answer.text()
    return { status: answer.status, body: text ? JSON.parse(text) : {}, headers: answer.headers }
  }
  const people = new CognitoIdentityProviderClient(access)
  const UserPoolId = outputs.UserPoolId!
  /** Registers somebody, whose letter is taken as read, and signs them in through the login pages. */
  const newPerson = async (email: string, groups: string[] = []) => {
    const password = 'Correct-horse-9-battery'
    await people.send(
      new SignUpCommand({
        ClientId: login.clientId,
        Username: email,
        Password: password,
        UserAttributes: [{ Name: 'email', Value: email }],
      }),
    )
    await people.send(new AdminConfirmSignUpCommand({ UserPoolId, Username: email }))
    const UserAttributes = [{ Name: 'email_verified', Value: 'true' }]
    await people.send(new AdminUpdateUserAttributesCommand({ UserPoolId, Username: email, UserAttributes }))
    for (const GroupName of groups) await people.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: email, GroupName }))
    const { access_token: token } = await signedIn(login, { email, password })
    const { sub: id } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { sub: string }
    return { id, email, password, token, ask: (method: string, path: string, body?: unknown) => ask(token, method, path, body) }
  }
  return { ...cloud, login, ask, newPerson, news: await hearing(cloud) }
}
export type Person = Awaited<ReturnType<Awaited<ReturnType<typeof deployStudio>>['newPerson']>>

/** Subscribes an operator to the topic. What is returned gives all the news since. */
async function hearing({ access, named }: Awaited<ReturnType<typeof deployTemplates>>) {
  const sqs = new SQSClient(access)
  const Statement = [{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' }]
  const Attributes = { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'operator', Attributes }))
  const { Attributes: about } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
  const TopicArn = named('AWS::SNS::Topic', 'image-processed-topic')
  await new SNSClient(access).send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: about!.QueueArn! }))
  const heard: { kind: string; subjectId: string }[] = []
  return async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }))
    return heard.push(...Messages.map(({ Body }) => JSON.parse(JSON.parse(Body!).Message))) && heard
  }
}

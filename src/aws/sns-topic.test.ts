import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { expect, it } from 'vitest'
import { freshAccount, SERVER_FOR } from '../../e2e/aws/servers.ts'
import { snsTopic } from './sns-topic.ts'

it('publishes news that a subscription may filter by kind', async () => {
  const account = freshAccount(SERVER_FOR.sns)
  const [sns, sqs] = [new SNSClient(account), new SQSClient(account)]
  const { TopicArn: topicArn } = await sns.send(new CreateTopicCommand({ Name: 'image-processed-topic' }))
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'operators' }))
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
  const FilterPolicy = JSON.stringify({ kind: ['image.failed'] })
  const subscription = {
    TopicArn: topicArn!,
    Protocol: 'sqs',
    Endpoint: Attributes!.QueueArn!,
    Attributes: { FilterPolicy, RawMessageDelivery: 'true' },
  }
  await sns.send(new SubscribeCommand(subscription))

  const topic = snsTopic({ sns, topicArn: topicArn! })
  await topic.publish({ kind: 'image.ready', subject: 'ready', message: { imageId: 'i1' } })
  await topic.publish({ kind: 'image.failed', subject: `失敗 ${'x'.repeat(200)}`, message: { imageId: 'i2' } })
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2, MaxNumberOfMessages: 10 }))
  expect(Messages?.map(({ Body }) => JSON.parse(Body!))).toEqual([{ kind: 'image.failed', imageId: 'i2' }])
})

import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns'
import { asking } from './errors.ts'

/** SNS cuts an e-mail's subject off with an error past this; ASCII only (docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
const MAX_SUBJECT = 100

/** News for operators: `image-processed-topic`, with the kind as an attribute that subscriptions may filter by. */
export type Topic = { publish(news: { kind: string; subject: string; message: Record<string, unknown> }): Promise<void> }

/** A topic to which anybody the operator chose is subscribed. Carries ids, never prompts or bytes. */
export function snsTopic({ sns, topicArn }: { sns: SNSClient; topicArn: string }): Topic {
  return {
    async publish({ kind, subject, message }) {
      const request = new PublishCommand({
        TopicArn: topicArn,
        Subject: subject.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_SUBJECT),
        Message: JSON.stringify({ kind, ...message }),
        MessageAttributes: { kind: { DataType: 'String', StringValue: kind } },
      })
      await asking('sns', () => sns.send(request))
    },
  }
}

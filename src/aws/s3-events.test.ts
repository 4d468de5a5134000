import { PutBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newBucket } from '../../e2e/aws/stores.ts'
import { arrivedObjects, uploadIdOf } from './s3-events.ts'

const eventOf = (key: string, eventName = 'ObjectCreated:Put') =>
  JSON.stringify({ Records: [{ eventName, s3: { bucket: { name: 'b' }, object: { key, size: 3, eTag: 'e' } } }] })

describe('S3 events', () => {
  it.each([
    ['originals/a/1/upload', 'originals/a/1/upload'],
    ['a+b%2Bc%20d', 'a b+c d'],
    ['%E6%B5%B7.png', '海.png'],
    ['100%', '100%'],
  ])('carry the key %s as %s', (sent, key) => {
    expect(arrivedObjects(eventOf(sent))).toEqual([{ bucket: 'b', key, byteLength: 3, eTag: 'e' }])
  })

  it.each([
    ['the test message of a new notification', '{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}'],
    ['a removal', eventOf('x', 'ObjectRemoved:Delete')],
    ['an empty object', '{}'],
    ['no JSON at all', 'hello'],
  ])('tell of nothing in %s', (_, body) => expect(arrivedObjects(body)).toEqual([]))

  it.each([
    ['originals/o-1/i-1/upload', 'i-1'],
    ['inbox/o-1/u-1/upload', 'u-1'],
    ['renditions/i-1/v1/w160.webp', undefined],
    ['originals/o-1/i-1/upload/more', undefined],
    ['originals/../i-1/upload', undefined],
  ])('of %s name the upload %s', (key, id) => expect(uploadIdOf(key)).toBe(id))

  it('arrive in a queue when bytes arrive in a bucket, for keys that end as uploads do', async () => {
    const { s3, bucket, account } = await newBucket(SERVER_FOR.s3)
    const sqs = new SQSClient(account)
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'arrivals' }))
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
    const Filter = { Key: { FilterRules: [{ Name: 'suffix' as const, Value: '/upload' }] } }
    const QueueConfigurations = [{ QueueArn: Attributes!.QueueArn!, Events: ['s3:ObjectCreated:*' as const], Filter }]
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration: { QueueConfigurations } }))
    for (const Key of ['originals/a/1/upload', 'originals/a/1/other'])
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'cat' }))

    const arrived: unknown[] = []
    const receive = async () => {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 }))
      for (const { Body } of Messages ?? []) arrived.push(...arrivedObjects(Body!))
      return arrived.length
    }
    await expect.poll(receive, { timeout: 10_000 }).toBe(1)
    expect(arrived).toMatchObject([{ bucket, key: 'originals/a/1/upload', byteLength: 3 }])
  })
})

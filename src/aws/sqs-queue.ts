import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  type Message as SqsMessage,
} from '@aws-sdk/client-sqs'
import type { DeadLetter, Job, Message, Queue } from '#core/ports/queue.ts'
import { asking, isAnswer } from './errors.ts'

/** What SQS says of a receipt that is too old to be used, or whose message was given to another since. */
const STALE = ['ReceiptHandleIsInvalid', 'InvalidParameterValue', 'MessageNotInflight', 'InvalidIdFormat']
/** How long dead letters are hidden from other readers while they are looked at, seconds. */
const LOOK_SECONDS = 10
/** SQS waits at most this long for a message. */
const MAX_WAIT_SECONDS = 20
/** The reason of a letter that the queue itself moved, after its last allowed delivery. */
const WORN_OUT = 'delivered too often without an end'

type Options = { sqs: SQSClient; url: string; deadUrl: string; now: () => number }

/**
 * A standard SQS queue with its dead-letter queue. Messages carry their owner as the group, which makes a standard queue fair
 * between owners (docs: SQS fair queues): one owner's thousand messages do not keep another's one waiting.
 */
export function sqsQueue({ sqs, url, deadUrl, now }: Options): Queue {
  const send = async (job: Job, ownerId: string, delaySeconds = 0) => {
    const body = JSON.stringify({ job, ownerId })
    const request = { QueueUrl: url, MessageBody: body, DelaySeconds: Math.ceil(delaySeconds), MessageGroupId: ownerId }
    await asking('sqs', () => sqs.send(new SendMessageCommand(request)))
  }
  const drop = (QueueUrl: string, ReceiptHandle: string) =>
    unlessStale(() => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })))
  const bury = async (body: string, ownerId: string, reason: string) => {
    const text = (StringValue: string) => ({ DataType: 'String', StringValue })
    const request = new SendMessageCommand({
      QueueUrl: deadUrl,
      MessageBody: body,
      MessageGroupId: ownerId,
      MessageAttributes: { reason: text(reason.slice(0, 1000) || WORN_OUT), at: text(String(now())) },
    })
    await asking('sqs', () => sqs.send(request))
  }
  const take = async (QueueUrl: string, about: { max: number; visibility: number; wait: number; signal?: AbortSignal | undefined }) => {
    const request = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: Math.min(about.max, 10),
      VisibilityTimeout: about.visibility,
      WaitTimeSeconds: Math.min(Math.ceil(about.wait), MAX_WAIT_SECONDS),
      MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
      MessageAttributeNames: ['All'],
    })
    const answer = await asking('sqs', () => sqs.send(request, about.signal ? { abortSignal: about.signal } : {}))
    return answer.Messages ?? []
  }
  const countsOf = async (QueueUrl: string) => {
    const AttributeNames = (['', 'Delayed', 'NotVisible'] as const).map(
      (which) => `ApproximateNumberOfMessages${which}` as QueueAttributeName,
    )
    const { Attributes } = await asking('sqs', () => sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames })))
    const [waiting, delayed, inFlight] = AttributeNames.map((name) => Number(Attributes?.[name] ?? 0))
    return { waiting: waiting!, delayed: delayed!, inFlight: inFlight! }
  }
  /** Up to `limit` dead letters, each once, hidden from other readers for a moment. */
  const takeDead = async (limit: number) => {
    const found = new Map<string, SqsMessage>()
    while (found.size < limit) {
      // A long poll asks every server of the queue; a short one may see nothing of few messages.
      const some = await take(deadUrl, { max: limit - found.size, visibility: LOOK_SECONDS, wait: 1 })
      if (some.length === 0) break
      for (const message of some) found.set(message.MessageId!, message)
    }
    return [...found.values()]
  }

  return {
    send: (job, { ownerId, delaySeconds }) => send(job, ownerId, delaySeconds),
    async receive({ max, visibilitySeconds, waitSeconds, signal }) {
      const messages: Message[] = []
      try {
        for (const found of await take(url, { max, visibility: visibilitySeconds, wait: waitSeconds, signal })) {
          const message = messageOf(found)
          if (message) messages.push(message)
          else {
            // Somebody else's message: it can never become work, and must not come back for ever.
            await bury(found.Body ?? '', 'unknown', 'not a message of this studio')
            await drop(url, found.ReceiptHandle!)
          }
        }
      } catch (error) {
        if (!signal?.aborted) throw error
      }
      return messages
    },
    remove: ({ receipt }) => drop(url, receipt),
    extend: ({ receipt }, VisibilityTimeout) =>
      unlessStale(() => sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: receipt, VisibilityTimeout }))),
    async postpone({ job, ownerId, receipt }, delaySeconds) {
      // In this order a crash in between delivers twice; the other way round it would lose the job.
      await send(job, ownerId, delaySeconds)
      await drop(url, receipt)
    },
    async setAside({ job, ownerId, receipt }, reason) {
      await bury(JSON.stringify({ job, ownerId }), ownerId, reason)
      await drop(url, receipt)
    },
    async depth() {
      const [counts, dead] = await Promise.all([countsOf(url), countsOf(deadUrl)])
      return { ...counts, dead: dead.waiting + dead.delayed + dead.inFlight }
    },
    async listDead(limit) {
      const found = await takeDead(limit)
      for (let at = 0; at < found.length; at += 10) {
        const Entries = found.slice(at, at + 10).map(({ ReceiptHandle }, by) => ({ Id: `${by}`, ReceiptHandle, VisibilityTimeout: 0 }))
        await asking('sqs', () => sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: deadUrl, Entries })))
      }
      return found.flatMap((message) => letterOf(message) ?? []).sort((a, b) => a.at - b.at)
    },
    async redrive(limit) {
      let sent = 0
      for (const message of await takeDead(limit)) {
        const letter = letterOf(message)
        if (!letter) continue
        await send(letter.job, letter.ownerId)
        await drop(deadUrl, message.ReceiptHandle!)
        sent += 1
      }
      return sent
    },
  }
}

async function unlessStale(call: () => Promise<unknown>): Promise<void> {
  try {
    await asking('sqs', call)
  } catch (error) {
    if (!STALE.some((name) => isAnswer(error, name))) throw error
  }
}

/** What a message's body says, if it is one of ours. Exported for the Lambda that SQS calls with the same bodies. */
export function jobOf(body: string | undefined): { job: Job; ownerId: string } | undefined {
  try {
    const { job, ownerId } = JSON.parse(body ?? '') as { job?: Partial<Record<string, unknown>>; ownerId?: unknown }
    const id = job && { generate: job.generationId, process: job.imageId, export: job.exportId }[String(job.kind)]
    return typeof id === 'string' && typeof ownerId === 'string' ? { job: job as Job, ownerId } : undefined
  } catch {
    return undefined
  }
}

function messageOf({ Body, ReceiptHandle, Attributes }: SqsMessage): Message | undefined {
  const work = jobOf(Body)
  return (
    work && {
      ...work,
      receipt: ReceiptHandle!,
      receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
      sentAt: Number(Attributes?.SentTimestamp ?? 0),
    }
  )
}

function letterOf({ Body, MessageId, Attributes, MessageAttributes }: SqsMessage): DeadLetter | undefined {
  const work = jobOf(Body)
  const reason = MessageAttributes?.reason?.StringValue ?? WORN_OUT
  return work && { ...work, reason, at: Number(MessageAttributes?.at?.StringValue ?? Attributes?.SentTimestamp ?? 0), id: MessageId! }
}

import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { jobOf } from '#aws/sqs-queue.ts'
import { errorName } from '#core/best-effort.ts'
import type { Telemetry } from '#core/ports/operations.ts'
import type { Message } from '#core/ports/queue.ts'

/**
 * A Lambda that SQS calls with a batch. A record whose work fails is named in the answer and comes again alone; the others are done with.
 * Nothing is logged of a body: it may be anything.
 */
export const sqsBatch =
  (telemetry: Telemetry, work: (record: SQSRecord) => Promise<void>) =>
  async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const outcomes = await Promise.allSettled(Records.map(work))
    const failed = outcomes.flatMap((outcome, at) =>
      outcome.status === 'rejected' ? [[Records[at]!, outcome.reason as unknown] as const] : [],
    )
    for (const [{ messageId }, reason] of failed) {
      telemetry.count('message_failures', 1)
      telemetry.log('error', 'a message failed and will come again', { messageId, error: errorName(reason) })
    }
    return { batchItemFailures: failed.map(([{ messageId }]) => ({ itemIdentifier: messageId })) }
  }

/** The job in a record as the queue port gives it; undefined when the body is none of ours. */
export function messageOf({ body, receiptHandle, attributes }: SQSRecord): Message | undefined {
  const work = jobOf(body)
  return (
    work && {
      ...work,
      receipt: receiptHandle,
      receiveCount: Number(attributes.ApproximateReceiveCount),
      sentAt: Number(attributes.SentTimestamp),
    }
  )
}

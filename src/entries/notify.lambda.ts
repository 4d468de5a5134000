import { SESv2Client } from '@aws-sdk/client-sesv2'
import type { SNSEvent } from 'aws-lambda'
import { awsFacts } from '#aws/facts.ts'
import { sesMail } from '#aws/ses-mail.ts'
import { errorName } from '#core/best-effort.ts'
import { ENV, readAwsEnv } from './aws-config.ts'
import { awsAccess, factsConfig, now, telemetryOf } from './on-aws.ts'

const env = readAwsEnv(ENV.notify)
const { images, people, rates } = awsFacts(factsConfig(env))
const telemetry = telemetryOf(env, 'notify')
const mail = env.GENZO_MAIL_FROM ? sesMail({ ses: new SESv2Client(awsAccess()), from: env.GENZO_MAIL_FROM }) : undefined

/** A hundred pictures that fail together are three letters, and the rest is in the studio. */
const LETTERS = { perMinute: 0.1, burst: 3 }

type News = { kind?: unknown; ownerId?: unknown; subjectId?: unknown }

/**
 * What `image-processed-topic` tells, as a letter to the owner: only of a picture that could not be processed, since the studio
 * itself shows the rest. SNS asks again when this throws, and may tell a thing twice; a letter twice is less harm than none.
 */
export async function handler({ Records }: SNSEvent): Promise<void> {
  for (const { Sns } of Records) {
    const { kind, ownerId, subjectId } = newsIn(Sns.Message)
    if (kind !== 'image.failed' || typeof ownerId !== 'string' || typeof subjectId !== 'string') continue
    await tell(ownerId, subjectId)
  }
}

async function tell(ownerId: string, imageId: string): Promise<void> {
  if (!mail) return
  const [owner, image] = await Promise.all([people.find(ownerId), images.find(imageId)])
  // Repaired or removed meanwhile: nothing to tell any more.
  if (!owner?.email || owner.isDisabled || image?.ownerId !== ownerId || image.state !== 'failed') return
  const turn = await rates.take(`letters/${ownerId}`, { ...LETTERS, now: now() })
  if (!turn.taken) return telemetry.count('letters_held_back', 1)
  const why = image.reasonDetail ?? 'the studio could not work on it'
  await mail.send({
    to: owner.email,
    subject: 'A picture could not be processed',
    text: [`"${image.title}" could not be processed: ${why}.`, '', `See it here: ${env.GENZO_PUBLIC_URL}/images/${imageId}`, ''].join('\n'),
  })
}

function newsIn(message: string): News {
  try {
    return (JSON.parse(message) ?? {}) as News
  } catch (error) {
    telemetry.log('warn', 'news that is not JSON', { error: errorName(error) })
    return {}
  }
}

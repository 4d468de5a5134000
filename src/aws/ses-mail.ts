import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2'
import { StudioError } from '#core/errors.ts'
import type { Mail } from '#core/ports/news.ts'
import { isAnswer, translated } from './errors.ts'

/** What SES says when an account or an address may not send or receive: an operator's matter, never the reader's fault. */
const NOT_ALLOWED = ['MailFromDomainNotVerifiedException', 'MessageRejected', 'AccountSuspendedException', 'SendingPausedException']

/** Letters by SES. `from` is a verified address; new accounts send only to verified ones (the sandbox). */
export function sesMail({ ses, from }: { ses: SESv2Client; from: string }): Mail {
  const text = (Data: string) => ({ Data, Charset: 'UTF-8' })
  return {
    async send({ to, subject, text: plain, html }) {
      const Body = { Text: text(plain), ...(html !== undefined && { Html: text(html) }) }
      try {
        await ses.send(
          new SendEmailCommand({
            FromEmailAddress: from,
            Destination: { ToAddresses: [to] },
            Content: { Simple: { Subject: text(subject), Body } },
          }),
        )
      } catch (error) {
        if (NOT_ALLOWED.some((name) => isAnswer(error, name)))
          throw new StudioError(
            'unavailable',
            'ses refuses to send; see whether the sender is verified',
            { service: 'ses' },
            { cause: error },
          )
        const known = translated(error, 'ses')
        // A throttle of SES is, to who wanted to send, mail that is not available now.
        throw known instanceof StudioError && known.code === 'throttled'
          ? new StudioError('unavailable', known.message, { retryAfterSeconds: 5, service: 'ses' }, { cause: error })
          : known
      }
    },
  }
}

import { ConsecutiveBreaker, circuitBreaker, handleAll, isBrokenCircuitError } from 'cockatiel'
import { createTransport } from 'nodemailer'
import { StudioError } from '#core/errors.ts'
import type { Mail } from '#core/ports/news.ts'

/** After this many failures in a row nothing is tried for a while, so that a dead mail server costs each request nothing. */
const FAILURES = 3
const PAUSE_MS = 30_000
const TIMEOUT_MS = 10_000

/** Mail by SMTP. Fails with `unavailable` when the server does not take the letter, at once while it is known dead. */
export function smtpMail({ url, from }: { url: string; from: string }): Mail & { close(): void } {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 2,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // A letter's text may quote what a person typed; it is never a file name or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: PAUSE_MS, breaker: new ConsecutiveBreaker(FAILURES) })
  return {
    async send({ to, subject, text, html }) {
      try {
        await breaker.execute(() => transport.sendMail({ from, to, subject, text, ...(html !== undefined && { html }) }))
      } catch (error) {
        const why = isBrokenCircuitError(error)
          ? 'the mail server failed several times and is left alone for a while'
          : 'the mail server did not take it'
        throw new StudioError('unavailable', `the letter was not sent: ${why}`, { service: 'mail', retryAfterSeconds: PAUSE_MS / 1000 })
      }
    },
    close: () => transport.close(),
  }
}

/** Integer milliseconds. */
export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** A signed PUT lasts this long: the longest that the port allows, so that a slow line has its chance. */
export const UPLOAD_URL_MS = 15 * MINUTE
/** A multi-part session may be resumed for this long; a bucket's own rule for forgotten parts is the same. */
export const MULTIPART_MS = 7 * DAY
/** Masks and other short-lived inputs. */
export const INBOX_MS = DAY
/** Added to the end of an upload before it is called lost: a PUT that began in time may end late. */
export const GRACE_MS = MINUTE
/** How long a queued job may go unseen before the sweeper sends it again. A duplicate is harmless; a lost one is not. */
export const RESEND_MS = 15 * MINUTE
/** How long a worker holds a generation between signs of life; one output takes at most a provider's 300 s. */
export const LEASE_MS = 10 * MINUTE
/** How long the studio remembers that somebody was removed: longer than any access token lives, and not for ever. */
export const DEPARTED_MS = DAY
/** How long an idempotency key answers with the first result. */
export const IDEMPOTENCY_MS = DAY
/** A generation whose turn never came is given up after this long. */
export const WAITING_MS = 7 * DAY
/** One that a service keeps throttling is given up this long after it began. */
export const THROTTLED_MS = 6 * HOUR
/** Work is tried this often before it is set aside. */
export const MAX_ATTEMPTS = 3

/** Seconds to wait before attempt `attempt + 1`: 10, 40, 160, … at most the queue's 900. */
export const backoffSeconds = (attempt: number): number => Math.min(900, 10 * 4 ** Math.max(0, attempt - 1))

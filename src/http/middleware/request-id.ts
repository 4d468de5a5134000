const SANE = /^[A-Za-z0-9_.:-]{8,64}$/

/**
 * Names requests: the id that came in when it is sane, else a new one. Told back on every answer, and in every log line. A new one is
 * twelve random digits of this process and a running number: a UUID for each cost a tenth of a small answer.
 */
export function requestIds(newId: () => string): (given: string | undefined) => string {
  const ours = newId().slice(-12)
  let count = 0
  return (given) => (given && SANE.test(given) ? given : `${ours}-${++count}`)
}

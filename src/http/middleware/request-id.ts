const SANE = /^[A-Za-z0-9_.:-]{8,64}$/

/** The name of a request: the id that came in when it is sane, else a new one. Told back on every answer, and in every log line. */
export const requestIdOf = (given: string | null, newId: () => string): string => (given && SANE.test(given) ? given : newId())

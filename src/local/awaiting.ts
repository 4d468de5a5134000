import { StudioError } from '#core/errors.ts'

/** A port whose every method says which part of the studio is missing. */
export function awaiting<T extends object>(what: string): T {
  const missing = () => Promise.reject(new StudioError('unavailable', `${what} is not part of this studio`))
  return new Proxy({} as T, { get: (_, name) => (name === 'then' ? undefined : missing) })
}

import { endSession } from '../session/session.ts'
import { accessToken } from '../session/token.ts'
import { ApiError, problemOf } from './problem.ts'

type Query = Record<string, string | number | boolean | undefined>
type Options = { query?: Query; body?: unknown; headers?: Record<string, string>; signal?: AbortSignal; isPublic?: boolean }

/**
 * One request to the studio's API, with the person's token. A token that the server no longer takes is renewed once; when that fails the
 * session ends and the error is `unauthenticated`, so that the screen keeps its draft and offers to sign in again.
 */
export async function request<T>(method: string, path: string, options: Options = {}): Promise<T> {
  let { response, token } = await send(method, path, options, false)
  if (response.status === 401 && !options.isPublic) {
    ;({ response, token } = await send(method, path, options, true))
    if (response.status === 401) endSession(token)
  }
  if (!response.ok) throw await problemOf(response)
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  request<T>('GET', path, { ...(query && { query }), ...(signal && { signal }) })
export const post = <T>(path: string, body: unknown = {}, headers?: Record<string, string>): Promise<T> =>
  request<T>('POST', path, { body, ...(headers && { headers }) })
export const patch = <T>(path: string, body: unknown): Promise<T> => request<T>('PATCH', path, { body })
export const remove = <T = void>(path: string): Promise<T> => request<T>('DELETE', path)

async function send(method: string, path: string, { query, body, headers, signal, isPublic }: Options, renew: boolean) {
  const token = isPublic ? undefined : await accessToken({ renew })
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) search.set(name, String(value))
  try {
    const response = await fetch(search.size > 0 ? `${path}?${search}` : path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    })
    return { response, token }
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError('offline', 0, {}, 'no answer from the server')
  }
}

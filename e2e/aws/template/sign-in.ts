import { createHash, randomBytes } from 'node:crypto'

export type Login = { origin: string; clientId: string; redirectUri: string; scope: string }
export type Tokens = { access_token: string; id_token: string; refresh_token: string; token_type: string; expires_in: number }

/** A new secret of a browser, and what it shows of it (RFC 7636). */
export function pkce() {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** Fills in the managed login's page as a person does, and returns where it sends the browser, with the code. Throws what the page says. */
export async function codeFrom(login: Login, person: { email: string; password: string }, challenge: string): Promise<string> {
  const query = new URLSearchParams({
    ...{ client_id: login.clientId, redirect_uri: login.redirectUri, scope: login.scope, state: 'here' },
    ...{ response_type: 'code', code_challenge: challenge, code_challenge_method: 'S256' },
  })
  const page = await (await fetch(`${login.origin}/oauth2/authorize?${query}`)).text()
  const hidden = hiddenFields(page)
  if (hidden.length === 0) throw new Error(`no login page: ${textOf(page)}`)
  const form = new URLSearchParams([...hidden, ['username', person.email], ['password', person.password]])
  const answer = await fetch(`${login.origin}/login`, { method: 'POST', body: form, redirect: 'manual' })
  const to = answer.headers.get('location')
  if (answer.status !== 302 || !to) throw new Error(`no code: ${textOf(await answer.text())}`)
  const { searchParams, origin, pathname } = new URL(to)
  if (`${origin}${pathname}` !== login.redirectUri || searchParams.get('state') !== 'here') throw new Error(`sent elsewhere: ${to}`)
  return searchParams.get('code') ?? ''
}

/** Exchanges the code, with the browser's secret as the only proof. */
export async function exchanged(login: Login, code: string, verifier: string): Promise<{ status: number; body: Tokens }> {
  const grant = { grant_type: 'authorization_code', client_id: login.clientId, redirect_uri: login.redirectUri }
  const body = new URLSearchParams({ ...grant, code, ...(verifier && { code_verifier: verifier }) })
  const answer = await fetch(`${login.origin}/oauth2/token`, { method: 'POST', body })
  return { status: answer.status, body: (await answer.json()) as Tokens }
}

export async function signedIn(login: Login, person: { email: string; password: string }): Promise<Tokens> {
  const { verifier, challenge } = pkce()
  return (await exchanged(login, await codeFrom(login, person, challenge), verifier)).body
}

function hiddenFields(page: string): [string, string][] {
  const inputs = page.match(/<input[^>]+type="hidden"[^>]*>/g) ?? []
  const attribute = (tag: string, name: string) => new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&') ?? ''
  return inputs.map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')])
}

const textOf = (page: string) =>
  page
    .replace(/<style[\s\S]*?<\/style>|<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

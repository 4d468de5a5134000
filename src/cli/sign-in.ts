import { createHash, randomBytes } from 'node:crypto'
import { CliError } from './world.ts'

type Site = { clientId: string; scope: string; logoutUrl?: string }
type Person = { email: string; password: string }

/**
 * Signs in at the managed login of Cognito as a browser does: its page, filled in, gives a code, and the code a token, bound by PKCE. The
 * studio's client takes passwords in no other way. Throws what to do where a page asks for more than an address and a password.
 */
export async function signIn(url: string, person: Person): Promise<string> {
  const site = (await (await fetch(`${url}/api/site`)).json()) as Site
  if (!site.logoutUrl) throw new CliError('this studio has no managed login: give GENZO_API_KEY instead of --email')
  const origin = new URL(site.logoutUrl).origin
  const redirectUri = `${url}/signed-in`
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(16).toString('base64url')
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id: site.clientId, redirect_uri: redirectUri, scope: site.scope, state },
    ...{ code_challenge_method: 'S256', code_challenge: createHash('sha256').update(verifier).digest('base64url') },
  })
  const code = await codeFrom(`${origin}/oauth2/authorize?${query}`, person, { redirectUri, state })
  const grant = { grant_type: 'authorization_code', client_id: site.clientId, redirect_uri: redirectUri, code, code_verifier: verifier }
  const answer = await fetch(`${origin}/oauth2/token`, { method: 'POST', body: new URLSearchParams(grant) })
  const { access_token: token } = (await answer.json()) as { access_token?: string }
  if (!token) throw new CliError(`the login gave a code, and no token for it (${answer.status})`)
  return token
}

type Expected = { redirectUri: string; state: string }
const BY_HAND = 'sign in with a browser and give its access token as GENZO_TOKEN, or an API key as GENZO_API_KEY'

async function codeFrom(address: string, person: Person, { redirectUri, state }: Expected): Promise<string> {
  const jar = new Map<string, string>()
  const page = await follow(address, jar)
  const hidden = hiddenFields(page.text)
  if (hidden.length === 0) throw new CliError(`the login page cannot be filled in by a program: ${BY_HAND}`)
  const body = new URLSearchParams([...hidden, ['username', person.email], ['password', person.password]])
  const login = new URL('/login', page.url)
  login.search = new URL(page.url).search
  const answer = await fetch(login, { method: 'POST', body, redirect: 'manual', headers: { cookie: cookies(jar) } })
  const to = answer.headers.get('location') ?? ''
  if (!to.startsWith(`${redirectUri}?`))
    throw new CliError(`the login did not let in ${person.email}: a wrong password, or more is asked. ${BY_HAND}`)
  const { searchParams } = new URL(to)
  if (searchParams.get('state') !== state) throw new CliError('the login answered another request than ours: try again')
  return searchParams.get('code') ?? ''
}

/** The page behind redirects; a login keeps who asked in cookies, which `fetch` forgets. */
async function follow(address: string, jar: Map<string, string>): Promise<{ url: string; text: string }> {
  let url = address
  for (let hop = 0; hop < 5; hop++) {
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie: cookies(jar) } })
    for (const set of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = set.split(';', 1)[0]!.split(/=(.*)/s)
      jar.set(name, value)
    }
    const to = answer.headers.get('location')
    if (!to) return { url, text: await answer.text() }
    url = new URL(to, url).href
  }
  throw new CliError(`the login page sends from one address to the next: ${BY_HAND}`)
}

const cookies = (jar: Map<string, string>) => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')

function hiddenFields(page: string): [string, string][] {
  const attribute = (tag: string, name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&') ?? ''
  return (page.match(/<input[^>]+type="hidden"[^>]*>/g) ?? []).map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')])
}

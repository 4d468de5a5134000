import { type AskedTransform, canonicalOf, type FieldProblem, formatFor, isLadderName, readTransform, requestName } from './canonical.ts'

/**
 * What one signature lets through: the stored renditions (`urls.*`, `srcset`), the original's bytes, or one exact transform by its
 * `requestName` after `=`. A ladder signature thus makes nothing, and a link's makes one picture in at most three formats.
 */
export type LinkScope = 'ladder' | 'original' | `=${string}`

/** `exp` in seconds since 1970; 0 never ends and is only for links with a key of their own, which deleting the link takes away. */
export type LinkClaim = { imageId: string; scope: LinkScope; exp: number; kid: string }

/** HMAC-SHA-256 under the claim's key, base64url: 43 characters. */
type Hmac = (text: string) => string

/** The text that is signed. Its first line keeps these signatures from meaning anything elsewhere. */
const textToSign = ({ imageId, exp, kid }: Omit<LinkClaim, 'scope'>, what: string): string =>
  `genzo-link-2\n${imageId}\n${what}\n${exp}\n${kid}`

/** Characters of a signature for all of an image's sizes, or for its original: 126 bits. */
const HALF = 21

/**
 * The signatures of an image's own URLs, of one HMAC: the first 126 bits let in to its sizes, the next 126 to its original. Neither tells
 * anything of the other, so who is handed a thumbnail cannot come by the original, and a gallery's page costs half.
 */
export function urlSignatures(claim: Omit<LinkClaim, 'scope'>, hmac: Hmac): { ladder: string; original: string } {
  const both = hmac(textToSign(claim, 'urls'))
  return { ladder: both.slice(0, HALF), original: both.slice(HALF, 2 * HALF) }
}

/** What lets the claim in. */
export function signatureOf(claim: LinkClaim, hmac: Hmac): string {
  const { scope } = claim
  if (scope[0] === '=') return hmac(textToSign(claim, scope))
  const from = scope === 'ladder' ? 0 : HALF
  return hmac(textToSign(claim, 'urls')).slice(from, from + HALF)
}

/** The scope of a link to one transform. Without the encoder's version: a better encoder must not kill links that are out in the world. */
export const scopeOf = (transform: AskedTransform): LinkScope => `=${requestName(transform)}`

const DAY_SECONDS = 86_400
/** The end of the next UTC day, seconds: 24 to 48 hours on, and the same all day, so that URLs stay equal and cache. */
export const endOfNextDay = (now: number): number => (Math.floor(now / 1000 / DAY_SECONDS) + 2) * DAY_SECONDS

export type Query = readonly (readonly [string, string])[]

/** Path and query of a signed URL; `query` is what comes before `exp`, `kid` and `sig`. */
export function linkPath(claim: Omit<LinkClaim, 'scope'>, query: Query, sig: string): string {
  const asked = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}&`).join('')
  return `/i/${claim.imageId}?${asked}${signedQuery(claim, sig)}`
}

/** The end of its query. Neither a kid nor a signature holds anything that would have to be escaped. */
export const signedQuery = ({ exp, kid }: Pick<LinkClaim, 'exp' | 'kid'>, sig: string): string => `exp=${exp}&kid=${kid}&sig=${sig}`

/** A transform as the query that `readTransform` reads. */
export const transformQuery = (transform: AskedTransform): [string, string][] =>
  (['w', 'h', 'fit', 'fm', 'q', 'dpr'] as const).flatMap((name) =>
    transform[name] === undefined ? [] : [[name, String(transform[name])] as [string, string]],
  )

/** What may be sent, and on whose word. `expiresAt` ms; absent for a link without end. */
export type Allowed = {
  outcome: 'allowed'
  imageId: string
  /** A canonical name, or the original's own bytes. */
  canonical: string | 'original'
  scope: LinkScope
  kid: string
  expiresAt?: number
  /** The format was chosen from Accept: caches must keep the answers apart. */
  isNegotiated: boolean
  disposition: 'inline' | 'attachment'
}

/**
 * Why not. Expired is `gone`, told only to who holds a true signature. Forged and revoked are both `not_found`: which of them, and whether
 * the image exists, is nobody's business. No signature at all is as `invalid_input` as half of one: saying so helps whoever builds a page.
 */
export type Refused = {
  outcome: 'refused'
  code: 'invalid_input' | 'not_found' | 'gone'
  message: string
  field?: FieldProblem
}

export type Verifier = {
  /** The secret of a key: the studio's own, or a link's until it is revoked. */
  secretOf(kid: string): Promise<string | undefined> | string | undefined
  /** HMAC-SHA-256, base64url. */
  hmac(text: string, secret: string): string
  now(): number
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const EXP = /^(0|[1-9]\d{0,11})$/
const KID = /^[\w-]{1,40}$/
const SIG = /^[\w-]{21}([\w-]{22})?$/

/** Whether a request for `/i/{imageId}` may be answered, and with what. Nothing is looked up but the key. */
export async function checkLink(
  { secretOf, hmac, now }: Verifier,
  request: { imageId: string; query: Query; accept?: string | undefined },
): Promise<Allowed | Refused> {
  const { imageId } = request
  const signature = signatureIn(request.query)
  if ('outcome' in signature) return signature
  const asked = askedIn(signature.rest, request.accept)
  if ('outcome' in asked) return asked
  const { exp, kid, sig } = signature

  const secret = UUID.test(imageId) ? await secretOf(kid) : undefined
  const under = (text: string) => hmac(text, secret!)
  const scope = secret && asked.scopes.find((one) => isEqual(signatureOf({ imageId, scope: one, exp, kid }, under), sig))
  // A link without end is one exact transform; nothing wider may be held for ever.
  if (!scope || (exp === 0 && !scope.startsWith('='))) return refuse('not_found', 'there is no picture here: the link is wrong, or revoked')
  if (exp !== 0 && exp * 1000 <= now()) return refuse('gone', 'the link has expired; ask its owner for a new one')

  const { canonical, isNegotiated } = asked
  const disposition = canonical === 'original' ? 'attachment' : 'inline'
  return { outcome: 'allowed', imageId, canonical, scope, kid, isNegotiated, disposition, ...(exp !== 0 && { expiresAt: exp * 1000 }) }
}

const refuse = (code: Refused['code'], message: string): Refused => ({ outcome: 'refused', code, message })

function signatureIn(query: Query): { exp: number; kid: string; sig: string; rest: Query } | Refused {
  const valuesOf = (name: string) => query.filter(([one]) => one === name).map(([, value]) => value)
  const [exps, kids, sigs] = [valuesOf('exp'), valuesOf('kid'), valuesOf('sig')]
  if (sigs.length === 0) return refuse('invalid_input', 'every picture URL is signed; take it from `urls` of the image, or make a link')
  const [exp, kid, sig] = [exps[0] ?? '', kids[0] ?? '', sigs[0] ?? '']
  const isOnce = exps.length === 1 && kids.length === 1 && sigs.length === 1
  if (!isOnce || !EXP.test(exp) || !KID.test(kid) || !SIG.test(sig))
    return refuse('invalid_input', 'the signature is malformed: give exp, kid and sig once each, as they were signed')
  const rest = query.filter(([name]) => name !== 'exp' && name !== 'kid' && name !== 'sig')
  return { exp: Number(exp), kid, sig, rest }
}

/** What is asked for, and the scopes that would cover it. */
function askedIn(query: Query, accept: string | undefined): { canonical: string; isNegotiated: boolean; scopes: LinkScope[] } | Refused {
  if (query.length === 1 && query[0]![0] === 'fm' && query[0]![1] === 'original')
    return { canonical: 'original', isNegotiated: false, scopes: ['original'] }
  const read = readTransform(query)
  if (!('transform' in read)) return { ...refuse('invalid_input', `parameter ${JSON.stringify(read.path)} ${read.problem}`), field: read }
  const { transform } = read
  const isNegotiated = (transform.fm ?? 'auto') === 'auto'
  const canonical = canonicalOf(transform, isNegotiated ? formatFor(accept) : (transform.fm as Exclude<typeof transform.fm, 'auto'>)!)
  const isLadder = !isNegotiated && isLadderName(canonical)
  return { canonical, isNegotiated, scopes: isLadder ? ['ladder', scopeOf(transform)] : [scopeOf(transform)] }
}

/** Compares in a time that tells nothing of where two texts differ. */
export function isEqual(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at)
  return difference === 0
}

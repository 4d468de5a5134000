import type { Context } from 'hono'
import { cacheHeaders, contentDisposition, PICTURE_HEADERS } from '#core/delivery-headers.ts'
import { StudioError } from '#core/errors.ts'
import type { Image } from '#core/image.ts'
import { type Allowed, checkLink } from '#core/link.ts'
import type { ByteRange } from '#core/ports/blobs.ts'
import type { Ports } from '#core/ports/index.ts'
import { type DeliverPorts, deliverImage, deliverOriginal } from '#core/use-cases/deliver-image.ts'
import { byteRange, isKnown } from '../byte-range.ts'
import type { AppEnv } from '../env.ts'
import type { Api } from './route.ts'

type RoutePorts = DeliverPorts & Pick<Ports, 'blobs' | 'signer' | 'links' | 'policy' | 'now'>

/** An answer that may be given again as it is: to the same URL and, where it was negotiated, the same choice of format. */
export type ReadyAnswer = {
  /** Path and query as they came. */
  url: string
  isNegotiated: boolean
  format: 'avif' | 'webp' | 'jpeg'
  imageId: string
  kid: string
  /** Integer ms; absent for a link without end. */
  expiresAt?: number
  etag: string
  headers: Record<string, string>
  bytes: Uint8Array
}
/** Where ready answers are kept in front of the app. A `ticket` is taken before the look-up: what is withdrawn meanwhile is not kept. */
export type WarmStore = { ticket(): number; keep(answer: ReadyAnswer, ticket: number): void }

/** Pictures, under signed URLs. An `<img>` carries no token, so the signature is all there is. */
export function deliverRoutes(app: Api, ports: RoutePorts, { warm }: { warm?: WarmStore } = {}): void {
  const { signer, links, now } = ports
  const secretOf = (kid: string) => signer.secretOf(kid) ?? links.secretOf(kid)
  const verifier = { secretOf, hmac: (text: string, secret: string) => signer.sign(text, secret), now }
  const secure = ports.policy.publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}

  app.get('/i/:imageId', async (c) => {
    const ticket = warm?.ticket() ?? 0
    const url = new URL(c.req.url)
    const allowed = await checkLink(verifier, {
      imageId: c.req.param('imageId'),
      query: [...url.searchParams],
      accept: c.req.header('accept'),
    })
    if (allowed.outcome === 'refused') {
      if (allowed.code === 'invalid_input')
        throw new StudioError('invalid_input', allowed.message, allowed.field ? { fields: [allowed.field] } : {})
      throw new StudioError(allowed.code, allowed.message)
    }
    const common = { ...PICTURE_HEADERS, ...secure, ...cacheHeaders(allowed, now()), 'accept-ranges': 'bytes' }
    if (allowed.canonical === 'original') return original(c, allowed, common)

    const { canonical, imageId, kid, expiresAt, isNegotiated, scope } = allowed
    const {
      bytes,
      contentType,
      etag: tag,
      image,
    } = await deliverImage(ports, { imageId, canonical, isOwners: scope === 'ladder' && isStudios(kid) })
    const etag = `"${tag}"`
    const name = nameOf(allowed, image, contentType)
    const headers = { ...common, etag, 'content-type': contentType, 'content-disposition': name }
    const format = contentType.slice('image/'.length) as ReadyAnswer['format']
    const answer: ReadyAnswer = { url: url.pathname + url.search, isNegotiated, format, imageId, kid, etag, headers, bytes }
    warm?.keep({ ...answer, ...(expiresAt !== undefined && { expiresAt }) }, ticket)

    if (isKnown(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers)
    const range = rangeIn(c, { etag, byteLength: bytes.byteLength })
    if (range === 'unsatisfiable') return notSatisfiable(c, bytes.byteLength)
    if (!range) return c.body(bytes as Uint8Array<ArrayBuffer>, 200, { ...headers, 'content-length': String(bytes.byteLength) })
    const part = bytes.subarray(range.start, range.end + 1)
    return c.body(part as Uint8Array<ArrayBuffer>, 206, { ...headers, ...partHeaders(range, bytes.byteLength) })
  })

  /** Streams: an original may be larger than memory should hold. */
  async function original(c: Context<AppEnv>, allowed: Allowed, common: Record<string, string>): Promise<Response> {
    const { imageId } = allowed
    const { stat, image, body } = await deliverOriginal(ports, { imageId })
    const etag = `"${stat.etag}"`
    // Never shown in place: the bytes are as they came, and may be anything that only claims to be a picture.
    const headers = {
      ...common,
      etag,
      'content-type': 'application/octet-stream',
      'content-disposition': nameOf(allowed, image, stat.contentType),
    }
    const range = rangeIn(c, { etag, byteLength: stat.byteLength })
    const isUnchanged = isKnown(c.req.header('if-none-match'), etag)
    if (!isUnchanged && !range && c.req.method !== 'HEAD')
      return c.body(body, 200, { ...headers, 'content-length': String(stat.byteLength) })
    await body.cancel()
    if (isUnchanged) return c.body(null, 304, headers)
    if (c.req.method === 'HEAD') return c.body(null, 200, { ...headers, 'content-length': String(stat.byteLength) })
    if (range === 'unsatisfiable') return notSatisfiable(c, stat.byteLength)
    const part = await deliverOriginal(ports, { imageId, range: range as ByteRange })
    return c.body(part.body, 206, { ...headers, ...partHeaders(range as ByteRange, stat.byteLength) })
  }

  const isStudios = (kid: string) => signer.secretOf(kid) !== undefined
}

/** `If-Range` with another tag: the picture changed since, so all of it is sent. */
function rangeIn(c: Context<AppEnv>, { etag, byteLength }: { etag: string; byteLength: number }) {
  const ifRange = c.req.header('if-range')
  return ifRange !== undefined && ifRange !== etag ? undefined : byteRange(c.req.header('range'), byteLength)
}

const partHeaders = ({ start, end }: ByteRange, byteLength: number) => ({
  'content-range': `bytes ${start}-${end}/${byteLength}`,
  'content-length': String(end - start + 1),
})

const notSatisfiable = (c: Context<AppEnv>, byteLength: number) =>
  c.body(null, 416, { 'content-range': `bytes */${byteLength}`, 'cache-control': 'no-store' })

const EXTENSIONS: Record<string, string> = { 'image/jpeg': 'jpg', 'image/svg+xml': 'bin' }
/** The title, which its owner chose to show; the name of the file as it came only for the owner's own original. */
function nameOf({ disposition }: Allowed, image: Image, contentType: string): string {
  const isAsItCame = disposition === 'attachment'
  const extension = EXTENSIONS[contentType] ?? contentType.replace(/^image\//, '').replace(/[^a-z0-9]/g, '')
  const title = isAsItCame && image.fileName ? image.fileName.replace(/\.[^.]{1,5}$/, '') : image.title
  return contentDisposition(disposition, { title, extension })
}

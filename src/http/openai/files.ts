import { OUTPUT_FORMATS, type OutputFormat } from '#core/canonical.ts'
import { cacheHeaders, contentDisposition, PICTURE_HEADERS } from '#core/delivery-headers.ts'
import { StudioError } from '#core/errors.ts'
import type { Image } from '#core/image.ts'
import { checkLink, linkPath, scopeOf, signatureOf } from '#core/link.ts'
import { originalKey } from '#core/ports/blobs.ts'
import type { Ports } from '#core/ports/index.ts'
import { canonicalOf } from '#core/transform.ts'
import { type DeliverPorts, deliverImage, deliverOriginal } from '#core/use-cases/deliver-image.ts'
import type { Api } from '../routes/route.ts'

export type FilePorts = DeliverPorts & Pick<Ports, 'blobs' | 'signer' | 'policy' | 'now' | 'links'>
export type Wish = { format: OutputFormat; quality?: number }

/** As long as OpenAI's own. Seconds. */
const URL_SECONDS = 3600
const EXTENSIONS: Record<string, string> = { jpeg: 'jpg' }
const extensionOf = (format: string) => EXTENSIONS[format] ?? format
/** JPEG and WebP where no compression was named: near to what "0 % compression" promises without its size. */
const QUALITY = 95
const THUMBNAIL_WIDTH = 320

/** True where the gallery's own file is what is wished for: its bytes are then given as they are, with every mark they carry. */
const isAsMade = (image: Pick<Image, 'format'>, { format, quality }: Wish) => image.format === format && quality === undefined
const transformOf = ({ format, quality = QUALITY }: Wish) => ({ fm: format, ...(format !== 'png' && { q: quality }) })

/** A picture's bytes in the wished format, marked like everything that leaves the studio. */
export async function fileOf(ports: FilePorts, image: Image, wish: Wish): Promise<Uint8Array> {
  if (isAsMade(image, wish)) {
    const version = image.blobVersion === undefined ? {} : { version: image.blobVersion }
    const bytes = await ports.blobs.read(originalKey(image.ownerId, image.id), version)
    if (bytes) return bytes
  }
  const { bytes } = await deliverImage(ports, { imageId: image.id, canonical: canonicalOf(transformOf(wish), wish.format) })
  return bytes
}

/** A smaller look at the same picture, for a stream: the width of a thumbnail. */
export async function smallFileOf(ports: FilePorts, image: Image, { format }: Wish): Promise<Uint8Array> {
  const { bytes } = await deliverImage(ports, { imageId: image.id, canonical: canonicalOf({ w: THUMBNAIL_WIDTH }, format) })
  return bytes
}

/** A signed address of the same bytes for an hour. Its path ends in the format, since clients take the type of the file from there. */
export function fileUrl(ports: Pick<Ports, 'signer' | 'policy' | 'now'>, image: Image, wish: Wish): string {
  const { signer, policy } = ports
  const asMade = isAsMade(image, wish)
  const exp = Math.floor(ports.now() / 1000) + URL_SECONDS
  const claim = { imageId: image.id, exp, kid: signer.kid }
  const sig = signatureOf({ ...claim, scope: asMade ? 'original' : scopeOf(transformOf(wish)) }, signer.sign)
  const query = asMade ? [['fm', 'original']] : Object.entries(transformOf(wish)).map(([name, value]) => [name, String(value)])
  const path = linkPath(claim, query as [string, string][], sig).replace('/i/', '/v1/images/files/')
  return policy.publicUrl.replace(/\/$/, '') + path.replace('?', `.${extensionOf(wish.format)}?`)
}

/** Answers those addresses: the signature is all there is, as on `/i`. Only what the studio made: an upload's bytes hold a place. */
export function fileRoutes(app: Api, ports: FilePorts): void {
  const { signer, now } = ports
  const verifier = { secretOf: (kid: string) => signer.secretOf(kid), hmac: (text: string, key: string) => signer.sign(text, key), now }

  app.get('/v1/images/files/:file', async (c) => {
    const imageId = c.req.param('file').replace(/\.\w{1,5}$/, '')
    const allowed = await checkLink(verifier, { imageId, query: [...new URL(c.req.url).searchParams] })
    if (allowed.outcome === 'refused') throw new StudioError(allowed.code, allowed.message)
    const { image, bytes, contentType } = await bytesOf(ports, allowed)
    const extension = extensionOf(contentType.replace(/^image\//, ''))
    return c.body(bytes, 200, {
      ...PICTURE_HEADERS,
      ...cacheHeaders(allowed, now()),
      'content-type': contentType,
      'content-disposition': contentDisposition('inline', { title: image.title, extension }),
    })
  })
}

async function bytesOf(ports: FilePorts, { imageId, canonical }: { imageId: string; canonical: string }) {
  if (canonical !== 'original') {
    const made = await deliverImage(ports, { imageId, canonical })
    return { ...made, bytes: made.bytes as Uint8Array<ArrayBuffer> }
  }
  const { image, body, stat } = await deliverOriginal(ports, { imageId })
  const isServed = image.state === 'ready' && image.origin !== 'upload' && (OUTPUT_FORMATS as readonly string[]).includes(image.format)
  if (!isServed) {
    await body.cancel()
    throw new StudioError('not_found', 'there is no picture here: the link is wrong, or revoked', { what: 'image' })
  }
  return { image, bytes: body, contentType: stat.contentType }
}

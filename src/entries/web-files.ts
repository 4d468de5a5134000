import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
}
const COMPRESSIBLE = /^(text\/|application\/(json|manifest)|image\/svg)/

type WebFile = { contentType: string; etag: string; isHashed: boolean; body: { identity: Buffer; br?: Buffer; gzip?: Buffer } }

export type WebFiles = {
  answer(request: Request): Response
  /** The app's page, for routes that put something of their own into it, with the policy that it needs. */
  page: { html: string; csp: string }
}

/** Before the web app is built: what to do with the server that is running. */
const PLAIN = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Genzo</title>
<h1>Genzo is running</h1>
<p>The studio's pages are not built here. The API is described at <a href="/docs">/docs</a>;
<code>npx genzo help</code> lists the commands.</p>
`

/**
 * The studio's pages out of `dir`, read and compressed once: the bundle is small, and a request then costs a look in a map. A path that
 * is no file and looks like a screen answers the app's page.
 */
export function webFiles(dir: string, { connectTo = [] }: { connectTo?: readonly string[] } = {}): WebFiles {
  const files = readAll(dir)
  const page = files.get('/index.html') ?? fileOf('index.html', Buffer.from(PLAIN))
  const html = page.body.identity.toString('utf8')
  const csp = policyOf(html, connectTo)

  const answer = (request: Request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
    const { pathname } = new URL(request.url)
    const isScreen = !/\.[a-z0-9]{2,11}$/i.test(pathname)
    const file = files.get(pathname) ?? (isScreen ? page : undefined)
    if (!file)
      return new Response('not found\n', { status: 404, headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' } })
    const headers = headersOf(file, csp)
    if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers })
    const encoding = encodingFor(file, request.headers.get('accept-encoding') ?? '')
    if (encoding !== 'identity') headers.set('content-encoding', encoding)
    const bytes = file.body[encoding]!
    headers.set('content-length', String(bytes.byteLength))
    return new Response(request.method === 'HEAD' ? null : new Uint8Array(bytes), { headers })
  }
  return { answer, page: { html, csp } }
}

function readAll(dir: string): Map<string, WebFile> {
  if (!existsSync(join(dir, 'index.html'))) return new Map()
  const found = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = found.map((entry) => join(entry.parentPath, entry.name))
  return new Map(paths.map((path) => [`/${relative(dir, path).split(sep).join('/')}`, fileOf(path, readFileSync(path))]))
}

function fileOf(path: string, identity: Buffer): WebFile {
  const contentType = TYPES[extname(path)] ?? 'application/octet-stream'
  const etag = `"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`
  const isCompressible = COMPRESSIBLE.test(contentType) && identity.byteLength > 1024
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
  const packed = isCompressible ? { br: brotliCompressSync(identity, quality), gzip: gzipSync(identity) } : {}
  // The bundler puts a hash of the content into the names under assets/.
  return { contentType, etag, isHashed: /[/\\]assets[/\\]/.test(path), body: { identity, ...packed } }
}

const encodingFor = ({ body }: WebFile, accepted: string): 'br' | 'gzip' | 'identity' =>
  body.br && /\bbr\b/.test(accepted) ? 'br' : body.gzip && /\bgzip\b/.test(accepted) ? 'gzip' : 'identity'

function headersOf({ contentType, etag, isHashed }: WebFile, csp: string): Headers {
  return new Headers({
    'content-type': contentType,
    etag,
    vary: 'accept-encoding',
    'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': csp,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  })
}

/** Scripts only from here, and the page's own inline ones by their hash. */
function policyOf(page: string, connectTo: readonly string[]): string {
  const inline = [...page.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, code]) => code!)
  const hashes = inline.map((code) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`)
  return [
    "default-src 'none'",
    ["script-src 'self'", ...hashes].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    ["connect-src 'self'", ...connectTo].join(' '),
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

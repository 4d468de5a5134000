import { JSON_BODY_BYTES } from '../route-table.ts'
import { Problem } from '../schemas/common.ts'
import { type Api, PROBLEMS } from './route.ts'

/** A file of the documentation page's own program, or undefined. Given by the entry, which may read files. */
export type DocsFile = (name: string) => Promise<{ bytes: Uint8Array<ArrayBuffer>; contentType: string } | undefined>

/** The page loads its program from this server only. It writes style attributes itself, which the style rule must allow. */
const PAGE_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Genzo API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`
const START = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null })\n`

const ABOUT = `An image studio: upload, generate, find, share and deliver images.

Send an access token or an API key (\`gz_…\`) as \`Authorization: Bearer\`, or the key as \`api-key\`. Every error is
\`application/problem+json\` with a \`code\` of a closed list. Bodies are at most ${JSON_BODY_BYTES / 1024} KiB of JSON.
Lists come in pages: \`{items, nextCursor?}\`. Times are ISO 8601 UTC, money is integer micro-dollars.

Pictures themselves come from the signed addresses in \`urls\` and in links, which need no key. Programs written for OpenAI find its
images API under \`/v1\`.`

/** In the order in which somebody who comes new needs them. */
const TAGS = [
  { name: 'Models', description: 'What can be asked for, and at which price.' },
  { name: 'Prompts', description: 'Write an idea out, or put it into English, by a text model.' },
  { name: 'Generations', description: 'Make and edit pictures. Accepted at once, followed by events; an estimate costs nothing.' },
  { name: 'Uploads', description: 'Bring your own: ask for a URL, put the bytes there.' },
  { name: 'Images', description: 'Find, name, remove; where each came from and what was done to it.' },
  { name: 'Albums', description: 'Images laid together; one may lie in several.' },
  { name: 'Links', description: 'Hand a picture on in one form, for as long as you like.' },
  { name: 'Events', description: 'What happened, by asking again or as a stream.' },
  { name: 'Account', description: 'Who you are, what you used, your keys, your data and the way out.' },
  { name: 'Administration', description: 'People, limits, queues and spending. For the group `admin`.' },
  { name: 'System', description: 'Whether the studio lives, and how to sign in.' },
]

/** OpenAPI 3.1 from the routes' own schemas, and a page that shows it without leaving this server. */
export function docsRoutes(app: Api, { file, version }: { file?: DocsFile; version: string }): void {
  // No route names it, since handlers throw theirs: without this the references below would lead nowhere.
  app.openAPIRegistry.register('Problem', Problem)
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' })
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', { type: 'apiKey', in: 'header', name: 'api-key' })

  let document: unknown
  app.get('/api/openapi.json', (c) => {
    document ??= withProblems(
      app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'Genzo', version, description: ABOUT }, tags: TAGS }),
    )
    c.header('cache-control', 'public, max-age=300')
    return c.json(document as object)
  })
  if (!file) return
  app.get('/docs', (c) => {
    c.header('content-security-policy', PAGE_CSP)
    return c.html(PAGE)
  })
  app.get('/docs/:file', async (c) => {
    const name = c.req.param('file')
    c.header('cache-control', 'public, max-age=3600')
    if (name === 'start.js') return c.body(START, 200, { 'content-type': 'text/javascript; charset=utf-8' })
    const found = await file(name)
    return found ? c.body(found.bytes, 200, { 'content-type': found.contentType }) : c.notFound()
  })
}

/** Every operation may answer with a problem; said here once, since handlers throw theirs. */
function withProblems<T extends { paths?: object | undefined; components?: object | undefined }>(document: T): T {
  const problem = { ...PROBLEMS, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } }
  for (const operations of Object.values(document.paths ?? {}))
    for (const operation of Object.values(operations as Record<string, { responses?: Record<string, unknown> }>))
      if (operation.responses) operation.responses['default'] = problem
  return document
}

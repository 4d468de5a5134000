// How soon a function answers its first request: a process is spawned, calls its bundle's handler once against a stub on loopback, and ends. In
// all, above an empty process, beside a bundle that loads five SDK clients at once. `npm run bench -- aws [ROUNDS]`.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { makeZip } from 'client-zip'
import { build } from 'esbuild'
import { contextOf, restEvent } from '../e2e/aws/functions/events.ts'
import { bundleFunction } from '../infra/bundles.ts'
import { FUNCTIONS, type FunctionName } from '../infra/functions.ts'
import { type AwsVariable, ENV } from '../src/entries/aws-config.ts'
import { ratios, rounds, spreadOf, tell } from './harness.ts'

const ROUNDS = Number(process.argv[2] ?? 11)
const ROOT = join(import.meta.dirname, '..')
const DIR = join(ROOT, '.cache/bench-aws')
/** PERFORMANCE row 13. */
const GOALS = { api: 0.7, 'generate-upload-url': 0.6 } as const
const OWNER = '0193a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5b'

rmSync(DIR, { recursive: true, force: true })
mkdirSync(DIR, { recursive: true })
const stub = await startStub()
const env = { ...environment(), AWS_ENDPOINT_URL: stub.url, NODE_EXTRA_CA_CERTS: join(DIR, 'certificate.pem') }
await bundles()
const events = {
  api: restEvent({ path: '/api/images', query: { limit: '50' }, authorizer: contextOf(OWNER) }),
  'generate-upload-url': restEvent({
    ...{ method: 'POST', path: '/generate-upload-url', authorizer: contextOf(OWNER) },
    body: { fileName: 'a.jpg', contentType: 'image/jpeg', byteLength: 5 },
  }),
}
const once1 = (name: string, event: unknown) => () => started(join(DIR, name, 'index.mjs'), event)
const contenders = {
  empty: () => started(undefined, null),
  'eager-api': once1('eager-api', events.api),
  'eager-generate-upload-url': once1('eager-generate-upload-url', events['generate-upload-url']),
  api: once1('api', events.api),
  'generate-upload-url': once1('generate-upload-url', events['generate-upload-url']),
}
for (const run of Object.values(contenders)) await run()
const took = await rounds(ROUNDS, contenders)
const empty = spreadOf(took.empty!).median
const above = (name: string) => took[name]!.map((ms) => ms - empty)
tell('empty process', took.empty!, ' ms')
for (const name of ['eager-api', 'api', 'eager-generate-upload-url', 'generate-upload-url'])
  tell(`${name}: first answer above an empty process`, above(name), ' ms')
let isMissed = false
for (const [name, goal] of Object.entries(GOALS)) {
  const found = ratios(above(name), above(`eager-${name}`))
  tell(`${name} / the same with five clients at once`, found, '×', `≤ ${goal}`)
  isMissed ||= spreadOf(found).median > goal
}
await sizes()
stub.close()
rmSync(DIR, { recursive: true, force: true })
process.exitCode = isMissed ? 1 : 0

/** Milliseconds from spawn to end. A handler that refuses ends the bench: a quick error is no start. */
async function started(file: string | undefined, event: unknown): Promise<number> {
  const began = performance.now()
  const child = spawn(process.execPath, file ? [join(DIR, 'call.mjs'), file] : [join(DIR, 'empty.mjs')], {
    env: { PATH: process.env['PATH'] ?? '', ...env, EVENT: JSON.stringify(event) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number]
  if (code !== 0) throw new Error(`${file} ended with ${code}`)
  return performance.now() - began
}

async function bundles() {
  writeFileSync(join(DIR, 'empty.mjs'), '')
  writeFileSync(
    join(DIR, 'call.mjs'),
    `const { handler } = await import(process.argv[2])
     const answer = await handler(JSON.parse(process.env.EVENT), {})
     if (answer.statusCode !== 200) { console.error(answer); process.exit(1) }
     process.exit(0)`,
  )
  for (const name of Object.keys(GOALS) as (keyof typeof GOALS)[]) await bundleFunction(name, join(DIR, name))
  // The same handlers as the usual function of the field has them: one file, every client made at the start, whatever the request needs.
  const clients = ['s3:S3', 'dynamodb:DynamoDB', 'sqs:SQS', 'sns:SNS', 'bedrock-runtime:BedrockRuntime'].map((one) => one.split(':'))
  const made = clients.map(([, type]) => `new ${type}Client({})`).join(', ')
  const imports = clients.map(([name, type]) => `import { ${type}Client } from '@aws-sdk/client-${name}'`).join('\n')
  for (const name of Object.keys(GOALS)) {
    const contents = `${imports}\nglobalThis.clients = [${made}]\nexport { handler } from './src/entries/${name}.lambda.ts'`
    await build({
      ...{
        stdin: { contents, resolveDir: ROOT, loader: 'js' },
        outfile: join(DIR, `eager-${name}/index.mjs`),
        mainFields: ['module', 'main'],
      },
      ...{ bundle: true, minify: true, format: 'esm', platform: 'node', target: 'node24', logLevel: 'error', legalComments: 'none' },
      banner: { js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);" },
    })
  }
}

async function sizes() {
  for (const name of Object.keys(FUNCTIONS) as FunctionName[]) {
    const dir = join(DIR, 'sizes', name)
    await bundleFunction(name, dir)
    const files = readdirSync(dir).map((file) => ({ name: file, input: readFileSync(join(dir, file)) }))
    const packed = await new Response(
      new Blob([await new Response(makeZip(files)).arrayBuffer()]).stream().pipeThrough(new CompressionStream('gzip')),
    ).arrayBuffer()
    const pixels = 'hasPixels' in FUNCTIONS[name] ? ' and sharp' : ''
    console.log(`${name.padEnd(24)} ${(packed.byteLength / 1024).toFixed(0)} KB zipped${pixels}`)
  }
}

/** For loopback alone, made now and gone with the run. */
function certificate(): { key: Buffer; cert: Buffer } {
  const [key, cert] = [join(DIR, 'key.pem'), join(DIR, 'certificate.pem')]
  const asked = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert]
  const made = spawnSync('openssl', [...asked, '-days', '2', '-subj', '/CN=loopback', '-addext', 'subjectAltName=IP:127.0.0.1'])
  if (made.status !== 0) throw new Error(`openssl made no certificate (${made.error?.message ?? made.stderr}): this bench needs it`)
  return { key: readFileSync(key), cert: readFileSync(cert) }
}

/**
 * Answers what the two functions ask, at once: DynamoDB and Secrets Manager speak the same JSON. By TLS, as AWS does: over plain HTTP the
 * SDK loads Node's `http` at the first call, and with it a whole fetch that no function on Lambda ever loads.
 */
async function startStub() {
  const row = { Attributes: { tokens: { N: '100' }, at: { N: String(Date.now()) } } }
  const answers: Record<string, unknown> = {
    Query: { Items: [], Count: 0, ScannedCount: 0 },
    UpdateItem: row,
    TransactWriteItems: {},
    GetItem: {},
    GetSecretValue: { SecretString: JSON.stringify({ delivery: [{ kid: 'd1', secret: 's'.repeat(43) }] }) },
  }
  const server = createServer(certificate(), (request, response) => {
    const target = String(request.headers['x-amz-target']).split('.').at(-1)!
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/x-amz-json-1.0')
      response.statusCode = target in answers ? 200 : 400
      response.end(JSON.stringify(answers[target] ?? { __type: 'UnknownOperationException' }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

function environment(): Record<string, string> {
  const urls = { GENZO_PUBLIC_URL: 'https://studio.example', GENZO_SECRET_ID: 'genzo', GENZO_POLICY: '{}' }
  const given: Partial<Record<AwsVariable, string>> = {
    ...{ ...urls, GENZO_STAGE: 'dev', GENZO_LOG_LEVEL: 'error', GENZO_TABLE_PREFIX: 'genzo-', GENZO_CLIENT_IDS: 'web' },
    ...{ GENZO_ORIGINALS_BUCKET: 'originals', GENZO_RENDITIONS_BUCKET: 'renditions', GENZO_USER_POOL_ID: 'us-east-1_Test' },
  }
  const queues = ENV.api.filter((key) => key.endsWith('_URL') && !(key in given)).map((key) => [key, 'http://127.0.0.1:9/queue'])
  const aws = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' }
  return { ...given, ...Object.fromEntries(queues), ...aws }
}

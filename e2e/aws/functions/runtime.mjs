// Lambda's Node runtime as its documents describe it (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html): takes events, calls the
// handler, reports results, and errors by the name that Step Functions matches. A server's own Node runtime would lose that name.
import { join } from 'node:path'

// The address by which every Cognito pool publishes its keys is AWS's own; here the server of the tests has them.
const { AWS_ENDPOINT_URL: endpoint } = process.env
const fetched = globalThis.fetch
globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input)
  const isPool = endpoint && /^cognito-idp\.[a-z0-9-]+\.amazonaws\.com$/.test(url.hostname)
  // It names further addresses by the scheme that it was asked by.
  return isPool ? fetched(new URL(url.pathname, endpoint), { headers: { 'x-forwarded-proto': 'http' } }) : fetched(input, init)
}

const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`
const say = (path, body) => fetch(`${api}/${path}`, { method: 'POST', body: JSON.stringify(body ?? null) })
const failure = (error) => ({ errorType: error?.name ?? 'Error', errorMessage: String(error?.message ?? error), trace: [] })

let handler
try {
  const [file, name] = process.env._HANDLER.split('.')
  handler = (await import(join(process.env.LAMBDA_TASK_ROOT, `${file}.mjs`)))[name]
} catch (error) {
  await say('init/error', failure(error))
  process.exit(1)
}
for (;;) {
  const next = await fetch(`${api}/invocation/next`)
  const id = next.headers.get('lambda-runtime-aws-request-id')
  try {
    await say(`invocation/${id}/response`, await handler(await next.json(), { awsRequestId: id }))
  } catch (error) {
    await say(`invocation/${id}/error`, failure(error))
  }
}

// Lambda's Node runtime as its documents describe it (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html): takes events, calls the
// handler, reports results, and errors by the name that Step Functions matches. A server's own Node runtime would lose that name.
import { join } from 'node:path'

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

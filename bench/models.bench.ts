// What asking a model through Genzo costs beside the same request by plain fetch, against a simulator that answers at once, and how well
// many calls at once use the room that a model allows. `npm run bench -- models [CALLS]`.
import { checkRequest } from '#core/catalogue.ts'
import { bedrockInvoker } from '#models/bedrock/invoker.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { callFor } from '../e2e/bedrock-sim/asking.ts'
import { type Sim, startBedrockSim } from '../e2e/bedrock-sim/sim.ts'
import { quantile, rounds } from './harness.ts'

const CALLS = Number(process.argv[2] ?? 40)
/** Milliseconds added at the median (issue: the proof of the models). */
const MOST_ADDED = 25
const AT_ONCE = 100
const LATENCY_MS = 200
const MOST_OVER = 1.2
const signal = new AbortController().signal
const find = (id: string, task: string) => {
  const model = BEDROCK_CATALOGUE.find((one) => one.id === id)!
  return [model, model.tasks.find((one) => one.task === task)!] as const
}
const timed = async (run: () => Promise<unknown>) => {
  const since = performance.now()
  await run()
  return performance.now() - since
}

const sim = await startBedrockSim({})
const invoker = bedrockInvoker({ token: () => 'sim-key', endpoint: sim.url })
const failures: string[] = []
for (const [id, task] of [
  ['stable-image-core', 'text-to-image'],
  ['stable-image-inpaint', 'inpaint'],
  ['stable-image-replace', 'replace'],
] as const)
  await added(id, task)
await together()
invoker.close()
await sim.close()
for (const failure of failures) console.error(`FAILED: ${failure}`)
process.exitCode = failures.length > 0 ? 1 : 0

/** Check, encode, send, decode beside sending the same bytes and reading the answer. */
async function added(id: string, task: string) {
  const [model, offer] = find(id, task)
  const call = await callFor(model, offer)
  const ours = async () => {
    checkRequest(call.model, {
      task: call.task,
      prompt: 'a red fox',
      count: 1,
      inputs: call.inputs.map(({ role }) => ({ role, imageId: role })),
      parameters: call.parameters,
    })
    await invoker.invoke(call, signal)
  }
  await ours()
  const { path, body } = (sim as Sim).requests.at(-1)!
  const payload = JSON.stringify(body)
  const headers = { authorization: 'Bearer sim-key', 'content-type': 'application/json' }
  const floor = async () => (await fetch(sim.url + path, { method: 'POST', headers, body: payload })).json()
  const measured = await rounds(CALLS, { ours: () => timed(ours), floor: () => timed(floor) })
  const [mine, plain] = [quantile(measured.ours!, 0.5), quantile(measured.floor!, 0.5)]
  console.log(`${id} ${task}: ${mine.toFixed(1)} ms, plain fetch ${plain.toFixed(1)} ms, added ${(mine - plain).toFixed(1)} ms`)
  if (mine - plain > MOST_ADDED) failures.push(`${id} ${task} adds more than ${MOST_ADDED} ms`)
}

/** A hundred at once beside the time that the model's own concurrency needs for them. */
async function together() {
  const [model, offer] = find('stable-image-erase', 'erase')
  const call = await callFor(model, offer)
  sim.set({ latencyMs: LATENCY_MS })
  const took = await timed(() => Promise.all(Array.from({ length: AT_ONCE }, () => invoker.invoke(call, signal))))
  const ideal = Math.ceil(AT_ONCE / call.model.concurrency) * LATENCY_MS
  console.log(
    `${AT_ONCE} at once, ${call.model.concurrency} by ${call.model.concurrency} of ${LATENCY_MS} ms: ${Math.round(took)} ms, at best ${ideal} ms`,
  )
  if (took > ideal * MOST_OVER) failures.push(`${AT_ONCE} at once take more than ${MOST_OVER} times the best`)
}

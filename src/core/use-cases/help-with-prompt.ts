import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import type { Ports } from '../ports/index.ts'
import type { Task } from '../task.ts'
import { askWording } from './ask-wording.ts'

type HelpPorts = Pick<Ports, 'wording' | 'models' | 'moderator' | 'rates' | 'telemetry' | 'now'>

/** Text models cost a fraction of a picture and are not charged, so their use is bounded by a rate. */
const RATE = { perMinute: 20, burst: 5 }

/** An idea as a full prompt for the model that is to draw it. `unavailable` saying what to configure when there is no text model. */
export async function expandPrompt(
  ports: HelpPorts,
  actor: Actor,
  { idea, task, model: id }: { idea: string; task: Task; model?: string | undefined },
): Promise<string> {
  const model = id === undefined ? await ports.models.defaultFor(task) : await ports.models.find(id)
  if (!model) throw new StudioError('not_found', `no model ${(id ?? task).slice(0, 80)}; GET /api/models lists them`, { what: 'model' })
  await assertMayAsk(ports, actor, idea)
  return askWording((signal) => ports.wording.expand(idea, { task, model }, signal))
}

/** A prompt in English, its names, numbers and weights kept. Same refusals. */
export async function translatePrompt(ports: HelpPorts, actor: Actor, prompt: string): Promise<string> {
  await assertMayAsk(ports, actor, prompt)
  return askWording((signal) => ports.wording.translate(prompt, signal))
}

/** What may not be drawn is not written out either. */
async function assertMayAsk(ports: HelpPorts, actor: Actor, prompt: string): Promise<void> {
  if (!ports.wording.isConfigured) return
  const verdict = await ports.moderator.text({ prompt })
  if (verdict.verdict === 'refuse') {
    ports.telemetry.count('prompts_refused', 1)
    throw new StudioError('content_refused', verdict.reason, { rule: verdict.rule, stage: 'prompt' })
  }
  const turn = await ports.rates.take(`wording/${actor.id}`, { ...RATE, now: ports.now() })
  if (turn.taken) return
  const retryAfterSeconds = Math.max(1, Math.ceil(turn.waitMs / 1000))
  throw new StudioError('throttled', `prompts are written ${RATE.perMinute} times a minute at most; wait a moment`, { retryAfterSeconds })
}

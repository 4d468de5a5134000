import { ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import { StudioError } from '#core/errors.ts'
import type { Wording } from '#core/ports/models.ts'
import { type BedrockAccess, runtimeClients } from './client.ts'
import { translated } from './errors.ts'
import { DEFAULT_REGION } from './regions.ts'

const EXPAND = [
  'You write prompts for image models. Answer with one prompt in English and nothing else: no quotes, no preamble.',
  'Keep what the idea says; add subject, setting, light, composition and medium in at most 80 words.',
  'Never add people, brands or text that the idea does not ask for.',
].join(' ')
const TRANSLATE = [
  'You translate prompts for image models into English. Answer with the translation and nothing else.',
  'Keep names, numbers and (word:weight) brackets as they are. What is English already, repeat unchanged.',
].join(' ')
const MAX_TOKENS = 700

/**
 * A text model on Bedrock, by Converse (`BEDROCK_MODEL_ID`). Without an id every method throws `unavailable` saying what to set. The
 * person's words travel as a user message only: they cannot become instructions of the system.
 */
export function bedrockWording({
  modelId,
  region = DEFAULT_REGION,
  ...access
}: BedrockAccess & { modelId?: string; region?: string }): Wording {
  const clients = runtimeClients(access)

  async function ask(system: string, words: string, signal: AbortSignal): Promise<string> {
    if (!modelId)
      throw new StudioError('unavailable', 'no text model is configured: set BEDROCK_MODEL_ID in .env.local', { service: 'text' })
    const command = new ConverseCommand({
      modelId,
      system: [{ text: system }],
      messages: [{ role: 'user', content: [{ text: words }] }],
      inferenceConfig: { maxTokens: MAX_TOKENS, temperature: 0.4 },
    })
    const sent = clients.of(region).client.send(command, { abortSignal: signal })
    const answer = await translated(sent, { modelId, region, signal })
    if (answer.stopReason === 'content_filtered' || answer.stopReason === 'guardrail_intervened')
      throw new StudioError('content_refused', 'the text model refused these words', { stage: 'prompt', rule: answer.stopReason })
    const text = (answer.output?.message?.content ?? [])
      .map((block) => block.text ?? '')
      .join('')
      .trim()
    if (text === '') throw new StudioError('unavailable', 'the text model answered without text', { service: 'text' })
    return text
  }

  return {
    isConfigured: Boolean(modelId),
    async expand(idea, { task, model }, signal) {
      const most = model.tasks.find((offer) => offer.task === task)?.maxPromptLength ?? 1000
      return (await ask(EXPAND, `Task: ${task}. Idea: ${idea}`, signal)).slice(0, most)
    },
    translate: (prompt, signal) => ask(TRANSLATE, prompt, signal),
  }
}

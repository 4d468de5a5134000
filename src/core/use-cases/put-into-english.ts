import { modelTask, needsTranslation } from '../catalogue.ts'
import { StudioError } from '../errors.ts'
import type { GenerationRequest } from '../generation.ts'
import type { Model } from '../model.ts'
import type { Ports } from '../ports/index.ts'
import { askWording } from './ask-wording.ts'

export type SentWords = Record<string, string>

/**
 * What the model is sent in place of words that it would refuse: each text of the request that is written in another script, in English,
 * by `prompt`, `negativePrompt` or its parameter's name. Undefined when nothing needs it, or no text model is configured: the model then
 * sees the words as they are, and its refusal says what to do.
 */
export async function putIntoEnglish(
  ports: Pick<Ports, 'wording'>,
  model: Model,
  request: GenerationRequest,
): Promise<SentWords | undefined> {
  if (!ports.wording.isConfigured) return undefined
  const { prompt, negativePrompt, parameters = {}, task } = request
  const foreign = Object.entries({ prompt, negativePrompt, ...parameters }).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string' && needsTranslation(model, pair[1]),
  )
  if (foreign.length === 0) return undefined
  const put = await Promise.all(
    foreign.map(async ([name, words]) => [name, await askWording((signal) => ports.wording.translate(words, signal))] as const),
  )
  const most = modelTask(model, task).maxPromptLength
  for (const [name, words] of put)
    if (words.length > most) {
      const problem = `in English it is ${words.length} characters long; ${model.name} takes ${most}`
      throw new StudioError('invalid_input', `${name}: ${problem}`, { fields: [{ path: name, problem }] })
    }
  return Object.fromEntries(put)
}

/** One sentence for the person whose words these are. */
export const saidInEnglish = (sent: SentWords, { name }: Pick<Model, 'name'>): string =>
  `${name} takes English only, so ${Object.keys(sent).length === 1 && sent.prompt ? 'the prompt was' : 'your words were'} translated`

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { moderationPolicy, policyModerator } from '#core/moderation.ts'
import type { Moderator } from '#core/ports/models.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import type { Catalogue } from '#models/catalogue/overlay.ts'

/** A file that synthesis laid beside a function's code, where its stage has one (`infra/operator-files.ts`, which checked it). */
function laid(name: string, folder = import.meta.dirname): string | undefined {
  const path = join(folder, name)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** The operator's rules for prompts; without a file nothing is refused, and nothing is loaded for it. */
export async function laidModerator(folder?: string): Promise<Moderator> {
  const text = laid('genzo.policy.json', folder)
  if (text === undefined) return policyModerator()
  const { linearPatterns } = await import('#models/linear-patterns.ts')
  return policyModerator(moderationPolicy(linearPatterns).parse(JSON.parse(text)), linearPatterns)
}

/** Bedrock's models with what the stage's operator says of them laid over. */
export async function laidCatalogue(folder?: string): Promise<Catalogue> {
  const text = laid('genzo.models.json', folder)
  if (text === undefined) return { models: [...BEDROCK_CATALOGUE], defaults: {} }
  const { overlayCatalogue } = await import('#models/catalogue/overlay.ts')
  return overlayCatalogue(BEDROCK_CATALOGUE, text)
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Model } from '#core/model.ts'
import { ModerationPolicy } from '#core/moderation.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { SKETCH } from '#models/sketch/catalogue.data.ts'
import { type Config, ConfigError } from './config.ts'

/** What an operator may say of a model: prices and rates of their own contract, other ids, or that it is alive for them. */
const ModelChange = z.strictObject({
  name: z.string().min(1).max(100),
  nativeId: z.string().min(1).max(300),
  regions: z.record(z.string(), z.string()),
  price: z.strictObject({ microUsdPerImage: z.int().min(0), asOf: z.iso.date(), source: z.string().min(1) }),
  requestsPerMinute: z.number().positive(),
  concurrency: z.int().min(1).max(1000),
  typicalSeconds: z.number().positive(),
  lifecycle: z.strictObject({
    state: z.enum(['active', 'legacy', 'retired']),
    legacyOn: z.iso.date().optional(),
    retiredOn: z.iso.date().optional(),
    successor: z.string().optional(),
  }),
  note: z.string().max(500),
})
const ModelOverlay = z.record(z.string(), ModelChange.partial())

/** The rules of `genzo.policy.json`, when there is one. */
export function readModeration(config: Config): ModerationPolicy | undefined {
  return readJson(config.values.GENZO_POLICY_FILE, join(config.dataDir, 'genzo.policy.json'), ModerationPolicy)
}

/** The catalogue with what `genzo.models.json` says laid over it: model id → the fields that differ. */
export function readCatalogue(config: Config): Model[] {
  const shipped: Model[] = [SKETCH, ...BEDROCK_CATALOGUE]
  const overlay = readJson(config.values.GENZO_MODELS_FILE, join(config.dataDir, 'genzo.models.json'), ModelOverlay) ?? {}
  const unknown = Object.keys(overlay).filter((id) => !shipped.some((model) => model.id === id))
  if (unknown.length > 0) throw new ConfigError([`the model overlay names ${unknown.join(', ')}, which the catalogue does not have`])
  return shipped.map((model) => ({ ...model, ...overlay[model.id] }) as Model)
}

/** A file that was named must be there; the usual one may be absent. */
function readJson<T>(named: string | undefined, usual: string, schema: z.ZodType<T>): T | undefined {
  const path = named ?? usual
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && named === undefined) return undefined
    throw new ConfigError([`${path} cannot be read (${code})`])
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON'
    throw new ConfigError([`${path} is not valid: ${why}`])
  }
}

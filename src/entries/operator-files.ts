import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { isStudioError } from '#core/errors.ts'
import { type ModerationPolicy, moderationPolicy } from '#core/moderation.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { type Catalogue, overlayCatalogue } from '#models/catalogue/overlay.ts'
import { linearPatterns } from '#models/linear-patterns.ts'
import { SKETCH } from '#models/sketch/catalogue.data.ts'
import { type Config, ConfigError } from './config.ts'

/** The rules of `genzo.policy.json`, when there is one. */
export function readModeration({ values, dataDir }: Config): ModerationPolicy | undefined {
  const { path, text } = readFile(values.GENZO_POLICY_FILE, join(dataDir, 'genzo.policy.json'))
  if (text === undefined) return undefined
  try {
    return moderationPolicy(linearPatterns).parse(JSON.parse(text))
  } catch (error) {
    throw new ConfigError([`${path} is not valid: ${error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON'}`])
  }
}

/** The catalogue with what `genzo.models.json` says laid over it. */
export function readCatalogue({ values, dataDir }: Config): Catalogue {
  const { path, text } = readFile(values.GENZO_MODELS_FILE, join(dataDir, 'genzo.models.json'))
  try {
    return overlayCatalogue([SKETCH, ...BEDROCK_CATALOGUE], text)
  } catch (error) {
    if (isStudioError(error, 'invalid_input')) throw new ConfigError([`${path} is not valid: ${error.message}`])
    throw error
  }
}

/** A file that was named must be there; the usual one may be absent. */
function readFile(named: string | undefined, usual: string): { path: string; text: string | undefined } {
  const path = named ?? usual
  try {
    return { path, text: readFileSync(path, 'utf8') }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && named === undefined) return { path, text: undefined }
    throw new ConfigError([`${path} cannot be read (${code})`])
  }
}

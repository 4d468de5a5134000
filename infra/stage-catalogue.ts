import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isStudioError } from '#core/errors.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { type Catalogue, overlayCatalogue } from '#models/catalogue/overlay.ts'
import type { Settings } from './config.ts'

const ROOT = join(import.meta.dirname, '..')

/** The text of a file that a stage names. Throws with the setting when there is none. */
export function namedFile({ stage }: Pick<Settings, 'stage'>, setting: string, path: string): string {
  const full = join(ROOT, path)
  if (existsSync(full)) return readFileSync(full, 'utf8')
  throw new Error(
    `stage ${stage} in infra/config.ts: ${setting} is ${JSON.stringify(path)}, and there is no such file in the project's folder`,
  )
}

/** Bedrock's models with what the stage says of them laid over. Throws one error that lists every fault of its file. */
export function stageCatalogue(settings: Pick<Settings, 'stage' | 'modelsFile'>): Catalogue {
  const { modelsFile } = settings
  return laidOver(settings, modelsFile && namedFile(settings, 'modelsFile', modelsFile))
}

/** The same with a text in the file's place. */
export function laidOver({ stage, modelsFile }: Pick<Settings, 'stage' | 'modelsFile'>, text: string | undefined): Catalogue {
  try {
    return overlayCatalogue(BEDROCK_CATALOGUE, text)
  } catch (error) {
    if (!isStudioError(error, 'invalid_input')) throw error
    throw new Error(`stage ${stage} in infra/config.ts: modelsFile ${modelsFile} is not valid: ${error.message}`)
  }
}

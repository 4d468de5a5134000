import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { moderationPolicy } from '#core/moderation.ts'
import { linearPatterns } from '#models/linear-patterns.ts'
import { chosenModels } from './bedrock.ts'
import type { Settings } from './config.ts'
import { laidOver, namedFile, stageCatalogue } from './stage-catalogue.ts'

/** File name → text, as the functions read them (`src/entries/laid-files.ts`); empty where a stage has none. */
export type OperatorFiles = { stage: Settings['stage']; files: Record<string, string> }

/**
 * What a stage's operator decided in files of their own: rules for prompts, and the catalogue. Checked here, so that a wrong one fails
 * synthesis and not a function's start. Models that the functions may not call are hidden, since asking for them would only be denied.
 */
export function operatorFiles(settings: Settings): OperatorFiles {
  const { stage, policyFile, bedrock, modelsFile } = settings
  const files: Record<string, string> = {}
  if (policyFile) files['genzo.policy.json'] = checkedPolicy(settings, policyFile)
  const given: object = modelsFile ? JSON.parse(namedFile(settings, 'modelsFile', modelsFile)) : {}
  const catalogue = stageCatalogue(settings)
  const chosen = new Set(chosenModels(settings).map(({ id }) => id))
  const isBarred = (id: string, state: string) => bedrock.models !== 'active' && state !== 'retired' && !chosen.has(id)
  const hidden = catalogue.models.filter(({ id, lifecycle }) => isBarred(id, lifecycle.state)).map(({ id }) => [id, { isHidden: true }])
  if (!modelsFile && hidden.length === 0) return { stage, files }
  const text = JSON.stringify({ ...given, ...Object.fromEntries(hidden) })
  // Once more as the functions will read it: a default may name a model that is hidden now.
  laidOver(settings, text)
  return { stage, files: { ...files, 'genzo.models.json': text } }
}

function checkedPolicy(settings: Settings, path: string): string {
  const text = namedFile(settings, 'policyFile', path)
  try {
    return JSON.stringify(moderationPolicy(linearPatterns).parse(JSON.parse(text)))
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON'
    throw new Error(`stage ${settings.stage} in infra/config.ts: policyFile ${path} is not valid: ${why}`)
  }
}

/** A function's folder with the operator's files in it: the folder itself where there are none, else a copy for the stage. */
export function withOperatorFiles(folder: string, { stage, files }: OperatorFiles): string {
  if (Object.keys(files).length === 0) return folder
  const copy = `${folder}.${stage}`
  rmSync(copy, { recursive: true, force: true })
  cpSync(folder, copy, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(`${copy}/${name}`, text)
  return copy
}

import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { SKETCH } from '#models/sketch/catalogue.data.ts'

const FOLDER = join(import.meta.dirname, '../../src/web/public/styles')
const presets = new Set(
  [SKETCH, ...BEDROCK_CATALOGUE]
    .flatMap(({ tasks }) => tasks)
    .flatMap(({ parameters }) => parameters)
    .flatMap((parameter) => (parameter.name === 'stylePreset' && parameter.type === 'choice' ? parameter.options : [])),
)

it('has a small picture for every style preset of every model', () => {
  expect(presets.size).toBeGreaterThan(16)
  const missing = [...presets].filter((preset) => !existsSync(join(FOLDER, `${preset}.webp`)))
  expect(missing, 'run `npm run pictures:styles`').toEqual([])
  for (const preset of presets) expect.soft(statSync(join(FOLDER, `${preset}.webp`)).size, preset).toBeLessThanOrEqual(3 * 1024)
})

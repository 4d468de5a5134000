import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { bedrockStatements } from './bedrock.ts'
import { settingsOf } from './config.ts'
import { operatorFiles, withOperatorFiles } from './operator-files.ts'

const ROOT = join(import.meta.dirname, '..')
let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'genzo-operator-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const live = BEDROCK_CATALOGUE.filter(({ lifecycle }) => lifecycle.state !== 'retired')
const [kept, other] = live as [(typeof live)[0], (typeof live)[0]]
/** A file's path as a stage names it. */
function given(name: string, content: unknown): string {
  const path = join(dir, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return relative(ROOT, path)
}

it('lays nothing beside the code of a stage that decided nothing', () => {
  const none = operatorFiles(settingsOf('prod'))
  expect(none.files).toEqual({})
  expect(withOperatorFiles('/a/folder', none)).toBe('/a/folder')
})

it('lays the rules for prompts and the catalogue beside a copy of the code', () => {
  const rule = { name: 'brands', reason: 'no brands here', words: { en: ['acme'] } }
  const policyFile = given('rules.json', { rules: [rule] })
  const modelsFile = given('models.json', { [kept.id]: { note: 'ours' } })
  const code = join(dir, 'api')
  mkdirSync(code)
  writeFileSync(join(code, 'index.mjs'), 'export {}')
  const folder = withOperatorFiles(code, operatorFiles(settingsOf('staging', { policyFile, modelsFile })))
  expect(folder).not.toBe(code)
  expect(JSON.parse(readFileSync(join(folder, 'genzo.policy.json'), 'utf8'))).toEqual({ rules: [rule] })
  expect(JSON.parse(readFileSync(join(folder, 'genzo.models.json'), 'utf8'))).toEqual({ [kept.id]: { note: 'ours' } })
  expect(existsSync(join(folder, 'index.mjs'))).toBe(true)
})

it('hides the models that the functions may not call', () => {
  const { files } = operatorFiles(settingsOf('dev', { bedrock: { models: [kept.id] } }))
  const hidden = Object.keys(JSON.parse(files['genzo.models.json']!))
  expect(hidden).toContain(other.id)
  expect(hidden).not.toContain(kept.id)
})

it('fails synthesis for a default that the functions may not call, which would fail their start', () => {
  const task = other.tasks[0]!.task
  const modelsFile = given('defaults.json', { defaults: { [task]: other.id } })
  expect(() => operatorFiles(settingsOf('dev', { modelsFile, bedrock: { models: [kept.id] } }))).toThrow(`there is no model ${other.id}`)
  expect(operatorFiles(settingsOf('dev', { modelsFile })).files).toHaveProperty(['genzo.models.json'])
})

it('lets the functions call a model that the file brings', () => {
  const { id: _, ...entry } = kept
  const own = { ...entry, name: 'Our own', regions: { 'us-west-2': 'acme.own-v1:0' } }
  const settings = settingsOf('dev', { modelsFile: given('own.json', { 'our-own': own }), bedrock: { models: ['our-own'] } })
  expect(JSON.stringify(bedrockStatements(settings).map((statement) => statement.toJSON()))).toContain('foundation-model/acme.own-v1:0')
})

it.each([
  ['policyFile', 'nowhere.json', undefined, /policyFile is ".*nowhere\.json", and there is no such file/],
  [
    'policyFile',
    'look.json',
    { rules: [{ name: 'a', reason: 'b', patterns: { en: ['(?<=a)b'] } }] },
    /policyFile .* is not valid: .*look-around/s,
  ],
  ['policyFile', 'broken.json', '{', /policyFile .* is not valid: it is not JSON/],
  ['modelsFile', 'price.json', { [kept.id]: { price: 'free' } }, /modelsFile .* is not valid: .*price/s],
] as const)('fails synthesis for a %s that is wrong (%s), naming it', (setting, name, content, words) => {
  const path = content === undefined ? relative(ROOT, join(dir, name)) : given(name, content)
  expect(() => operatorFiles(settingsOf('dev', { [setting]: path }))).toThrow(words)
})

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { laidCatalogue, laidModerator } from './laid-files.ts'

const folder = (files: Record<string, unknown>) => {
  const dir = mkdtempSync(join(tmpdir(), 'genzo-laid-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), JSON.stringify(content))
  return dir
}

it('refuses by the rules that were laid beside the code, patterns too, and nothing without them', async () => {
  const rules = [
    { name: 'brands', reason: 'no brands here', words: { en: ['acme'], ja: ['アクメ'] } },
    { name: 'plates', reason: 'no number plates', patterns: { en: ['\\b[a-z]{2}-\\d{3}\\b'] } },
  ]
  const moderator = await laidModerator(folder({ 'genzo.policy.json': { rules } }))
  expect(await moderator.text({ prompt: 'a cat by アクメ' })).toMatchObject({ verdict: 'refuse', rule: 'brands' })
  expect(await moderator.text({ prompt: 'a car, AB-123' })).toMatchObject({ verdict: 'refuse', rule: 'plates' })
  expect(await moderator.text({ prompt: 'a cat' })).toEqual({ verdict: 'allow' })
  expect(await (await laidModerator(folder({}))).text({ prompt: 'acme' })).toEqual({ verdict: 'allow' })
})

it("lays what the stage's operator says over the catalogue", async () => {
  const { models } = await laidCatalogue(folder({}))
  const [first, second] = models
  const file = { [first!.id]: { isHidden: true }, [second!.id]: { price: { ...second!.price, microUsdPerImage: 7 } } }
  const laid = await laidCatalogue(folder({ 'genzo.models.json': file }))
  expect(laid.models.some(({ id }) => id === first!.id)).toBe(false)
  expect(laid.models.find(({ id }) => id === second!.id)?.price.microUsdPerImage).toBe(7)
})

import { expect, it } from 'vitest'
import { ModerationPolicy, policyModerator } from './moderation.ts'

const moderator = policyModerator({
  rules: [
    { name: 'violence', reason: 'no gore here', words: { en: ['gore', 'blood bath'], ja: ['流血'], zh: ['血腥'] } },
    { name: 'ids', reason: 'no document numbers', patterns: { en: ['\\b\\d{3}-\\d{2}-\\d{4}\\b'] } },
  ],
})
const verdict = async (prompt: string) => {
  const said = await moderator.text({ prompt })
  return said.verdict === 'allow' ? 'allow' : said.rule
}

it.each([
  ['a field of gore', 'violence'],
  ['GORE!', 'violence'],
  ['ｇｏｒｅ in full width', 'violence'],
  ['g\u200bore with a hidden joint', 'violence'],
  ['a blood   bath', 'violence'],
  ['夜の流血事件', 'violence'],
  ['一幅血腥的画', 'violence'],
  ['card 123-45-6789', 'ids'],
])('refuses %j, naming its rule', async (prompt, rule) => {
  expect(await verdict(prompt)).toBe(rule)
})

it.each(['the gorest of Gorey', 'a blood moon over a bath', '血のように赤い夕日', 'call 123-456', ''])('allows %j', async (prompt) => {
  expect(await verdict(prompt)).toBe('allow')
})

it('looks only at what is wanted in the picture', async () => {
  expect(await moderator.text({ prompt: 'a kind bear', negativePrompt: 'gore' })).toEqual({ verdict: 'allow' })
})

it('refuses nothing without a policy', async () => {
  expect(await policyModerator().text({ prompt: 'gore' })).toEqual({ verdict: 'allow' })
})

it('finds a pattern that is no regular expression when the policy is read, not when a prompt comes', () => {
  const policy = { rules: [{ name: 'x', reason: 'y', patterns: { en: ['('] } }] }
  expect(ModerationPolicy.safeParse(policy).success).toBe(false)
})

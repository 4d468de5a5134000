import { expect, it } from 'vitest'
import { linearPatterns } from '#models/linear-patterns.ts'
import { moderationPolicy, policyModerator } from './moderation.ts'

const rules = [
  { name: 'violence', reason: 'no gore here', words: { en: ['gore', 'blood bath'], ja: ['流血'], zh: ['血腥'] } },
  {
    name: 'ids',
    reason: 'no document numbers',
    patterns: { en: ['\\b\\d{3}-\\d{2}-\\d{4}\\b', 'Passport\\s+No'], zh: ['\\p{Han}+证号\\d'] },
  },
  { name: 'late', reason: 'comes last', words: { en: ['123-45-6789'] } },
]
const moderator = policyModerator({ rules }, linearPatterns)
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
  ['my PASSPORT  no is', 'ids'],
  ['身份证号7', 'ids'],
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

it.each([
  ['no regular expression', '('],
  ['a look behind', '(?<=a)b'],
  ['a back-reference', '(a)\\1'],
  ['more than a machine holds', '(a{1,1000}){1,1000}'],
])('finds %s when the policy is read, not when a prompt comes', (_, pattern) => {
  const policy = { rules: [{ name: 'x', reason: 'y', patterns: { en: [pattern] } }] }
  const { error } = moderationPolicy(linearPatterns).safeParse(policy)
  expect(error?.issues).toMatchObject([{ path: ['rules', 0, 'patterns', 'en', 0], message: expect.stringContaining('unbounded time') }])
})

it('is not stalled by a pattern that would backtrack without end', async () => {
  const stalling = ['(a+)+$', '(x+x+)+y', '(.*)*z']
  const policy = { rules: [{ name: 'x', reason: 'y', patterns: { en: stalling } }] }
  expect(moderationPolicy(linearPatterns).safeParse(policy).success).toBe(true)
  const { text } = policyModerator(policy, linearPatterns)
  // A backtracking engine would be at the first of these for longer than there have been stars.
  expect(await text({ prompt: `${'a'.repeat(40_000)}!` })).toEqual({ verdict: 'allow' })
  expect(await text({ prompt: 'x'.repeat(40_000) })).toEqual({ verdict: 'allow' })
  expect(await text({ prompt: `${'b'.repeat(39_990)}aaa` })).toMatchObject({ verdict: 'refuse' })
})

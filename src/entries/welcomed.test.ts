import { expect, it } from 'vitest'
import type { Actor } from '#core/actor.ts'
import { openDatabase } from '#local/sqlite.ts'
import { sqliteDirectory } from '#local/sqlite-directory.ts'
import { welcomed } from './welcomed.ts'

const NOW = 1_000_000_000
const ada: Actor = { id: 'ada', role: 'user', scopes: ['images:write'], via: 'jwt', email: 'ada@example.com' }
/** The claims of the pool's authorizer, of a token made a minute before now. */
const context = { claims: { iat: String((NOW - 60_000) / 1000) } }

function door() {
  let at = NOW
  const people = sqliteDirectory({ db: openDatabase(':memory:'), now: () => at })
  return { people, isWelcome: welcomed({ people, now: () => at }), pass: (ms: number) => (at += ms) }
}
const revoked = { code: 'unauthenticated', details: { reason: 'revoked' } }

it('lets in whom the pool knows, and so meets them', async () => {
  const { people, isWelcome } = door()
  await isWelcome(ada, context)
  expect(await people.find('ada')).toMatchObject({ email: 'ada@example.com' })
})

it('refuses a token of somebody removed, which makes nobody anew', async () => {
  const { people, isWelcome, pass } = door()
  await isWelcome(ada, context)
  await people.remove('ada')
  pass(60_001)
  await expect(isWelcome(ada, context)).rejects.toMatchObject(revoked)
  expect(await people.find('ada')).toBeUndefined()
})

it.each([
  ['disabled', (people: ReturnType<typeof door>['people']) => people.setDisabled('ada', true)],
  ['signed out since', (people: ReturnType<typeof door>['people']) => people.revokeTokens('ada', NOW)],
])('refuses a person who was %s, a minute later at most', async (_, change) => {
  const { people, isWelcome, pass } = door()
  await isWelcome(ada, context)
  await change(people)
  pass(60_001)
  await expect(isWelcome(ada, context)).rejects.toMatchObject(revoked)
})

it('leaves to our own authorizer whom it has looked at', async () => {
  const { people, isWelcome } = door()
  await people.remove('ada')
  await isWelcome(ada, { ownerId: 'ada' })
})

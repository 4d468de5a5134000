import { expect, it } from 'vitest'
import { reduceTwoFactor, secretOf, type TwoFactorEvent, type TwoFactorStep } from './two-factor-steps.ts'

const walk = (...events: TwoFactorEvent[]) => events.reduce<TwoFactorStep>(reduceTwoFactor, { name: 'rest' })
const offered: TwoFactorEvent = { type: 'offered', uri: 'otpauth://totp/Genzo:a?secret=ABCDEFGH', codes: ['one', 'two'] }

it('shows the recovery codes only after the app has proved to be paired', () => {
  const pairing = walk({ type: 'ask', why: 'enable' }, offered)
  expect(pairing.name).toBe('pairing')
  expect(reduceTwoFactor(pairing, { type: 'confirmed' })).toEqual({ name: 'codes', codes: ['one', 'two'], isNew: true })
})

it('forgets codes and secret when it is closed', () => {
  expect(walk({ type: 'ask', why: 'enable' }, offered, { type: 'close' })).toEqual({ name: 'rest' })
  expect(walk({ type: 'ask', why: 'enable' }, offered, { type: 'confirmed' }, { type: 'close' })).toEqual({ name: 'rest' })
})

it('ignores an answer that comes after the person has turned away', () => {
  expect(walk({ type: 'ask', why: 'enable' }, { type: 'close' }, offered)).toEqual({ name: 'rest' })
  expect(walk({ type: 'confirmed' })).toEqual({ name: 'rest' })
})

it('writes the secret in groups that can be typed', () => {
  expect(secretOf('otpauth://totp/Genzo:a%40b.c?secret=ABCDEFGHIJ&issuer=Genzo')).toBe('ABCD EFGH IJ')
})

import { expect, it } from 'vitest'
import { table } from './output.ts'

it('shows titles to a terminal without what would move its cursor, colour it or turn a line around', () => {
  const rows = [
    ['a', '\u001b[2Jgone\u0007', 'x'],
    ['bb', 'r\u202efedcba', '狐 🦊'],
  ]
  expect(table(rows)).toBe('a   �[2Jgone�  x\nbb  r�fedcba   狐 🦊')
})

it('is empty for no rows', () => {
  expect(table([])).toBe('')
})

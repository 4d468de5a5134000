import { describe, expect, it } from 'vitest'
import { DEPARTED_MS } from '../times.ts'
import type { Directory } from './access.ts'
import { newId } from './samples.contract.ts'

/** What every Directory promises of people whom an outside issuer sends. `open` returns one whose clock is given. */
export function directoryContract(open: (now: () => number) => Promise<Directory>): void {
  const REMOVED_AT = 1_000_000
  const fresh = async () => {
    const directory = await open(() => REMOVED_AT)
    const ada = { id: newId(), email: `${newId()}@example.com`, role: 'user' as const }
    await directory.seen({ ...ada, at: REMOVED_AT - 1 })
    return { directory, ada }
  }

  describe('Directory', () => {
    it('does not take a person back whose token outlived them', async () => {
      const { directory, ada } = await fresh()
      await directory.remove(ada.id)
      for (const at of [REMOVED_AT, REMOVED_AT + DEPARTED_MS - 1])
        await expect(directory.seen({ ...ada, at })).rejects.toMatchObject({ code: 'unauthenticated', details: { reason: 'revoked' } })
      expect(await directory.find(ada.id)).toBeUndefined()
      expect(await directory.findByEmail(ada.email)).toBeUndefined()
      expect((await directory.list({ limit: 50 })).items).toEqual([])
    })

    it('remembers that also of somebody whom it had not met yet', async () => {
      const { directory } = await fresh()
      const eve = newId()
      await directory.remove(eve)
      await expect(directory.seen({ id: eve, role: 'user', at: REMOVED_AT + 1 })).rejects.toMatchObject({ code: 'unauthenticated' })
    })

    it('lets them in as somebody new when no token of before can live any more', async () => {
      const { directory, ada } = await fresh()
      await directory.remove(ada.id)
      await directory.remove(ada.id)
      const at = REMOVED_AT + DEPARTED_MS
      expect(await directory.seen({ ...ada, at })).toMatchObject({ id: ada.id, email: ada.email, createdAt: at, isDisabled: false })
    })

    it('gives their address to whoever has it next', async () => {
      const { directory, ada } = await fresh()
      await directory.remove(ada.id)
      const next = await directory.seen({ ...ada, id: newId(), at: REMOVED_AT + 1 })
      expect(await directory.findByEmail(ada.email)).toMatchObject({ id: next.id })
    })
  })
}

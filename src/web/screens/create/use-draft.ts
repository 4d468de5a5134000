import { useEffect, useReducer } from 'react'
import { type Draft, type DraftEvent, EMPTY_DRAFT, reduceDraft } from './draft.ts'

const STORAGE_KEY = 'genzo.draft'
/** Set by "use these settings" and "vary" of other screens, taken up when this one opens. */
const HANDOVER_KEY = 'genzo.draft.next'

const read = (key: string): Partial<Draft> | undefined => {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Draft> | null) ?? undefined
  } catch {
    return undefined
  }
}

/** Puts settings where the Create screen finds them. */
export const handOver = (draft: Partial<Draft>): void => localStorage.setItem(HANDOVER_KEY, JSON.stringify(draft))

export function useDraft(): [Draft, (event: DraftEvent) => void] {
  const [draft, dispatch] = useReducer(reduceDraft, undefined, () => {
    const handed = read(HANDOVER_KEY)
    return handed ? { ...EMPTY_DRAFT, ...handed } : { ...EMPTY_DRAFT, ...read(STORAGE_KEY) }
  })
  useEffect(() => localStorage.removeItem(HANDOVER_KEY), [])
  useEffect(() => localStorage.setItem(STORAGE_KEY, JSON.stringify(draft)), [draft])
  return [draft, dispatch]
}

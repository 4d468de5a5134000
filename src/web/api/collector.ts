import type { QueryClient } from '@tanstack/react-query'
import type { StudioEvent } from '#core/ports/news.ts'

const TOGETHER_MS = 250

/**
 * Marks what an event touches as stale: `['images', …]`, `['image', id]`, `['generations']`, `['usage']`. Several events of one moment
 * (four pictures, five steps each) become one round of questions; and what is still being asked is asked again only after it was
 * answered: a library of many pages would otherwise start over with each of 500 uploads, and never come to its end.
 */
export function collector(queries: Pick<QueryClient, 'invalidateQueries'>): (event: StudioEvent) => void {
  const pending = new Set<string>()
  const asked = new Set<string>()
  let isPlanned = false
  const soon = () => {
    if (isPlanned) return
    isPlanned = true
    setTimeout(flush, TOGETHER_MS)
  }
  const flush = () => {
    isPlanned = false
    for (const key of [...pending].filter((key) => !asked.has(key))) void ask(key)
  }
  const ask = async (key: string) => {
    pending.delete(key)
    asked.add(key)
    await queries.invalidateQueries({ queryKey: JSON.parse(key) as string[] }).catch(() => {}) // said where it is shown
    asked.delete(key)
    if (pending.has(key)) soon()
  }
  return ({ type, subjectId }) => {
    const [subject] = type.split('.')
    pending.add(JSON.stringify([subject, subjectId]))
    if (type !== 'image.step') pending.add(JSON.stringify([`${subject}s`]))
    if (type === 'generation.settled') pending.add(JSON.stringify(['usage']))
    soon()
  }
}

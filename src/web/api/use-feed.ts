import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { StudioEvent } from '#core/ports/news.ts'
import { startFeed } from './feed.ts'

const listeners = new Set<(event: StudioEvent) => void>()
/** Called with each event, in every tab. Returns the way to stop. */
export function onStudioEvent(listener: (event: StudioEvent) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Follows the feed while mounted and marks what it touches as stale: `['images', …]`, `['image', id]`, `['generations']`, `['usage']`. */
export function useStudioFeed(): void {
  const queries = useQueryClient()
  useEffect(() => {
    const soon = collector(queries)
    return startFeed((event) => {
      soon(event)
      for (const listener of listeners) listener(event)
    })
  }, [queries])
}

/** Several events of one moment (four pictures, five steps each) become one round of questions. */
function collector(queries: QueryClient) {
  let pending = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    const keys = pending
    pending = new Set()
    timer = undefined
    for (const key of keys) queries.invalidateQueries({ queryKey: JSON.parse(key) as string[] })
  }
  return ({ type, subjectId }: StudioEvent) => {
    const [subject] = type.split('.')
    pending.add(JSON.stringify([subject, subjectId]))
    if (type !== 'image.step') pending.add(JSON.stringify([`${subject}s`]))
    if (type === 'generation.settled') pending.add(JSON.stringify(['usage']))
    if (!timer) timer = setTimeout(flush, 250)
  }
}

import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { StudioEvent } from '#core/ports/news.ts'
import { collector } from './collector.ts'
import { startFeed } from './feed.ts'

const listeners = new Set<(event: StudioEvent) => void>()
/** Called with each event, in every tab. Returns the way to stop. */
export function onStudioEvent(listener: (event: StudioEvent) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Follows the feed while mounted, and has asked again what it touches. */
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

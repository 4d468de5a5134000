import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { ErrorNote, Loading } from '../ui/notes.tsx'
import { useSession } from './use-session.ts'

/**
 * Shows the studio to people who are signed in, and takes the others to the issuer. A session that ends in the middle of work keeps the
 * screen (and its drafts) where it is: the shell offers to sign in again.
 */
export function RequireSession({ children }: { children: ReactNode }) {
  const session = useSession()
  const queries = useQueryClient()
  const [wasSignedIn, setWasSignedIn] = useState(false)
  const [error, setError] = useState<unknown>()
  const mustLeave = session.name === 'signed-out' && !wasSignedIn

  useEffect(() => {
    if (session.name !== 'signed-in') return
    setWasSignedIn(true)
    // What was refused meanwhile is asked again; at the first sign-in nothing was.
    void queries.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' })
  }, [session.name, queries])

  useEffect(() => {
    if (!mustLeave || error) return
    import('./oidc.ts').then(({ signIn }) => signIn(location.pathname + location.search)).catch(setError)
  }, [mustLeave, error])

  if (error) return <ErrorNote error={error} onRetry={() => setError(undefined)} />
  if (session.name === 'signed-in' || wasSignedIn) return children
  return <Loading />
}

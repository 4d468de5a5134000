import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { ErrorNote, Loading } from '../../ui/notes.tsx'

/** Where the issuer sends people back to: swaps the code for tokens and goes on to where they were. */
export function SignedInScreen() {
  const [, go] = useLocation()
  const [error, setError] = useState<unknown>()

  useEffect(() => {
    completeOnce().then((path) => go(path, { replace: true }), setError)
  }, [go])

  if (error) return <ErrorNote error={error} onRetry={() => location.assign('/')} />
  return <Loading />
}

let completing: Promise<string> | undefined
/** A code works once; React may run an effect twice. */
function completeOnce(): Promise<string> {
  completing ??= import('../../session/oidc.ts')
    .then(({ completeSignIn }) => completeSignIn())
    .finally(() => {
      completing = undefined
    })
  return completing
}

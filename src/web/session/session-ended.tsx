import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { ErrorNote, Note } from '../ui/notes.tsx'

/** Says over the screen that the session has ended, and offers to sign in again and come back here. What was written stays. */
export function SessionEnded() {
  const { t } = useTranslation()
  const [isLeaving, setLeaving] = useState(false)
  const [error, setError] = useState<unknown>()

  const signInAgain = async () => {
    setLeaving(true)
    setError(undefined)
    try {
      const { signIn } = await import('./oidc.ts')
      await signIn(location.pathname + location.search)
    } catch (reason) {
      setError(reason)
      setLeaving(false)
    }
  }

  return (
    <>
      <Note
        tone="warn"
        action={
          <Button size="small" look="outline" isBusy={isLeaving} onClick={() => void signInAgain()}>
            {t('common.signIn')}
          </Button>
        }
      >
        {t('common.sessionEnded')}
      </Note>
      {error !== undefined && <ErrorNote error={error} />}
    </>
  )
}

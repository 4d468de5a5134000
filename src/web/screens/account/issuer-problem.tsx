import { useTranslation } from 'react-i18next'
import { AccountError } from '../../session/accounts.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/notes.tsx'
import { renewSignIn } from './account-calls.ts'

/** Answers of the issuer that a new sign-in cures. */
const STALE = ['UNAUTHORIZED', 'SESSION_NOT_FRESH']

/** What the issuer answered instead of yes, and the way on. */
export function IssuerProblem({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation()
  const code = error instanceof AccountError ? error.code : 'FAILED'
  const isStale = STALE.includes(code)
  return (
    <Note
      tone={isStale ? 'warn' : 'bad'}
      action={
        isStale ? (
          <Button look="outline" size="small" onClick={() => void signInAnew()}>
            {t('common.signIn')}
          </Button>
        ) : (
          onRetry && (
            <Button look="outline" size="small" onClick={onRetry}>
              {t('common.retry')}
            </Button>
          )
        )
      }
    >
      {t([`auth.problems.${code}`, 'auth.problems.FAILED'] as never)}
    </Note>
  )
}

/** Ends the old cookie first: the issuer would take it for enough, and ask nothing. */
async function signInAnew(): Promise<void> {
  await fetch('/auth/sign-out', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).catch(() => {})
  await renewSignIn(location.pathname)
}

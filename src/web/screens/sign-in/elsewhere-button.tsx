import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/notes.tsx'

/** Where another issuer signs people in: the way to its pages. Pressed rather than taken at once, so that signing out stays out. */
export function ElsewhereButton() {
  const { t } = useTranslation()
  const [isLeaving, setLeaving] = useState(false)
  const [error, setError] = useState<unknown>()
  const leave = () => {
    setLeaving(true)
    import('../../session/oidc.ts')
      .then(({ signIn }) => signIn('/'))
      .catch((reason: unknown) => {
        setError(reason)
        setLeaving(false)
      })
  }
  return (
    <>
      {error !== undefined && <ErrorNote error={error} />}
      <Button look="primary" size="large" isWide isBusy={isLeaving} onClick={leave}>
        {t('common.signIn')}
      </Button>
    </>
  )
}

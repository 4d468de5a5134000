import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AccountError, refusalIn, signInWithProvider } from '../../session/accounts.ts'
import type { Site } from '../../session/site.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/notes.tsx'
import styles from './auth-layout.module.css'

type Props = { site: Site | undefined; registration?: Parameters<typeof signInWithProvider>[1]; isBlocked?: boolean }

/** The other ways in that the operator has set up, and why the last one did not lead in. Nothing where there are none. */
export function Providers({ site, registration, isBlocked = false }: Props) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<string>()
  const [refusal, setRefusal] = useState(() => refusalIn(location.search))
  const leave = (id: string) => {
    setChosen(id)
    setRefusal(undefined)
    signInWithProvider(id, registration).catch((error) => {
      setChosen(undefined)
      setRefusal(error instanceof AccountError ? error.code : 'FAILED')
    })
  }

  if (!site?.social.length) return null
  return (
    <>
      <p className={styles.or}>
        <span>{t('auth.or')}</span>
      </p>
      {refusal && <Note tone="bad">{t([`auth.problems.${refusal}`, 'auth.problems.FAILED'] as never)}</Note>}
      {site.social.map(({ id, name }) => (
        <Button
          key={id}
          look="outline"
          size="large"
          isWide
          isBusy={chosen === id}
          disabled={isBlocked || chosen !== undefined}
          onClick={() => leave(id)}
        >
          {t('auth.continueWith', { provider: name })}
        </Button>
      ))}
    </>
  )
}

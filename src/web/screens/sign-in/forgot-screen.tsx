import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { askForReset } from '../../session/accounts.ts'
import { TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/notes.tsx'
import styles from './auth-layout.module.css'
import { AuthForm, AuthLayout } from './auth-layout.tsx'
import { useSite } from './use-site.ts'

/** Asks for a letter with a link. The answer is the same whether or not the address is known. */
export function ForgotScreen() {
  const { t } = useTranslation()
  const site = useSite()
  const [email, setEmail] = useState('')
  const [isSent, setSent] = useState(false)

  return (
    <AuthLayout title={t('auth.forgotTitle')} lead={isSent ? undefined : t('auth.forgotLead')}>
      {isSent ? (
        <>
          <p>{t('auth.resetSent', { email })}</p>
          {site && !site.isMailed && <Note>{t('auth.outboxHint')}</Note>}
        </>
      ) : (
        <AuthForm send={() => askForReset(email).then(() => setSent(true))} submit={t('auth.sendLink')}>
          <TextField
            label={t('auth.email')}
            type="email"
            name="email"
            autoComplete="username"
            required
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </AuthForm>
      )}
      <div className={styles.links}>
        <Link to={`/sign-in${location.search}`}>{t('common.back')}</Link>
      </div>
    </AuthLayout>
  )
}

import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import styles from './account.module.css'
import { changePassword, renewSignIn } from './account-calls.ts'
import { IssuerProblem } from './issuer-problem.tsx'
import { Section } from './section.tsx'

/** A new password; every other browser is signed out by it. */
export function PasswordForm({ email }: { email: string }) {
  const { t } = useTranslation()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    changePassword(current, next)
      .then(() => renewSignIn('/account/security?changed'))
      .catch((reason: unknown) => {
        setError(reason)
        setBusy(false)
      })
  }
  return (
    <Section title={t('account.changePassword')} lead={t('account.changePasswordLead')}>
      <form className={styles.form} onSubmit={onSubmit}>
        {/* Password managers want to know whose password this is. */}
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <TextField
          label={t('account.currentPassword')}
          type="password"
          autoComplete="current-password"
          required
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <TextField
          label={t('auth.newPassword')}
          hint={t('auth.passwordHint')}
          type="password"
          autoComplete="new-password"
          minLength={10}
          maxLength={128}
          required
          value={next}
          onChange={(event) => setNext(event.target.value)}
        />
        {error !== undefined && <IssuerProblem error={error} />}
        <Button type="submit" isBusy={isBusy}>
          {t('account.changePassword')}
        </Button>
      </form>
    </Section>
  )
}

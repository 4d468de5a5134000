import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { resetPassword } from '../../session/accounts.ts'
import { buttonClass } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/notes.tsx'
import { AuthForm, AuthLayout } from './auth-layout.tsx'

/** Where the letter's link leads: a new password for a token that works once. */
export function ResetScreen() {
  const { t } = useTranslation()
  const [token] = useState(() => new URLSearchParams(location.search).get('token') ?? '')
  const [password, setPassword] = useState('')
  const [isDone, setDone] = useState(false)

  if (!token)
    return (
      <AuthLayout title={t('auth.resetTitle')}>
        <Note tone="bad">{t('auth.problems.INVALID_TOKEN')}</Note>
        <Link to="/forgot">{t('auth.sendLink')}</Link>
      </AuthLayout>
    )
  return (
    <AuthLayout title={t('auth.resetTitle')}>
      {isDone ? (
        <>
          <Note tone="good">{t('auth.resetDone')}</Note>
          <Link to="/" className={buttonClass({ look: 'primary', size: 'large', isWide: true })}>
            {t('common.signIn')}
          </Link>
        </>
      ) : (
        <AuthForm send={() => resetPassword(token, password).then(() => setDone(true))} submit={t('common.save')}>
          <TextField
            label={t('auth.newPassword')}
            hint={t('auth.passwordHint')}
            type="password"
            name="password"
            autoComplete="new-password"
            required
            minLength={10}
            maxLength={128}
            autoFocus
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </AuthForm>
      )}
    </AuthLayout>
  )
}

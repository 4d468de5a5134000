import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { verifyCode } from '../../session/accounts.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import styles from './auth-layout.module.css'
import { AuthForm, AuthLayout } from './auth-layout.tsx'

/** The second factor: six digits of the app, or one of the recovery codes. */
export function TwoFactorScreen() {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const [isRecovery, setRecovery] = useState(false)
  const [trustDevice, setTrust] = useState(false)

  return (
    <AuthLayout title={t('auth.twoFactorTitle')} lead={isRecovery ? t('auth.recoveryLead') : t('auth.twoFactorLead')}>
      <AuthForm send={() => verifyCode(code, { isRecovery, trustDevice })} submit={t('common.signIn')}>
        <Field label={isRecovery ? t('auth.recoveryCode') : t('auth.code')}>
          {(control) => (
            <input
              {...control}
              className={`${control.className} ${styles.code}`}
              name="code"
              inputMode={isRecovery ? 'text' : 'numeric'}
              autoComplete="one-time-code"
              required
              // biome-ignore lint/a11y/noAutofocus: the page has this one thing to do
              autoFocus
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          )}
        </Field>
        <label className={styles.check}>
          <input type="checkbox" checked={trustDevice} onChange={(event) => setTrust(event.target.checked)} />
          <span>{t('auth.trustDevice')}</span>
        </label>
      </AuthForm>
      <Button look="quiet" onClick={() => setRecovery(!isRecovery)}>
        {isRecovery ? t('auth.useApp') : t('auth.useRecovery')}
      </Button>
    </AuthLayout>
  )
}

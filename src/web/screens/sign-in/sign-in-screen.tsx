import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Redirect, useLocation } from 'wouter'
import { signInWithPassword } from '../../session/accounts.ts'
import { useSession } from '../../session/use-session.ts'
import { TextField } from '../../ui/field.tsx'
import styles from './auth-layout.module.css'
import { AuthForm, AuthLayout } from './auth-layout.tsx'
import { ElsewhereButton } from './elsewhere-button.tsx'
import { Providers } from './providers.tsx'
import { useSite } from './use-site.ts'

/** E-mail and password, or a provider that the operator has set up. The authorization request rides along in the address. */
export function SignInScreen() {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const site = useSite()
  const session = useSession()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')

  const send = async () => {
    const next = await signInWithPassword(email, password)
    if (next === 'two-factor') go(`/two-factor${location.search}`)
  }

  // Come back by the history, or signed in from another tab: there is nothing to do here.
  if (session.name === 'signed-in') return <Redirect to="/" replace />
  if (site && !site.isEmbeddedIssuer)
    return (
      <AuthLayout title={t('auth.signInTitle')} lead={t('auth.signInLead')}>
        <ElsewhereButton />
      </AuthLayout>
    )
  return (
    <AuthLayout title={t('auth.signInTitle')} lead={t('auth.signInLead')}>
      <AuthForm send={send} submit={t('common.signIn')}>
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
        <TextField
          label={t('auth.password')}
          type="password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </AuthForm>
      <Providers site={site} />
      <div className={styles.links}>
        <Link to={`/forgot${location.search}`}>{t('auth.forgot')}</Link>
        {site?.signup === 'open' && <Link to={`/register${location.search}`}>{t('auth.register')}</Link>}
      </div>
    </AuthLayout>
  )
}

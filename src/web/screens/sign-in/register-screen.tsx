import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { invitationOf, register } from '../../session/accounts.ts'
import { TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/notes.tsx'
import styles from './auth-layout.module.css'
import { AuthForm, AuthLayout } from './auth-layout.tsx'
import { Providers } from './providers.tsx'
import { useSite } from './use-site.ts'

/** A new account: open to all, or by the invitation that the link's fragment carries. */
export function RegisterScreen() {
  const { t } = useTranslation()
  const site = useSite()
  const [invitation] = useState(() => invitationOf(location.hash))
  const [person, setPerson] = useState({ name: '', email: '', password: '' })
  const [hasAccepted, setAccepted] = useState(false)
  const [isMailed, setMailed] = useState(false)
  const set = (field: keyof typeof person) => (event: { target: { value: string } }) =>
    setPerson({ ...person, [field]: event.target.value })

  const registration = {
    ...(site?.terms && hasAccepted && { termsVersion: site.terms.version }),
    ...(invitation && { invitation: invitation.token }),
  }
  const send = async () => {
    const next = await register({
      ...person,
      name: person.name || person.email.split('@')[0]!,
      ...registration,
    })
    if (next === 'verify-email') setMailed(true)
  }

  const lead = invitation ? (invitation.isFirst ? 'firstHere' : 'invited') : 'registerLead'

  if (isMailed)
    return (
      <AuthLayout title={t('auth.checkMailTitle')}>
        <p>{t('auth.checkMailBody', { email: person.email })}</p>
        {site && !site.isMailed && <Note>{t('auth.outboxHint')}</Note>}
      </AuthLayout>
    )
  return (
    <AuthLayout title={t('auth.registerTitle')} lead={t(`auth.${lead}`)}>
      {site && site.signup !== 'open' && !invitation && <Note tone="warn">{t('auth.problems.INVITATION_NEEDED')}</Note>}
      <AuthForm send={send} submit={t('auth.register')}>
        <TextField label={t('auth.name')} name="name" autoComplete="name" autoFocus value={person.name} onChange={set('name')} />
        <TextField
          label={t('auth.email')}
          type="email"
          name="email"
          autoComplete="username"
          required
          value={person.email}
          onChange={set('email')}
        />
        <TextField
          label={t('auth.password')}
          hint={t('auth.passwordHint')}
          type="password"
          name="password"
          autoComplete="new-password"
          required
          minLength={10}
          maxLength={128}
          value={person.password}
          onChange={set('password')}
        />
        {site?.terms && (
          <label className={styles.check}>
            <input type="checkbox" required checked={hasAccepted} onChange={(event) => setAccepted(event.target.checked)} />
            <span>
              {t('auth.acceptTerms')}{' '}
              <a href={site.terms.url} target="_blank" rel="noreferrer">
                {t('auth.terms')}
              </a>
            </span>
          </label>
        )}
      </AuthForm>
      <Providers site={site} registration={registration} isBlocked={Boolean(site?.terms) && !hasAccepted} />
      <div className={styles.links}>
        <Link to={`/sign-in${location.search}`}>{t('auth.haveAccount')}</Link>
      </div>
    </AuthLayout>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSearch } from 'wouter'
import { AccountError } from '../../session/accounts.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Loading, Note } from '../../ui/notes.tsx'
import { useSite } from '../sign-in/use-site.ts'
import styles from './account.module.css'
import { findHere } from './account-calls.ts'
import { IssuerProblem } from './issuer-problem.tsx'
import { PasswordForm } from './password-form.tsx'
import { Section } from './section.tsx'
import { SessionsList } from './sessions-list.tsx'
import { TwoFactor } from './two-factor.tsx'

/** How a person signs in. Where an issuer of somebody else keeps the accounts, these things are done there. */
export function SecurityPanel() {
  const site = useSite()
  if (!site) return <Loading />
  return site.isEmbeddedIssuer ? <EmbeddedSecurity /> : <ElsewhereNote issuer={site.issuer} />
}

function ElsewhereNote({ issuer }: { issuer: string }) {
  const { t } = useTranslation()
  return (
    <Section title={t('account.panels.security')} lead={t('account.elsewhere')}>
      <a className={`${buttonClass({ look: 'outline' })} ${styles.fitting}`} href={issuer} target="_blank" rel="noreferrer">
        {new URL(issuer).host}
      </a>
    </Section>
  )
}

function EmbeddedSecurity() {
  const { t } = useTranslation()
  const search = useSearch()
  const here = useQuery({ queryKey: ['account', 'here'], queryFn: findHere, retry: false })
  if (here.isPending) return <Loading />
  if (here.error) return <IssuerProblem error={here.error} onRetry={() => void here.refetch()} />
  // The tokens outlive the issuer's cookie; these matters need the cookie.
  if (!here.data) return <IssuerProblem error={new AccountError('UNAUTHORIZED', '')} />
  const { user, session } = here.data
  return (
    <>
      {search === 'changed' && <Note tone="good">{t('account.passwordChanged')}</Note>}
      <TwoFactor isOn={user.twoFactorEnabled === true} />
      <PasswordForm email={user.email} />
      <SessionsList here={session} />
    </>
  )
}

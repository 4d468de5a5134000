import { LogOut } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Redirect, useLocation } from 'wouter'
import { signOut } from '../../session/leave.ts'
import { useSession } from '../../session/use-session.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/notes.tsx'
import styles from './account.module.css'
import { DataPanel } from './data-panel.tsx'
import { KeysPanel } from './keys-panel.tsx'
import { PreferencesPanel } from './preferences-panel.tsx'
import { SecurityPanel } from './security-panel.tsx'
import { UsagePanel } from './usage-panel.tsx'

const PANELS = { usage: UsagePanel, preferences: PreferencesPanel, security: SecurityPanel, keys: KeysPanel, data: DataPanel }
type PanelName = keyof typeof PANELS
const addressOf = (name: PanelName) => (name === 'usage' ? '/account' : `/account/${name}`)

/**
 * A person's own place: what they spent, how they sign in, what may act for them, and the ways out. A page for each, so that each has
 * an address.
 */
export function AccountScreen() {
  const { t } = useTranslation()
  const [path] = useLocation()
  const session = useSession()
  const name = (path.split('/')[2] || 'usage') as PanelName
  const tabs = useRef<HTMLElement>(null)
  // On a phone the sections do not fit side by side.
  useEffect(() => {
    if (path) tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [path])
  const Panel = Object.hasOwn(PANELS, name) ? PANELS[name] : undefined
  if (!Panel) return <Redirect to="/account" replace />
  const user = session.name === 'signed-in' ? session.user : undefined

  return (
    <div className={styles.screen}>
      <header className={styles.header}>
        <div className={styles.who}>
          <h1>{t('common.nav.account')}</h1>
          {user?.email && <p>{user.email}</p>}
        </div>
        <SignOutButton />
      </header>
      <nav ref={tabs} className={styles.tabs} aria-label={t('account.sections')}>
        {(Object.keys(PANELS) as PanelName[]).map((one) => (
          <Link key={one} to={addressOf(one)} className={styles.tab} aria-current={one === name ? 'page' : undefined}>
            {t(`account.panels.${one}`)}
          </Link>
        ))}
      </nav>
      <Panel />
    </div>
  )
}

function SignOutButton() {
  const { t } = useTranslation()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const leave = () => {
    setBusy(true)
    signOut().catch((reason: unknown) => {
      setError(reason)
      setBusy(false)
    })
  }
  return (
    <>
      {error !== undefined && <ErrorNote error={error} />}
      <Button look="outline" isBusy={isBusy} onClick={leave}>
        <LogOut size={17} aria-hidden="true" /> {t('common.signOut')}
      </Button>
    </>
  )
}

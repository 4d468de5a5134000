import { CircleUserRound, Images, type LucideIcon, Sparkles, SquareStack, Upload } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { useStudioFeed } from '../api/use-feed.ts'
import { SessionEnded } from '../session/session-ended.tsx'
import { useSession } from '../session/use-session.ts'
import { DropAnywhere } from '../upload/drop-anywhere.tsx'
import { startUploads } from '../upload/uploader.ts'
import styles from './shell.module.css'

type Place = {
  to: string
  label: 'create' | 'library' | 'albums' | 'upload' | 'account'
  icon: LucideIcon
  isHere: (path: string) => boolean
}
const PLACES: Place[] = [
  { to: '/', label: 'create', icon: Sparkles, isHere: (path) => path === '/' },
  { to: '/library', label: 'library', icon: Images, isHere: (path) => /^\/(library|images|trash)/.test(path) },
  { to: '/albums', label: 'albums', icon: SquareStack, isHere: (path) => path.startsWith('/albums') },
  { to: '/upload', label: 'upload', icon: Upload, isHere: (path) => path.startsWith('/upload') },
  { to: '/account', label: 'account', icon: CircleUserRound, isHere: (path) => path.startsWith('/account') },
]

/** The frame around every signed-in screen: a rail on wide screens, a bar at the thumb on narrow ones. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const [path] = useLocation()
  const session = useSession()
  useStudioFeed()
  useEffect(startUploads, [])

  // A new screen is read from its start, by eye and by ear.
  useEffect(() => {
    scrollTo(0, 0)
  }, [path])

  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        {t('common.skip')}
      </a>
      <DropAnywhere />
      <nav className={styles.rail} aria-label={t('common.nav.label')}>
        <Link to="/" className={styles.brand} aria-label="Genzo">
          <img src="/mark.svg" width={40} height={40} alt="" />
        </Link>
        <div className={styles.links}>
          {PLACES.map(({ to, label, icon: Icon, isHere }) => (
            <Link
              key={to}
              to={to}
              className={`${styles.link} ${label === 'account' ? styles.last : ''}`}
              aria-current={isHere(path) ? 'page' : undefined}
            >
              <Icon size={22} strokeWidth={1.8} aria-hidden="true" />
              <span>{t(`common.nav.${label}`)}</span>
            </Link>
          ))}
        </div>
      </nav>
      <div>
        {session.name === 'signed-out' && (
          <div className={styles.banner}>
            <SessionEnded />
          </div>
        )}
        <main id="main" className={styles.main} tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  )
}

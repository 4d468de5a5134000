import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeLanguage, LANGUAGES, type Language } from '../../i18n.ts'
import { AccountError } from '../../session/accounts.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/notes.tsx'
import styles from './auth-layout.module.css'

/** The page around every form of signing in: the mark, a title, the form, and the languages. */
export function AuthLayout({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const { i18n } = useTranslation()
  return (
    <div className={styles.page}>
      <main className={styles.card}>
        <div className={styles.mark}>
          <img src="/mark.svg" width={44} height={44} alt="" />
          <span>
            Genzo <small lang="ja">現像</small>
          </span>
        </div>
        <h1>{title}</h1>
        {lead && <p className={styles.lead}>{lead}</p>}
        <div className={styles.body}>{children}</div>
      </main>
      <footer className={styles.foot}>
        <div className={styles.languages}>
          {(Object.keys(LANGUAGES) as Language[]).map((language) => (
            <Button
              key={language}
              look="quiet"
              size="small"
              lang={language}
              aria-pressed={i18n.language === language}
              onClick={() => void changeLanguage(language)}
            >
              {LANGUAGES[language]}
            </Button>
          ))}
        </div>
      </footer>
    </div>
  )
}

/** A form that is sent once at a time and says beneath its fields why it was refused. `send` leaves the page when all is well. */
export function AuthForm({ send, submit, children }: { send: () => Promise<unknown>; submit: string; children: ReactNode }) {
  const { t } = useTranslation()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<AccountError>()

  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    send()
      .catch((reason) => setError(reason instanceof AccountError ? reason : new AccountError('FAILED', String(reason))))
      .finally(() => setBusy(false))
  }

  return (
    <form className={styles.body} style={{ marginTop: 0 }} onSubmit={onSubmit}>
      {children}
      {error && <Note tone="bad">{t([`auth.problems.${error.code}`, 'auth.problems.FAILED'] as never)}</Note>}
      <Button type="submit" look="primary" size="large" isWide isBusy={isBusy}>
        {submit}
      </Button>
    </form>
  )
}

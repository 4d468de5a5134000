import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/problem.ts'
import { errorText } from '../lib/error-text.ts'
import { Button } from './button.tsx'
import styles from './notes.module.css'

const ICONS = { plain: Info, good: CircleCheck, warn: TriangleAlert, bad: CircleAlert }

/** One sentence that matters, with a picture so that colour is not the only sign. */
export function Note({ tone = 'plain', children, action }: { tone?: keyof typeof ICONS; children: ReactNode; action?: ReactNode }) {
  const Icon = ICONS[tone]
  return (
    <div className={`${styles.note} ${styles[tone] ?? ''}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon size={19} aria-hidden="true" />
      <div className={styles.text}>{children}</div>
      {action}
    </div>
  )
}

/** An error where it happened, in the reader's language, with a way on. */
export function ErrorNote({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const { t } = useTranslation()
  const requestId = error instanceof ApiError && error.code === 'internal' ? error.requestId : undefined
  return (
    <Note
      tone="bad"
      action={
        onRetry && (
          <Button look="outline" size="small" onClick={onRetry}>
            {t('common.retry')}
          </Button>
        )
      }
    >
      {errorText(error, t)}
      {requestId && <div className={styles.small}>{t('errors.request', { id: requestId })}</div>}
    </Note>
  )
}

type EmptyProps = { title: string; children?: ReactNode; action?: ReactNode /** `h1` where it is the whole page. */; heading?: 'h1' | 'h2' }

export function EmptyState({ title, children, action, heading: Heading = 'h2' }: EmptyProps) {
  return (
    <section className={styles.empty}>
      <Heading>{title}</Heading>
      {children && <p>{children}</p>}
      {action}
    </section>
  )
}

/** A screen on its way. Announced once, politely. */
export function Loading() {
  const { t } = useTranslation()
  return (
    <div className={styles.loading} role="status">
      <span className={styles.ring} aria-hidden="true" />
      <span className="visually-hidden">{t('common.loading')}</span>
    </div>
  )
}

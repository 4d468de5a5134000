import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Monitor } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { relative } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Loading } from '../../ui/notes.tsx'
import styles from './account.module.css'
import { endOtherSessions, endSession, type IssuerSession, listSessions } from './account-calls.ts'
import { deviceOf } from './device.ts'
import { IssuerProblem } from './issuer-problem.tsx'
import { Section } from './section.tsx'

const KEY = ['account', 'sessions']

/** The browsers that are signed in, each with a way to end it. */
export function SessionsList({ here }: { here: IssuerSession }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const sessions = useQuery({ queryKey: KEY, queryFn: listSessions, retry: false })
  const refresh = () => queries.invalidateQueries({ queryKey: KEY })
  const end = useMutation({ mutationFn: endSession, onSuccess: refresh })
  const endOthers = useMutation({ mutationFn: endOtherSessions, onSuccess: refresh })
  const problem = end.error ?? endOthers.error
  const newestFirst = sessions.data?.toSorted((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt))

  return (
    <Section title={t('account.sessions')} lead={t('account.sessionsLead')}>
      {sessions.error && <IssuerProblem error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {sessions.isPending && <Loading />}
      <ul className={styles.rows}>
        {newestFirst?.map((session) => (
          <li key={session.id} className={styles.row}>
            <Monitor size={20} aria-hidden="true" />
            <div className={styles.grow}>
              <p>{deviceOf(session.userAgent) ?? t('account.unknownDevice')}</p>
              <p className={styles.quiet}>
                {[session.ipAddress, t('account.lastSeen', { when: relative(session.updatedAt) })].filter(Boolean).join(' · ')}
              </p>
            </div>
            {session.id === here.id ? (
              <span className={styles.badge}>{t('account.thisBrowser')}</span>
            ) : (
              <Button
                size="small"
                look="outline"
                isBusy={end.isPending && end.variables === session.token}
                onClick={() => end.mutate(session.token)}
              >
                {t('common.signOut')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {problem && <IssuerProblem error={problem} />}
      {newestFirst && newestFirst.length > 1 && (
        <div className={styles.buttons}>
          <Button look="danger" isBusy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t('account.signOutOthers')}
          </Button>
        </div>
      )}
    </Section>
  )
}

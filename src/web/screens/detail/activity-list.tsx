import { useQuery } from '@tanstack/react-query'
import { Check, Circle, Minus, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { get } from '../../api/client.ts'
import type { ActivityView } from '../../api/types.ts'
import { dateTime, number } from '../../lib/format.ts'
import { ErrorNote } from '../../ui/notes.tsx'
import styles from './detail.module.css'

const SIGNS = { started: Circle, done: Check, failed: X, skipped: Minus }

/** Every step of the image's history, for whoever wants to know why. */
export function ActivityList({ imageId }: { imageId: string }) {
  const { t } = useTranslation()
  const activity = useQuery({
    queryKey: ['image', imageId, 'activity'],
    queryFn: ({ signal }) => get<{ items: ActivityView[] }>(`/api/images/${imageId}/activity`, undefined, signal),
  })
  return (
    <details className={styles.section}>
      <summary>{t('detail.activity')}</summary>
      {activity.error && <ErrorNote error={activity.error} onRetry={() => void activity.refetch()} />}
      <ol className={styles.activity}>
        {activity.data?.items.map(({ at, step, outcome, note, ms }) => {
          const Sign = SIGNS[outcome]
          return (
            <li key={`${at} ${step} ${outcome}`} data-outcome={outcome}>
              <Sign size={15} aria-hidden="true" />
              <div>
                <span>{t([`detail.steps.${step.toLowerCase()}`, 'detail.steps.other'] as never, { step })}</span>
                {outcome !== 'started' && <span className="visually-hidden"> {t(`detail.outcomes.${outcome}`)}</span>}
                {note && <p className={styles.quiet}>{note}</p>}
              </div>
              <span className={styles.quiet}>{ms === undefined ? dateTime(at) : `${number(Math.round(ms))} ms`}</span>
            </li>
          )
        })}
      </ol>
    </details>
  )
}

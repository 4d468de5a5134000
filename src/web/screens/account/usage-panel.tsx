import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { get } from '../../api/client.ts'
import type { GenerationView, List } from '../../api/types.ts'
import { dateTime, money, number, relative } from '../../lib/format.ts'
import { ErrorNote, Loading } from '../../ui/notes.tsx'
import styles from './account.module.css'
import { dailyTotals } from './daily.ts'
import { DailyChart } from './daily-chart.tsx'
import { Section } from './section.tsx'
import { UsageRing } from './usage-ring.tsx'

/** As `GET /api/usage` says it: the day, then the month, both UTC. */
export type Period = { period: string; images: number; microUsd: number; limitImages?: number; limitMicroUsd?: number; resetsAt: string }
const DAYS = 14
/** The most the API lists at once; who makes more in a fortnight sees the days that fit. */
const LISTED = 200

/** What was made and spent, against what may be, and when counting begins anew. */
export function UsagePanel() {
  const { t } = useTranslation()
  const usage = useQuery({ queryKey: ['usage'], queryFn: ({ signal }) => get<{ periods: Period[] }>('/api/usage', undefined, signal) })
  const made = useQuery({
    queryKey: ['generations', 'daily'],
    queryFn: ({ signal }) => get<List<GenerationView>>('/api/generations', { limit: LISTED }, signal),
  })
  if (usage.error) return <ErrorNote error={usage.error} onRetry={() => void usage.refetch()} />
  if (!usage.data) return <Loading />

  return (
    <>
      <div className={styles.periods}>
        {usage.data.periods.map((period) => (
          <PeriodCard key={period.period} period={period} />
        ))}
      </div>
      <PeriodTable periods={usage.data.periods} />
      <Section title={t('account.lastDays', { count: DAYS })} lead={t('account.utc')}>
        {made.error && <ErrorNote error={made.error} onRetry={() => void made.refetch()} />}
        {made.data && (
          <DailyChart days={dailyTotals(made.data.items, { now: Date.now(), days: DAYS, isWhole: made.data.nextCursor === undefined })} />
        )}
      </Section>
    </>
  )
}

/** A month is written `2026-11`, a day `2026-11-21`. */
const isMonth = ({ period }: Period) => period.length === 7

function PeriodCard({ period }: { period: Period }) {
  const { t } = useTranslation()
  const { images, limitImages, microUsd, limitMicroUsd, resetsAt } = period
  return (
    <Section title={t(isMonth(period) ? 'account.thisMonth' : 'account.today')}>
      <div className={styles.rings}>
        <UsageRing name={t('account.images')} used={images} limit={limitImages} format={number} />
        <UsageRing name={t('account.spent')} used={microUsd} limit={limitMicroUsd} format={money} />
      </div>
      <p className={styles.quiet}>
        <time dateTime={resetsAt}>{t('account.resets', { when: dateTime(resetsAt), relative: relative(resetsAt) })}</time>
      </p>
    </Section>
  )
}

/** The same figures for those who would rather read than look. */
function PeriodTable({ periods }: { periods: Period[] }) {
  const { t } = useTranslation()
  const unlimited = t('account.noLimit')
  return (
    <details className={styles.figures}>
      <summary>{t('account.asTable')}</summary>
      <div className={styles.scroller}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('account.period')}</th>
              <th scope="col">{t('account.images')}</th>
              <th scope="col">{t('account.limit')}</th>
              <th scope="col">{t('account.spent')}</th>
              <th scope="col">{t('account.limit')}</th>
              <th scope="col">{t('account.resetsAt')}</th>
            </tr>
          </thead>
          <tbody>
            {periods.map((period) => (
              <tr key={period.period}>
                <th scope="row">{t(isMonth(period) ? 'account.thisMonth' : 'account.today')}</th>
                <td>{number(period.images)}</td>
                <td>{period.limitImages === undefined ? unlimited : number(period.limitImages)}</td>
                <td>{money(period.microUsd)}</td>
                <td>{period.limitMicroUsd === undefined ? unlimited : money(period.limitMicroUsd)}</td>
                <td>{dateTime(period.resetsAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

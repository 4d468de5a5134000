import { useTranslation } from 'react-i18next'
import { date, money, number } from '../../lib/format.ts'
import styles from './account.module.css'
import type { Day } from './daily.ts'

const [WIDTH, HEIGHT, GAP] = [560, 120, 8]

/** Pictures a day as bars; the table beneath says the same, and the money, in figures. */
export function DailyChart({ days }: { days: Day[] }) {
  const { t } = useTranslation()
  const most = Math.max(1, ...days.map(({ images }) => images))
  const total = days.reduce((sum, { images }) => sum + images, 0)
  const step = WIDTH / Math.max(1, days.length)
  // A UTC day read in a western zone would be the day before.
  const name = ({ day }: Day) => date(`${day}T12:00:00Z`)

  return (
    <>
      <figure className={styles.chart}>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={t('account.chartLabel', { count: total, days: days.length })}
        >
          {days.map((day, i) => {
            const height = day.images === 0 ? 2 : Math.max(6, (day.images / most) * (HEIGHT - 4))
            return (
              <rect
                key={day.day}
                className={day.images === 0 ? styles.barEmpty : styles.bar}
                x={i * step + GAP / 2}
                y={HEIGHT - height}
                width={step - GAP}
                height={height}
              >
                <title>{`${name(day)}: ${number(day.images)}`}</title>
              </rect>
            )
          })}
        </svg>
        {/* Under their bars; letters inside the stretched drawing would be stretched too. */}
        <div className={styles.values} aria-hidden="true">
          {days.map((day) => (
            <span key={day.day}>{day.images > 0 && number(day.images)}</span>
          ))}
        </div>
        {days.length > 0 && (
          <figcaption className={styles.axis} aria-hidden="true">
            <span>{name(days[0]!)}</span>
            <span>{name(days.at(-1)!)}</span>
          </figcaption>
        )}
      </figure>
      <details className={styles.figures}>
        <summary>{t('account.asTable')}</summary>
        <div className={styles.scroller}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('account.day')}</th>
                <th scope="col">{t('account.images')}</th>
                <th scope="col">{t('account.spent')}</th>
              </tr>
            </thead>
            <tbody>
              {days.toReversed().map((day) => (
                <tr key={day.day}>
                  <th scope="row">{name(day)}</th>
                  <td>{number(day.images)}</td>
                  <td>{money(day.microUsd)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  )
}

import { useTranslation } from 'react-i18next'
import { percent } from '../../lib/format.ts'
import styles from './account.module.css'

type Props = { name: string; used: number; limit: number | undefined; format: (value: number) => string }
const RADIUS = 46
const AROUND = 2 * Math.PI * RADIUS
/** From here on the ring warns; full, it alarms. */
const NEAR = 0.8

/** How much of a limit is used, as a ring that fills; without a limit, the figure alone. */
export function UsageRing({ name, used, limit, format }: Props) {
  const { t } = useTranslation()
  const share = limit === undefined ? undefined : limit === 0 ? 1 : Math.min(1, used / limit)
  const level = share === undefined ? 'none' : share >= 1 ? 'full' : share >= NEAR ? 'near' : 'fine'
  return (
    <figure className={styles.ring} data-level={level}>
      <svg viewBox="0 0 104 104" width={124} height={124} aria-hidden="true">
        <circle className={styles.ringTrack} cx={52} cy={52} r={RADIUS} />
        {share !== undefined && share > 0 && (
          <circle
            className={styles.ringUsed}
            cx={52}
            cy={52}
            r={RADIUS}
            strokeDasharray={`${share * AROUND} ${AROUND}`}
            transform="rotate(-90 52 52)"
          />
        )}
        <text className={styles.ringText} x={52} y={52}>
          {format(used)}
        </text>
      </svg>
      <figcaption>
        <span className={styles.ringName}>{name}</span>
        <span className="visually-hidden">{format(used)}</span>
        <span className={styles.quiet}>
          {limit === undefined ? t('account.noLimit') : `${t('account.ofLimit', { limit: format(limit) })} · ${percent(share!)}`}
        </span>
        {level === 'full' && <span className={styles.alarm}>{t('account.limitReached')}</span>}
      </figcaption>
    </figure>
  )
}

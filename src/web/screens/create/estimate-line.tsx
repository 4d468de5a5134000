import { useTranslation } from 'react-i18next'
import type { EstimateView } from '../../api/types.ts'
import { errorText } from '../../lib/error-text.ts'
import { money, relative } from '../../lib/format.ts'
import styles from './create.module.css'

/** Above the button: what it will cost and what will remain, or what is still missing. */
export function EstimateLine({ estimate, error, missing }: { estimate: EstimateView | undefined; error: unknown; missing: string[] }) {
  const { t } = useTranslation()
  if (missing.length > 0) return <p className={styles.estimate}>{t([`create.missing.${missing[0]}`, 'create.missing.other'] as never)}</p>
  if (error) return <p className={`${styles.estimate} ${styles.wrong}`}>{errorText(error, t)}</p>
  if (!estimate) return <p className={styles.estimate}>&nbsp;</p>
  const { microUsd, remaining, startsAfter, adjustments } = estimate
  const parts = [
    microUsd === 0 ? t('create.free') : t('create.costs', { price: money(microUsd) }),
    ...(remaining !== undefined ? [t('create.leaves', { left: money(Math.max(0, remaining - microUsd)) })] : []),
    ...(startsAfter ? [t('create.startsIn', { when: relative(startsAfter) })] : []),
  ]
  return (
    <div className={styles.estimate} aria-live="polite">
      <p>{parts.join(' · ')}</p>
      {adjustments.map((adjustment) => (
        <p key={adjustment}>{adjustment}</p>
      ))}
    </div>
  )
}

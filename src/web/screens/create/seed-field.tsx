import { Dices, Lock, LockOpen } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import styles from './create.module.css'
import type { Draft, DraftEvent } from './draft.ts'

/** The seed: empty means a new one each time; the dice draw one; the lock keeps it after making. */
export function SeedField({ draft, max, dispatch }: { draft: Draft; max: number; dispatch: (event: DraftEvent) => void }) {
  const { t } = useTranslation()
  const roll = () => dispatch({ type: 'seed', seed: 1 + Math.floor(Math.random() * (max - 1)) })
  return (
    <Field label={t('create.seed')} hint={draft.isSeedLocked ? t('create.seedLocked') : undefined}>
      {(control) => (
        <div className={styles.seed}>
          <input
            {...control}
            type="number"
            inputMode="numeric"
            min={0}
            max={max}
            placeholder={t('create.random')}
            value={draft.seed ?? ''}
            onChange={(event) =>
              dispatch({ type: 'seed', seed: event.target.value === '' ? undefined : Math.round(Number(event.target.value)) })
            }
          />
          <IconButton label={t('create.roll')} onClick={roll}>
            <Dices size={20} aria-hidden="true" />
          </IconButton>
          <IconButton
            label={draft.isSeedLocked ? t('create.unlock') : t('create.lock')}
            aria-pressed={draft.isSeedLocked}
            disabled={draft.seed === undefined}
            onClick={() => dispatch({ type: 'lock', isLocked: !draft.isSeedLocked })}
          >
            {draft.isSeedLocked ? <Lock size={19} aria-hidden="true" /> : <LockOpen size={19} aria-hidden="true" />}
          </IconButton>
        </div>
      )}
    </Field>
  )
}

import { useTranslation } from 'react-i18next'
import type { ModelTaskView } from '../../api/types.ts'
import { TextField } from '../../ui/field.tsx'
import styles from './create.module.css'
import type { Draft, DraftEvent } from './draft.ts'

const COMMON_ASPECTS = ['1:1', '4:5', '2:3', '9:16', '5:4', '3:2', '16:9', '21:9']
/** The drawn shapes have one area, as the pictures do: pixels of the longer side at most. */
const DRAWN_AREA = 520

/** Aspects drawn to scale, and for models that take any size, width and height in pixels. */
export function SizePicker({ draft, task, dispatch }: { draft: Draft; task: ModelTaskView; dispatch: (event: DraftEvent) => void }) {
  const { t } = useTranslation()
  const rule = task.size
  if (rule.kind !== 'aspects' && rule.kind !== 'range' && rule.kind !== 'list') return null
  const aspects = rule.kind === 'aspects' ? sorted(rule.aspects) : COMMON_ASPECTS
  const chosen = draft.width ? undefined : (draft.aspectRatio ?? (rule.kind === 'aspects' ? rule.default : '1:1'))
  const number = (value: string) => (value === '' ? undefined : Math.max(1, Math.round(Number(value)) || 1))

  return (
    <fieldset className={styles.group}>
      <legend>{t('create.shape')}</legend>
      <div className={styles.aspects}>
        {aspects.map((aspect) => (
          <label key={aspect} className={styles.aspect}>
            <input
              type="radio"
              name="aspect"
              className="visually-hidden"
              checked={chosen === aspect}
              onChange={() => dispatch({ type: 'aspect', aspectRatio: aspect })}
            />
            <span className={styles.shape} style={drawn(aspect)} aria-hidden="true" />
            <span>{aspect}</span>
          </label>
        ))}
      </div>
      <details className={styles.more} {...(draft.width && { open: true })}>
        <summary>{t('create.exactSize')}</summary>
        <div className={styles.pair}>
          {(['width', 'height'] as const).map((side) => (
            <TextField
              key={side}
              label={t(`create.${side}`)}
              type="number"
              inputMode="numeric"
              min={rule.kind === 'range' ? rule.min : 64}
              max={rule.kind === 'range' ? rule.max : 4096}
              value={draft[side] ?? ''}
              onChange={(event) => dispatch({ type: 'size', width: draft.width, height: draft.height, [side]: number(event.target.value) })}
            />
          ))}
        </div>
        {rule.kind !== 'range' && <p className={styles.hint}>{t('create.exactSizeHint')}</p>}
      </details>
    </fieldset>
  )
}

const ratio = (aspect: string) => {
  const [width, height] = aspect.split(':').map(Number)
  return width! / height!
}
const sorted = (aspects: readonly string[]) =>
  [...aspects].sort((a, b) => Math.abs(Math.log(ratio(a))) - Math.abs(Math.log(ratio(b))) || ratio(a) - ratio(b))
const drawn = (aspect: string) => {
  const width = Math.sqrt(DRAWN_AREA * ratio(aspect))
  return { width: `${width}px`, height: `${DRAWN_AREA / width}px` }
}

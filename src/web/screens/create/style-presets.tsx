import { useTranslation } from 'react-i18next'
import styles from './create.module.css'

type Props = { options: readonly string[]; value: string | undefined; onChange: (value: string | undefined) => void }

/** Styles as small pictures, made by the studio's own renderer (`npm run pictures:styles`). Chosen again, a style is let go. */
export function StylePresets({ options, value, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <fieldset className={styles.group}>
      <legend>{t('create.style')}</legend>
      <div className={styles.presets}>
        {options.map((option) => (
          <button
            key={option}
            type="button"
            className={styles.preset}
            aria-pressed={value === option}
            onClick={() => onChange(value === option ? undefined : option)}
          >
            <img src={`/styles/${option}.webp`} width={72} height={72} alt="" loading="lazy" />
            <span>{t([`create.options.${option}`, 'create.options.unnamed'] as never, { name: option })}</span>
          </button>
        ))}
      </div>
    </fieldset>
  )
}

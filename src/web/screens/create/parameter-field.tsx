import { useTranslation } from 'react-i18next'
import type { ParameterSpec } from '#core/model.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import styles from './create.module.css'

type Props = { spec: ParameterSpec; value: unknown; onChange: (value: unknown) => void }

/** One knob of a model, drawn from its entry in the catalogue. Names and options that have words in the reader's language use them. */
export function ParameterField({ spec, value, onChange }: Props) {
  const { t } = useTranslation()
  const label = t([`create.parameters.${spec.name}`, 'create.parameters.unnamed'] as never, { name: spec.name })

  if (spec.type === 'choice')
    return (
      <SelectField
        label={label}
        value={String(value ?? spec.default ?? '')}
        onChange={(event) => onChange(event.target.value || undefined)}
      >
        {!spec.required && spec.default === undefined && <option value="">{t('create.none')}</option>}
        {spec.options.map((option) => (
          <option key={option} value={option}>
            {t([`create.options.${option}`, 'create.options.unnamed'] as never, { name: option })}
          </option>
        ))}
      </SelectField>
    )
  if (spec.type === 'boolean')
    return (
      <label className={styles.check}>
        <input type="checkbox" checked={Boolean(value ?? spec.default)} onChange={(event) => onChange(event.target.checked)} />
        {label}
      </label>
    )
  if (spec.type === 'number' || (spec.type === 'integer' && spec.max - spec.min <= 100)) {
    const shown = Number(value ?? spec.default ?? spec.min)
    const step = spec.type === 'number' ? (spec.step ?? (spec.max - spec.min <= 2 ? 0.01 : 0.1)) : 1
    return (
      <label className={styles.slider}>
        <span>{label}</span>
        <output>{spec.unit ? `${shown} ${spec.unit}` : shown}</output>
        <input
          type="range"
          min={spec.min}
          max={spec.max}
          step={step}
          value={shown}
          onChange={(event) => onChange(Number(event.target.value))}
        />
      </label>
    )
  }
  if (spec.type === 'integer')
    return (
      <TextField
        label={label}
        type="number"
        min={spec.min}
        max={spec.max}
        placeholder={String(spec.default ?? spec.min)}
        value={value === undefined ? '' : String(value)}
        onChange={(event) => onChange(event.target.value === '' ? undefined : Math.round(Number(event.target.value)))}
      />
    )
  if (spec.type === 'colors')
    return (
      <TextField
        label={label}
        placeholder="#b93a1f, #f7f4ef"
        value={Array.isArray(value) ? value.join(', ') : ''}
        onChange={(event) =>
          onChange(
            event.target.value
              .split(/[\s,]+/)
              .filter(Boolean)
              .slice(0, spec.maxItems),
          )
        }
      />
    )
  return (
    <TextField
      label={label}
      required={spec.required ?? false}
      maxLength={spec.maxLength}
      value={String(value ?? spec.default ?? '')}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

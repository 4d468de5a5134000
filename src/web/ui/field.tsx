import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from 'react'
import styles from './field.module.css'

type FieldProps = { label: string; hint?: ReactNode; error?: string | undefined; aside?: ReactNode }
type ControlProps = { id: string; className: string; 'aria-invalid'?: true; 'aria-describedby'?: string }

/** A label, a control, and beneath it a hint or what is wrong: tied together for those who cannot see them side by side. */
export function Field({ label, hint, error, aside, children }: FieldProps & { children: (control: ControlProps) => ReactNode }) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={styles.field}>
      <div className={styles.label}>
        <label htmlFor={id}>{label}</label>
        {aside}
      </div>
      {children({
        id,
        className: styles.control!,
        ...(error && { 'aria-invalid': true as const }),
        ...(note && { 'aria-describedby': `${id}-note` }),
      })}
      {note && (
        <div id={`${id}-note`} className={error ? styles.error : styles.hint} role={error ? 'alert' : undefined}>
          {note}
        </div>
      )}
    </div>
  )
}

export function TextField({ label, hint, error, aside, ...input }: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Field label={label} hint={hint} error={error} aside={aside}>
      {(control) => <input {...control} {...input} />}
    </Field>
  )
}

export function TextArea({
  label,
  hint,
  error,
  aside,
  className = '',
  ...input
}: FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Field label={label} hint={hint} error={error} aside={aside}>
      {(control) => <textarea {...control} {...input} className={`${control.className} ${className}`} />}
    </Field>
  )
}

/** The platform's own list: it is the one that works with every keyboard, screen reader and phone. */
export function SelectField({ label, hint, error, aside, children, ...select }: FieldProps & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Field label={label} hint={hint} error={error} aside={aside}>
      {(control) => (
        <select {...control} {...select}>
          {children}
        </select>
      )}
    </Field>
  )
}

import { type ButtonHTMLAttributes, lazy, type ReactNode, type Ref, Suspense, useState } from 'react'
import styles from './button.module.css'

/** A hint that cannot be loaded is none: its button says the same to a screen reader, and works. */
const Hint = lazy(async () => {
  const hint = await import('./hint.tsx').catch(() => undefined)
  return { default: hint?.Hint ?? ((_: { label: string; isFocused: boolean }) => null) }
})

export type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: 'plain' | 'primary' | 'outline' | 'quiet' | 'danger'
  size?: 'small' | 'medium' | 'large'
  isBusy?: boolean
  isWide?: boolean
  ref?: Ref<HTMLButtonElement>
}

export const buttonClass = ({
  look = 'plain',
  size = 'medium',
  isWide = false,
}: Pick<ButtonProps, 'look' | 'size' | 'isWide'> = {}): string =>
  [styles.button, styles[look], styles[size], isWide && styles.wide].filter(Boolean).join(' ')

/** A button that says when it is working, and cannot be pressed twice meanwhile. */
export function Button({ look, size, isBusy = false, isWide, className = '', children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`${buttonClass({ ...(look && { look }), ...(size && { size }), ...(isWide && { isWide }) })} ${className}`}
      disabled={disabled || isBusy}
      aria-busy={isBusy || undefined}
      {...rest}
    >
      {isBusy && <span className={styles.spinner} aria-hidden="true" />}
      {children}
    </button>
  )
}

/** A picture for a button; its name is the hint and what a screen reader says. */
export function IconButton({
  label,
  children,
  className = '',
  onPointerEnter,
  onFocus,
  onBlur,
  onClick,
  ...rest
}: ButtonProps & { label: string; children: ReactNode }) {
  const [isWanted, setWanted] = useState(false)
  const [isFocused, setFocused] = useState(false)
  return (
    <Button
      look="quiet"
      aria-label={label}
      className={`${styles.icon} ${className}`}
      onPointerEnter={(event) => {
        onPointerEnter?.(event)
        setWanted(true)
      }}
      onFocus={(event) => {
        onFocus?.(event)
        // A press of the mouse focuses too, and asks for no hint.
        const isByKeyboard = event.currentTarget.matches(':focus-visible')
        setWanted((before) => before || isByKeyboard)
        setFocused(isByKeyboard)
      }}
      onBlur={(event) => {
        onBlur?.(event)
        setFocused(false)
      }}
      onClick={(event) => {
        onClick?.(event)
        setFocused(false)
      }}
      {...rest}
    >
      {children}
      {isWanted && (
        <Suspense fallback={null}>
          <Hint label={label} isFocused={isFocused} />
        </Suspense>
      )}
    </Button>
  )
}

import { Tooltip } from 'radix-ui'
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import styles from './button.module.css'
import tooltip from './tooltip.module.css'

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

/** A picture for a button; its name is the tooltip and what a screen reader says. */
export function IconButton({ label, children, className = '', ...rest }: ButtonProps & { label: string; children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <Button look="quiet" aria-label={label} className={`${styles.icon} ${className}`} {...rest}>
          {children}
        </Button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className={tooltip.tip} sideOffset={6}>
          {label}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}

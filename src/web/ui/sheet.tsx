import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from './button.tsx'
import styles from './dialog.module.css'

export type SheetProps = {
  isOpen: boolean
  onClose: () => void
  title: string
  description?: ReactNode
  /** Buttons, the main one last. */
  actions?: ReactNode
  isWide?: boolean
  children?: ReactNode
}

/** A modal sheet: focus stays inside, Escape and the backdrop close it, focus returns to where it was. Shown through `Dialog`. */
export function Sheet({ isOpen, onClose, title, description, actions, isWide = false, children }: SheetProps) {
  const { t } = useTranslation()
  const [opening, setOpening] = useState<{ isOpen: boolean; from: Element | null }>({ isOpen: false, from: null })
  // Before anything within takes the focus.
  if (opening.isOpen !== isOpen) setOpening({ isOpen, from: isOpen ? document.activeElement : opening.from })
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.overlay}>
          <Radix.Content
            // Radix gives the focus back to a trigger of its own; ours stand anywhere.
            onCloseAutoFocus={(event) => {
              event.preventDefault()
              if (opening.from instanceof HTMLElement) opening.from.focus()
            }}
            className={`${styles.content} ${isWide ? styles.wide : ''}`}
            {...(!description && { 'aria-describedby': undefined })}
          >
            <Radix.Title asChild>
              <h2 className={styles.title}>{title}</h2>
            </Radix.Title>
            {description && <Radix.Description className={styles.description}>{description}</Radix.Description>}
            {children && <div className={styles.body}>{children}</div>}
            {actions && <div className={styles.actions}>{actions}</div>}
            <Radix.Close asChild>
              <IconButton label={t('common.close')} size="small" className={styles.close}>
                <X size={18} aria-hidden="true" />
              </IconButton>
            </Radix.Close>
          </Radix.Content>
        </Radix.Overlay>
      </Radix.Portal>
    </Radix.Root>
  )
}

import { Tooltip } from 'radix-ui'
import { type SyntheticEvent, useEffect, useRef, useState } from 'react'
import styles from './tooltip.module.css'

/** The hint is within its button for React, not for the eye: a press on it is none on the button. */
const keep = (event: SyntheticEvent) => event.stopPropagation()

const DELAY_MS = 500

/** What a button is called, over it: while a pointer rests there, or the keyboard stands there. Escape takes it away. */
export function Hint({ label, isFocused }: { label: string; isFocused: boolean }) {
  const [isOpen, setOpen] = useState(isFocused)
  useEffect(() => setOpen(isFocused), [isFocused])
  const anchor = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    // The pointer that asked for this hint came before it, and may have stopped by now.
    const timer = setTimeout(() => anchor.current?.matches(':hover') && setOpen(true), DELAY_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <Tooltip.Provider delayDuration={DELAY_MS}>
      <Tooltip.Root open={isOpen} onOpenChange={setOpen}>
        <Tooltip.Trigger asChild>
          <span ref={anchor} className={styles.anchor} aria-hidden="true" />
        </Tooltip.Trigger>
        <Tooltip.Portal>
          <Tooltip.Content className={styles.tip} sideOffset={6} onClick={keep} onPointerDown={keep}>
            {label}
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </Tooltip.Provider>
  )
}

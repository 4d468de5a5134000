import { Suspense, useState } from 'react'
import { Sheet } from './parts.ts'
import type { SheetProps } from './sheet.tsx'

/** A modal sheet: focus stays inside, Escape and the backdrop close it, focus returns to where it was. */
export function Dialog(props: SheetProps) {
  const [wasOpened, setWasOpened] = useState(props.isOpen)
  if (props.isOpen && !wasOpened) setWasOpened(true)
  if (!wasOpened) return null
  return (
    <Suspense fallback={null}>
      <Sheet {...props} />
    </Suspense>
  )
}

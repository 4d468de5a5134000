import { Upload } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import styles from './drop-anywhere.module.css'
import { filesOf } from './dropped-files.ts'
import { addFiles } from './uploader.ts'

const bringsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/**
 * Takes files dropped anywhere in the window, and goes to where their way is told. What a screen takes for itself (it prevents the
 * browser's own doing) is left to it; without this, a drop beside the mark would open the file in place of the studio.
 */
export function DropAnywhere() {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const [isOver, setOver] = useState(false)

  useEffect(() => {
    const onOver = (event: DragEvent) => {
      if (!bringsFiles(event)) return
      const isTaken = event.defaultPrevented
      event.preventDefault()
      setOver(!isTaken)
    }
    const onDrop = (event: DragEvent) => {
      setOver(false)
      if (!bringsFiles(event) || event.defaultPrevented) return
      event.preventDefault()
      void filesOf(event.dataTransfer!).then(addFiles)
      go('/upload')
    }
    // Out of the window, not merely from one element to the next.
    const onLeave = (event: DragEvent) => event.relatedTarget === null && setOver(false)
    addEventListener('dragover', onOver)
    addEventListener('drop', onDrop)
    addEventListener('dragleave', onLeave)
    return () => {
      removeEventListener('dragover', onOver)
      removeEventListener('drop', onDrop)
      removeEventListener('dragleave', onLeave)
    }
  }, [go])

  if (!isOver) return null
  return (
    <div className={styles.veil} aria-hidden="true">
      <p className={styles.words}>
        <Upload size={34} strokeWidth={1.5} /> {t('upload.dropAnywhere')}
      </p>
    </div>
  )
}

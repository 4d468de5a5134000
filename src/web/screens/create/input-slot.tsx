import { ImagePlus, X } from 'lucide-react'
import { type ClipboardEvent, type DragEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { InputRole } from '#core/task.ts'
import { useImage } from '../../api/queries.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { ImageChooser } from '../../ui/image-chooser.tsx'
import { ErrorNote } from '../../ui/notes.tsx'
import { Picture } from '../../ui/picture.tsx'
import { uploadOne } from '../../upload/transfer.ts'
import styles from './create.module.css'

type Props = { role: InputRole; isRequired: boolean; imageId: string | undefined; onChange: (imageId: string | undefined) => void }

/** A picture that the model looks at: dropped, pasted, uploaded or taken from the library. */
export function InputSlot({ role, isRequired, imageId, onChange }: Props) {
  const { t } = useTranslation()
  const image = useImage(imageId)
  const file = useRef<HTMLInputElement>(null)
  const [isChoosing, setChoosing] = useState(false)
  const [progress, setProgress] = useState<number>()
  const [error, setError] = useState<unknown>()

  const take = async (files: Iterable<File> | undefined | null) => {
    const picture = [...(files ?? [])].find(({ type }) => type.startsWith('image/'))
    if (!picture) return
    setError(undefined)
    setProgress(0)
    try {
      onChange(await uploadOne(picture, setProgress))
    } catch (reason) {
      setError(reason)
    } finally {
      setProgress(undefined)
    }
  }
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    void take(event.dataTransfer.files)
  }
  const onPaste = (event: ClipboardEvent) => void take(event.clipboardData.files)

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping and pasting are shortcuts; the buttons inside do the same
    <div className={styles.slot} onDragOver={(event) => event.preventDefault()} onDrop={onDrop} onPaste={onPaste}>
      <div className={styles.slotLabel}>
        {t(`create.roles.${role}`)}
        {!isRequired && <span className={styles.hint}> {t('create.optional')}</span>}
      </div>
      {imageId ? (
        <div className={styles.slotPicture}>
          {image.data && <Picture image={image.data} sizes="160px" className={styles.slotThumb} />}
          {image.error && <ErrorNote error={image.error} />}
          <IconButton label={t('create.removeInput')} size="small" className={styles.slotRemove} onClick={() => onChange(undefined)}>
            <X size={16} aria-hidden="true" />
          </IconButton>
        </div>
      ) : (
        <div className={styles.slotEmpty} aria-busy={progress !== undefined}>
          <ImagePlus size={22} aria-hidden="true" />
          {progress === undefined ? (
            <div className={styles.slotButtons}>
              <Button size="small" look="outline" onClick={() => setChoosing(true)}>
                {t('create.fromLibrary')}
              </Button>
              <Button size="small" look="quiet" onClick={() => file.current?.click()}>
                {t('create.fromFile')}
              </Button>
            </div>
          ) : (
            <progress max={1} value={progress} aria-label={t('common.nav.upload')} />
          )}
        </div>
      )}
      {error !== undefined && <ErrorNote error={error} />}
      <input ref={file} type="file" accept="image/*,.heic,.heif" hidden onChange={(event) => void take(event.target.files)} />
      <ImageChooser
        isOpen={isChoosing}
        onClose={() => setChoosing(false)}
        onChoose={(id) => {
          onChange(id)
          setChoosing(false)
        }}
      />
    </div>
  )
}

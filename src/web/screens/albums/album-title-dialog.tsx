import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { ErrorNote } from '../../ui/notes.tsx'
import styles from './albums.module.css'

type Props = {
  isOpen: boolean
  onClose: () => void
  onSave: (title: string) => void
  isBusy: boolean
  error: unknown
  /** The name it has, when it is renamed. */
  before?: string
}

/** Names an album: a new one, or one that is there. */
export function AlbumTitleDialog({ isOpen, onClose, onSave, isBusy, error, before }: Props) {
  const { t } = useTranslation()
  const [title, setTitle] = useState(before ?? '')
  useEffect(() => {
    if (isOpen) setTitle(before ?? '')
  }, [isOpen, before])
  const name = title.trim()
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t(before === undefined ? 'albums.create' : 'albums.rename')}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (name !== '') onSave(name)
        }}
      >
        <TextField
          label={t('albums.title')}
          hint={t('albums.titleHint')}
          value={title}
          maxLength={200}
          autoFocus
          dir="auto"
          onChange={(event) => setTitle(event.target.value)}
        />
        {error ? <ErrorNote error={error} /> : null}
        <Button type="submit" look="primary" isBusy={isBusy} disabled={name === '' || name === before}>
          {t(before === undefined ? 'albums.make' : 'common.save')}
        </Button>
      </form>
    </Dialog>
  )
}

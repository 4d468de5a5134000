import { FolderPlus, Heart, RotateCcw, Tag, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImageView } from '../../api/types.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { AddToAlbumDialog } from '../albums/add-to-album-dialog.tsx'
import styles from './library.module.css'
import type { useImageActions } from './use-library.ts'

type Props = {
  images: readonly ImageView[]
  isTrash: boolean
  actions: ReturnType<typeof useImageActions>
  onTrash: () => void
  onDone: () => void
}

/** What can be done with the chosen images. Stands at the foot of the window while any are chosen. */
export function SelectionBar({ images, isTrash, actions, onTrash, onDone }: Props) {
  const { t } = useTranslation()
  const [dialog, setDialog] = useState<'purge' | 'tag' | 'album'>()
  const ids = images.map(({ id }) => id)
  const areFavourites = images.every(({ isFavourite }) => isFavourite)
  const finish = (work: () => void) => {
    work()
    setDialog(undefined)
    onDone()
  }

  return (
    <div className={styles.bar} role="toolbar" aria-label={t('library.chosenActions')}>
      <IconButton label={t('library.letGo')} onClick={onDone}>
        <X size={20} aria-hidden="true" />
      </IconButton>
      <strong aria-live="polite">{t('library.chosen', { count: images.length })}</strong>
      <span className={styles.grow} />
      {isTrash ? (
        <>
          <Button look="quiet" onClick={() => finish(() => actions.restore.mutate(ids))}>
            <RotateCcw size={18} aria-hidden="true" /> <span className={styles.wideOnly}>{t('library.restore')}</span>
          </Button>
          <Button look="danger" onClick={() => setDialog('purge')}>
            <Trash2 size={18} aria-hidden="true" /> <span className={styles.wideOnly}>{t('library.purge')}</span>
          </Button>
        </>
      ) : (
        <>
          <Button look="quiet" onClick={() => actions.change.mutate({ ids, values: { isFavourite: !areFavourites } })}>
            <Heart size={18} fill={areFavourites ? 'currentColor' : 'none'} aria-hidden="true" />
            <span className={styles.wideOnly}>{t(areFavourites ? 'library.unfavourite' : 'library.favourite')}</span>
          </Button>
          <Button look="quiet" onClick={() => setDialog('tag')}>
            <Tag size={18} aria-hidden="true" /> <span className={styles.wideOnly}>{t('library.addTag')}</span>
          </Button>
          <Button look="quiet" onClick={() => setDialog('album')}>
            <FolderPlus size={18} aria-hidden="true" /> <span className={styles.wideOnly}>{t('albums.add')}</span>
          </Button>
          <Button look="danger" onClick={onTrash}>
            <Trash2 size={18} aria-hidden="true" /> <span className={styles.wideOnly}>{t('library.toTrash')}</span>
          </Button>
        </>
      )}
      <Dialog
        isOpen={dialog === 'purge'}
        onClose={() => setDialog(undefined)}
        title={t('library.purgeTitle', { count: images.length })}
        description={t('library.purgeBody')}
        actions={
          <>
            <Button onClick={() => setDialog(undefined)}>{t('common.cancel')}</Button>
            <Button look="danger" onClick={() => finish(() => actions.purge.mutate(ids))}>
              {t('library.purge')}
            </Button>
          </>
        }
      />
      <AddToAlbumDialog imageIds={ids} isOpen={dialog === 'album'} onClose={() => setDialog(undefined)} onAdded={onDone} />
      <TagDialog
        isOpen={dialog === 'tag'}
        onClose={() => setDialog(undefined)}
        onAdd={(tags) => finish(() => actions.addTags.mutate({ images, tags }))}
      />
    </div>
  )
}

function TagDialog({ isOpen, onClose, onAdd }: { isOpen: boolean; onClose: () => void; onAdd: (tags: string[]) => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  // Commas of all three languages part tags.
  const tags = typed
    .split(/[,，、]/)
    .map((tag) => tag.trim())
    .filter(Boolean)
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('library.addTag')}>
      <form
        className={styles.tagForm}
        onSubmit={(event) => {
          event.preventDefault()
          if (tags.length > 0) onAdd(tags)
        }}
      >
        <TextField
          label={t('library.tags')}
          hint={t('library.tagsHint')}
          value={typed}
          autoFocus
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" look="primary" disabled={tags.length === 0}>
          {t('common.save')}
        </Button>
      </form>
    </Dialog>
  )
}

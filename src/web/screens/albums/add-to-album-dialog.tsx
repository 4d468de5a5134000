import { FolderPlus, Images } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { ApiError } from '../../api/problem.ts'
import type { AlbumView } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { ErrorNote, Loading, Note } from '../../ui/notes.tsx'
import { Picture } from '../../ui/picture.tsx'
import { toast } from '../../ui/toasts.tsx'
import styles from './albums.module.css'
import { useAlbumActions, useAlbums } from './use-albums.ts'

type Props = { imageIds: readonly string[]; isOpen: boolean; onClose: () => void; onAdded?: () => void }

/** Puts the given images into an album that is there, or into a new one. */
export function AddToAlbumDialog({ imageIds, isOpen, onClose, onAdded }: Props) {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const [title, setTitle] = useState('')
  const { pages, albums } = useAlbums({ isEnabled: isOpen })
  const { create, add } = useAlbumActions()
  const done = (album: AlbumView, added: number) => {
    const text = added === 0 ? t('albums.alreadyIn', { title: album.title }) : t('albums.added', { count: added, title: album.title })
    toast(text, { label: t('albums.open'), run: () => go(`/albums/${album.id}`) })
    setTitle('')
    onClose()
    onAdded?.()
  }
  const addTo = (album: AlbumView) => add.mutate({ id: album.id, imageIds }, { onSuccess: (added) => done(album, added) })
  const isBusy = create.isPending || add.isPending
  const error = create.error ?? add.error ?? pages.error

  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('albums.addTitle', { count: imageIds.length })}>
      <form
        className={styles.newRow}
        onSubmit={(event) => {
          event.preventDefault()
          if (title.trim() !== '') create.mutate({ title: title.trim(), imageIds }, { onSuccess: (album) => done(album, imageIds.length) })
        }}
      >
        <TextField label={t('albums.create')} value={title} maxLength={200} dir="auto" onChange={(event) => setTitle(event.target.value)} />
        <Button type="submit" look="primary" isBusy={create.isPending} disabled={isBusy || title.trim() === ''}>
          <FolderPlus size={18} aria-hidden="true" /> {t('albums.make')}
        </Button>
      </form>
      {isFull(error) ? <Note tone="warn">{t('albums.full')}</Note> : error && <ErrorNote error={error} />}
      {pages.isPending && !pages.error && <Loading />}
      {albums && albums.length > 0 && (
        <ul className={styles.choices}>
          {albums.map((album) => (
            <li key={album.id}>
              <button type="button" className={styles.choice} disabled={isBusy} onClick={() => addTo(album)}>
                {album.cover ? (
                  <Picture image={album.cover} sizes="48px" className={styles.thumb} style={{ aspectRatio: '1' }} isDecorative />
                ) : (
                  <span className={`${styles.thumb} ${styles.bare}`}>
                    <Images size={20} strokeWidth={1.6} aria-hidden="true" />
                  </span>
                )}
                <span className={styles.choiceText}>
                  <strong dir="auto">{album.title}</strong>
                  <span className={styles.count}>{t('albums.images', { count: album.images })}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {pages.hasNextPage && (
        <Button onClick={() => void pages.fetchNextPage()} isBusy={pages.isFetchingNextPage}>
          {t('common.more')}
        </Button>
      )}
    </Dialog>
  )
}

const isFull = (error: unknown): boolean => error instanceof ApiError && error.details.reason === 'album_full'

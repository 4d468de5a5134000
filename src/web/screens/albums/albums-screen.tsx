import { FolderPlus, Images } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import type { AlbumView } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, ErrorNote, Loading } from '../../ui/notes.tsx'
import { Picture } from '../../ui/picture.tsx'
import { AlbumTitleDialog } from './album-title-dialog.tsx'
import styles from './albums.module.css'
import { useAlbumActions, useAlbums } from './use-albums.ts'

/** All albums by their covers, and the way to a new one. */
export function AlbumsScreen() {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const [isNaming, setNaming] = useState(false)
  const { pages, albums } = useAlbums()
  const { create } = useAlbumActions()
  const onSave = (title: string) => create.mutate({ title }, { onSuccess: ({ id }) => go(`/albums/${id}`) })
  const newAlbum = (
    <Button look="primary" onClick={() => setNaming(true)}>
      <FolderPlus size={18} aria-hidden="true" /> {t('albums.create')}
    </Button>
  )

  return (
    <div className={styles.screen}>
      <header className={styles.header}>
        <h1>{t('common.nav.albums')}</h1>
        {albums && albums.length > 0 && newAlbum}
      </header>
      {pages.error && <ErrorNote error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isPending && !pages.error && <Loading />}
      {albums?.length === 0 && (
        <EmptyState title={t('albums.emptyTitle')} action={newAlbum}>
          {t('albums.emptyBody')}
        </EmptyState>
      )}
      {albums && albums.length > 0 && (
        <ul className={styles.covers}>
          {albums.map((album) => (
            <li key={album.id}>
              <Cover album={album} />
            </li>
          ))}
        </ul>
      )}
      {pages.hasNextPage && (
        <Button look="outline" onClick={() => void pages.fetchNextPage()} isBusy={pages.isFetchingNextPage}>
          {t('common.more')}
        </Button>
      )}
      <AlbumTitleDialog isOpen={isNaming} onClose={() => setNaming(false)} onSave={onSave} isBusy={create.isPending} error={create.error} />
    </div>
  )
}

function Cover({ album }: { album: AlbumView }) {
  const { t } = useTranslation()
  return (
    <Link to={`/albums/${album.id}`} className={styles.cover}>
      <span className={styles.stack} data-many={album.images > 1 || undefined}>
        {album.cover ? (
          <Picture image={album.cover} sizes="(min-width: 800px) 300px, 46vw" className={styles.picture} style={FILLED} isDecorative />
        ) : (
          <span className={styles.bare}>
            <Images size={30} strokeWidth={1.5} aria-hidden="true" />
          </span>
        )}
      </span>
      <strong dir="auto">{album.title}</strong>
      <span className={styles.count}>{t('albums.images', { count: album.images })}</span>
    </Link>
  )
}
const FILLED = { aspectRatio: 'auto' }

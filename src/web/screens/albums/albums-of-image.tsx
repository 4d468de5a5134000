import { FolderPlus, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { ImageView } from '../../api/types.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/notes.tsx'
import { AddToAlbumDialog } from './add-to-album-dialog.tsx'
import styles from './albums.module.css'
import { useAlbumActions, useAlbumsOf } from './use-albums.ts'

/** The albums that an image lies in, and the way into another. */
export function AlbumsOfImage({ image }: { image: Pick<ImageView, 'id'> }) {
  const { t } = useTranslation()
  const [isAdding, setAdding] = useState(false)
  const albums = useAlbumsOf(image.id)
  const { takeOut } = useAlbumActions()
  return (
    <section aria-label={t('albums.in')}>
      <div className={styles.chips}>
        {albums.data?.items.map(({ id, title }) => (
          <span key={id} className={styles.chip}>
            <Link to={`/albums/${id}`} dir="auto">
              {title}
            </Link>
            <IconButton
              label={t('albums.takeOutOf', { title })}
              size="small"
              disabled={takeOut.isPending}
              onClick={() => takeOut.mutate({ id, imageIds: [image.id] })}
            >
              <X size={13} aria-hidden="true" />
            </IconButton>
          </span>
        ))}
        <Button look="outline" size="small" onClick={() => setAdding(true)}>
          <FolderPlus size={16} aria-hidden="true" /> {t('albums.add')}
        </Button>
      </div>
      {takeOut.error && <ErrorNote error={takeOut.error} />}
      <AddToAlbumDialog imageIds={[image.id]} isOpen={isAdding} onClose={() => setAdding(false)} />
    </section>
  )
}

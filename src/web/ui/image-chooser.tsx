import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { get } from '../api/client.ts'
import type { ImageView, List } from '../api/types.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { TextField } from './field.tsx'
import styles from './image-chooser.module.css'
import { ErrorNote, Loading } from './notes.tsx'
import { Picture } from './picture.tsx'

/** A sheet to take one picture from the library. */
export function ImageChooser({ isOpen, onClose, onChoose }: { isOpen: boolean; onClose: () => void; onChoose: (imageId: string) => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const words = useDeferredValue(typed.trim())
  const pages = useInfiniteQuery({
    queryKey: ['images', 'chooser', words],
    queryFn: ({ pageParam, signal }) =>
      get<List<ImageView>>('/api/images', { limit: 48, state: 'ready', cursor: pageParam, q: words || undefined }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    enabled: isOpen,
  })
  const images = pages.data?.pages.flatMap(({ items }) => items)

  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('create.chooseImage')} isWide>
      <TextField label={t('common.search')} type="search" value={typed} onChange={(event) => setTyped(event.target.value)} />
      {pages.error && <ErrorNote error={pages.error} onRetry={() => void pages.refetch()} />}
      {!images && !pages.error && <Loading />}
      {images?.length === 0 && <p>{t('create.noImages')}</p>}
      <div className={styles.grid}>
        {images?.map((image) => (
          <button
            key={image.id}
            type="button"
            className={styles.cell}
            onClick={() => onChoose(image.id)}
            aria-label={image.title || image.id}
          >
            <Picture image={image} sizes="140px" className={styles.thumb!} isDecorative />
          </button>
        ))}
      </div>
      {pages.hasNextPage && (
        <Button onClick={() => void pages.fetchNextPage()} isBusy={pages.isFetchingNextPage}>
          {t('common.more')}
        </Button>
      )}
    </Dialog>
  )
}

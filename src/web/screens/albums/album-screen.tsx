import { ArrowLeft, BookImage, Ellipsis, FolderMinus, PencilLine, Trash2, X } from 'lucide-react'
import { useCallback, useEffect, useMemo, useReducer, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useParams } from 'wouter'
import { ApiError } from '../../api/problem.ts'
import type { AlbumView, ImageView } from '../../api/types.ts'
import { Button, buttonClass, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Menu } from '../../ui/menu.tsx'
import { EmptyState, ErrorNote, Loading } from '../../ui/notes.tsx'
import { toast } from '../../ui/toasts.tsx'
import library from '../library/library.module.css'
import { LibraryGrid } from '../library/library-grid.tsx'
import { NO_SELECTION, reduceSelection, type SelectionEvent } from '../library/selection.ts'
import { useImageActions } from '../library/use-library.ts'
import { AlbumTitleDialog } from './album-title-dialog.tsx'
import styles from './albums.module.css'
import { useAlbum, useAlbumActions, useAlbumImages } from './use-albums.ts'

/** One album: its images as in the library, chosen in the same ways. */
export function AlbumScreen() {
  const { t } = useTranslation()
  const { albumId } = useParams<{ albumId: string }>()
  const album = useAlbum(albumId)

  if (album.error instanceof ApiError && album.error.code === 'not_found') {
    return (
      <EmptyState
        heading="h1"
        title={t('common.notFoundTitle')}
        action={
          <Link to="/albums" className={buttonClass({ look: 'outline' })}>
            {t('albums.back')}
          </Link>
        }
      >
        {t('errors.not_found')}
      </EmptyState>
    )
  }
  if (album.error && !album.data) return <ErrorNote error={album.error} onRetry={() => void album.refetch()} />
  if (!album.data) return <Loading />
  return <Album key={albumId} album={album.data} />
}

function Album({ album }: { album: AlbumView }) {
  const { t } = useTranslation()
  const { pages, images } = useAlbumImages(album.id)
  const actions = useAlbumActions()
  const order = useMemo(() => images.map(({ id }) => id), [images])
  const [selection, dispatch] = useReducer(
    (before: typeof NO_SELECTION, event: SelectionEvent & { order: readonly string[] }) => reduceSelection(before, event, event.order),
    NO_SELECTION,
  )
  const act = useCallback((event: SelectionEvent) => dispatch({ ...event, order }), [order])
  useEffect(() => act({ type: 'list' }), [act])
  const chosen = images.filter(({ id }) => selection.ids.has(id))
  const onMore = useCallback(() => {
    if (!pages.isFetchingNextPage && !pages.isFetchNextPageError) void pages.fetchNextPage()
  }, [pages.isFetchingNextPage, pages.isFetchNextPageError, pages.fetchNextPage])

  const takeOut = () => {
    const imageIds = chosen.map(({ id }) => id)
    if (imageIds.length === 0) return
    actions.takeOut.mutate({ id: album.id, imageIds })
    act({ type: 'clear' })
    const undo = { label: t('common.undo'), run: () => actions.add.mutate({ id: album.id, imageIds }) }
    toast(t('albums.takenOut', { count: imageIds.length }), undo)
  }
  const problem = [actions.takeOut, actions.add, actions.change].find(({ error }) => error)?.error

  return (
    <div className={styles.screen}>
      <AlbumHeader album={album} shown={pages.data && !pages.hasNextPage ? images.length : undefined} />
      {problem && <ErrorNote error={problem} />}
      {pages.error && <ErrorNote error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isPending && !pages.error && <Loading />}
      {pages.data && images.length === 0 && !pages.hasNextPage && (
        <EmptyState
          title={t('albums.nothingIn')}
          action={
            <Link to="/library" className={buttonClass({ look: 'primary' })}>
              {t('albums.toLibrary')}
            </Link>
          }
        >
          {t('albums.nothingInBody')}
        </EmptyState>
      )}
      {images.length > 0 && (
        <LibraryGrid images={images} selection={selection} dispatch={act} hasMore={pages.hasNextPage} onMore={onMore} onDelete={takeOut} />
      )}
      {chosen.length > 0 && (
        <AlbumBar
          images={chosen}
          onTakeOut={takeOut}
          onCover={(coverId) => {
            actions.change.mutate({ id: album.id, values: { coverId } })
            act({ type: 'clear' })
          }}
          onDone={() => act({ type: 'clear' })}
        />
      )}
    </div>
  )
}

/** The name, how many, and what can be done with the whole. `shown` is known once all have come: the rest is in the trash. */
function AlbumHeader({ album, shown = album.images }: { album: AlbumView; shown: number | undefined }) {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const [dialog, setDialog] = useState<'rename' | 'remove'>()
  const { change, discard } = useAlbumActions()
  const close = () => setDialog(undefined)
  const trashed = Math.max(0, album.images - shown)
  const onRemove = () =>
    discard.mutate(album.id, {
      onSuccess: () => {
        toast(t('albums.removed', { title: album.title }))
        go('/albums')
      },
    })

  return (
    <header className={styles.header}>
      <div className={styles.names}>
        <Link to="/albums" className={styles.up}>
          <ArrowLeft size={16} aria-hidden="true" /> {t('albums.back')}
        </Link>
        <h1 dir="auto">{album.title}</h1>
        <span className={styles.count}>
          {t('albums.images', { count: shown })}
          {trashed > 0 && ` · ${t('albums.inTrash', { count: trashed })}`}
        </span>
      </div>
      <Menu
        trigger={
          <Button look="outline" aria-label={t('albums.actions')}>
            <Ellipsis size={20} aria-hidden="true" />
          </Button>
        }
        items={[
          { label: t('albums.rename'), icon: <PencilLine size={17} aria-hidden="true" />, onSelect: () => setDialog('rename') },
          'separator',
          {
            label: t('albums.remove'),
            icon: <Trash2 size={17} aria-hidden="true" />,
            onSelect: () => setDialog('remove'),
            isDanger: true,
          },
        ]}
      />
      <AlbumTitleDialog
        isOpen={dialog === 'rename'}
        onClose={close}
        before={album.title}
        onSave={(title) => change.mutate({ id: album.id, values: { title } }, { onSuccess: close })}
        isBusy={change.isPending}
        error={change.error}
      />
      <Dialog
        isOpen={dialog === 'remove'}
        onClose={close}
        title={t('albums.removeTitle', { title: album.title })}
        description={t('albums.removeBody')}
        actions={
          <>
            <Button onClick={close}>{t('common.cancel')}</Button>
            <Button look="danger" isBusy={discard.isPending} onClick={onRemove}>
              {t('albums.remove')}
            </Button>
          </>
        }
      >
        {discard.error && <ErrorNote error={discard.error} />}
      </Dialog>
    </header>
  )
}

type BarProps = { images: readonly ImageView[]; onTakeOut: () => void; onCover: (id: string) => void; onDone: () => void }

/** What can be done with images chosen in an album. */
function AlbumBar({ images, onTakeOut, onCover, onDone }: BarProps) {
  const { t } = useTranslation()
  const { trash, restore } = useImageActions()
  const ids = images.map(({ id }) => id)
  const toTrash = () => {
    trash.mutate(ids)
    onDone()
    toast(t('library.trashed', { count: ids.length }), { label: t('common.undo'), run: () => restore.mutate(ids) })
  }
  return (
    <div className={library.bar} role="toolbar" aria-label={t('library.chosenActions')}>
      <IconButton label={t('library.letGo')} onClick={onDone}>
        <X size={20} aria-hidden="true" />
      </IconButton>
      <strong aria-live="polite">{t('library.chosen', { count: images.length })}</strong>
      <span className={library.grow} />
      {images.length === 1 && images[0]!.state === 'ready' && (
        <Button look="quiet" aria-label={t('albums.asCover')} onClick={() => onCover(images[0]!.id)}>
          <BookImage size={18} aria-hidden="true" /> <span className={library.wideOnly}>{t('albums.asCover')}</span>
        </Button>
      )}
      <Button look="quiet" aria-label={t('albums.takeOut')} onClick={onTakeOut}>
        <FolderMinus size={18} aria-hidden="true" /> <span className={library.wideOnly}>{t('albums.takeOut')}</span>
      </Button>
      <Button look="danger" aria-label={t('library.toTrash')} onClick={toTrash}>
        <Trash2 size={18} aria-hidden="true" /> <span className={library.wideOnly}>{t('library.toTrash')}</span>
      </Button>
    </div>
  )
}

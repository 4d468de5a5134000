import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Copy, Download, Heart, RefreshCw, RotateCcw, Shuffle, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useParams } from 'wouter'
import { post, remove } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import { useImage, useModels } from '../../api/queries.ts'
import type { ImageView } from '../../api/types.ts'
import { Button, buttonClass, IconButton } from '../../ui/button.tsx'
import { EmptyState, ErrorNote, Loading, Note } from '../../ui/notes.tsx'
import { toast } from '../../ui/toasts.tsx'
import { AlbumsOfImage } from '../albums/albums-of-image.tsx'
import { draftOf } from '../create/draft.ts'
import { handOver } from '../create/use-draft.ts'
import { useImageActions } from '../library/use-library.ts'
import { ActivityList } from './activity-list.tsx'
import styles from './detail.module.css'
import { Facts } from './facts.tsx'
import { Lineage } from './lineage.tsx'
import { LinksPanel } from './links-panel.tsx'
import { Marks } from './marks.tsx'
import { Similar } from './similar.tsx'
import { TitleAndTags } from './title-and-tags.tsx'
import { Viewer } from './viewer.tsx'

/** One image: looked at closely, with all that is known of it and all that can be done with it. */
export function DetailScreen() {
  const { t } = useTranslation()
  const { imageId } = useParams<{ imageId: string }>()
  const image = useImage(imageId)

  if (image.error instanceof ApiError && image.error.code === 'not_found')
    return (
      <EmptyState
        heading="h1"
        title={t('common.notFoundTitle')}
        action={
          <Link to="/library" className={buttonClass({ look: 'outline' })}>
            {t('library.backToLibrary')}
          </Link>
        }
      >
        {t('errors.not_found')}
      </EmptyState>
    )
  if (image.error && !image.data) return <ErrorNote error={image.error} onRetry={() => void image.refetch()} />
  if (!image.data) return <Loading />
  return <Detail image={image.data} />
}

function Detail({ image }: { image: ImageView }) {
  const { t } = useTranslation()
  const isBroken = image.state === 'failed' || image.state === 'rejected'
  return (
    <div className={styles.screen}>
      <Viewer image={image} />
      <aside className={styles.panel} aria-label={t('detail.about')}>
        <TitleAndTags image={image} />
        <Marks image={image} />
        <Actions image={image} />
        {image.state !== 'trashed' && <AlbumsOfImage image={image} />}
        {isBroken && <Failure image={image} />}
        <Facts image={image} />
        {image.state === 'ready' && <LinksPanel image={image} />}
        <Lineage image={image} />
        {image.state === 'ready' && <Similar image={image} />}
        <ActivityList imageId={image.id} />
      </aside>
    </div>
  )
}

function Actions({ image }: { image: ImageView }) {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const models = useModels()
  const actions = useImageActions()
  const vary = models.data?.items.some(
    ({ tasks, lifecycle }) => lifecycle.state !== 'retired' && tasks.some(({ task }) => task === 'image-to-image'),
  )
  const isTrashed = image.state === 'trashed'

  const useSettings = () => {
    handOver(draftOf(image.madeWith!))
    go('/')
  }
  const onVary = () => {
    handOver({
      task: 'image-to-image',
      prompt: image.madeWith?.prompt ?? image.title,
      ...(image.madeWith && { modelId: image.madeWith.modelId }),
      inputs: [{ role: 'source', imageId: image.id }],
      parameters: { strength: 0.5 },
    })
    go('/')
  }
  const toTrash = async () => {
    await actions.trash.mutateAsync([image.id])
    toast(t('library.trashed', { count: 1 }), { label: t('common.undo'), run: () => actions.restore.mutate([image.id]) })
    go('/library')
  }
  const problem = Object.values(actions).find(({ error }) => error)?.error

  return (
    <div className={styles.actions}>
      {image.madeWith && (
        <Button look="primary" onClick={useSettings}>
          <Copy size={17} aria-hidden="true" /> {t('create.useSettings')}
        </Button>
      )}
      {vary && image.state === 'ready' && (
        <Button look="outline" onClick={onVary}>
          <Shuffle size={17} aria-hidden="true" /> {t('detail.vary')}
        </Button>
      )}
      {image.urls && (
        <a className={buttonClass({ look: 'outline' })} href={image.urls.original} download>
          <Download size={17} aria-hidden="true" /> {t('detail.download')}
        </a>
      )}
      {isTrashed ? (
        <Button onClick={() => actions.restore.mutate([image.id])}>
          <RotateCcw size={17} aria-hidden="true" /> {t('library.restore')}
        </Button>
      ) : (
        <>
          <IconButton
            label={t(image.isFavourite ? 'library.unfavourite' : 'library.favourite')}
            aria-pressed={image.isFavourite}
            onClick={() => actions.change.mutate({ ids: [image.id], values: { isFavourite: !image.isFavourite } })}
          >
            <Heart size={20} fill={image.isFavourite ? 'currentColor' : 'none'} aria-hidden="true" />
          </IconButton>
          <IconButton label={t('library.toTrash')} onClick={() => void toTrash()}>
            <Trash2 size={19} aria-hidden="true" />
          </IconButton>
        </>
      )}
      {problem && <ErrorNote error={problem} />}
    </div>
  )
}

/** Why it failed, in words, and the ways on: process again, or the picture that it repeats. */
function Failure({ image }: { image: ImageView }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const again = useMutation({
    mutationFn: () => post(`/api/images/${image.id}/process`),
    onSettled: () => queries.invalidateQueries({ queryKey: ['image', image.id] }),
  })
  const discard = useMutation({ mutationFn: () => remove(`/api/images/${image.id}?permanently=true`), onSuccess: () => history.back() })
  return (
    <>
      <Note
        tone="warn"
        action={
          image.state === 'failed' ? (
            <Button size="small" look="outline" isBusy={again.isPending} onClick={() => again.mutate()}>
              <RefreshCw size={15} aria-hidden="true" /> {t('detail.processAgain')}
            </Button>
          ) : (
            <Button size="small" look="outline" isBusy={discard.isPending} onClick={() => discard.mutate()}>
              {t('common.delete')}
            </Button>
          )
        }
      >
        {t([`detail.reasons.${image.reason}`, 'detail.reasons.other'] as never)}
        {image.duplicateOf && (
          <>
            {' '}
            <a href={`/images/${image.duplicateOf}`}>{t('detail.seeOriginal')}</a>
          </>
        )}
        {image.reasonDetail && <div className={styles.quiet}>{image.reasonDetail}</div>}
      </Note>
      {(again.error ?? discard.error) && <ErrorNote error={again.error ?? discard.error} />}
    </>
  )
}

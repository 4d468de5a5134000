import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Copy, RotateCcw, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { post } from '../../api/client.ts'
import { useImage } from '../../api/queries.ts'
import type { GenerationView } from '../../api/types.ts'
import { money, relative } from '../../lib/format.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { ErrorNote, Note } from '../../ui/notes.tsx'
import { Picture } from '../../ui/picture.tsx'
import styles from './results.module.css'

type Props = { generation: GenerationView; modelName: string; isProcedural: boolean; onReuse: () => void }
const isSettled = ({ state }: GenerationView) => state !== 'queued' && state !== 'running'

/** One request and its pictures as they come; what went wrong is said in it, with what was charged. */
export function GenerationCard({ generation, modelName, isProcedural, onReuse }: Props) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const after = () => queries.invalidateQueries({ queryKey: ['generations'] })
  const cancel = useMutation({ mutationFn: () => post(`/api/generations/${generation.id}/cancel`), onSettled: after })
  const retry = useMutation({ mutationFn: () => post(`/api/generations/${generation.id}/retry`), onSettled: after })
  const { request, state } = generation
  const canRetry = ['failed', 'partial', 'cancelled'].includes(state)

  return (
    <article className={styles.card} aria-busy={!isSettled(generation)}>
      <header className={styles.head}>
        <div className={styles.words}>
          <p className={styles.prompt}>{request.prompt || t(`tasks.${generation.task}`)}</p>
          <p className={styles.meta}>
            <span>{modelName}</span>
            {isProcedural && <Badge>{t('marks.procedural')}</Badge>}
            <State generation={generation} />
          </p>
        </div>
        <div className={styles.actions}>
          {!isSettled(generation) && (
            <Button
              size="small"
              look="quiet"
              isBusy={cancel.isPending || generation.cancelRequestedAt !== undefined}
              onClick={() => cancel.mutate()}
            >
              <X size={16} aria-hidden="true" /> {t('common.cancel')}
            </Button>
          )}
          {canRetry && (
            <Button size="small" look="outline" isBusy={retry.isPending} onClick={() => retry.mutate()}>
              <RotateCcw size={15} aria-hidden="true" /> {t('common.retry')}
            </Button>
          )}
          <IconButton label={t('create.useSettings')} size="small" onClick={onReuse}>
            <Copy size={17} aria-hidden="true" />
          </IconButton>
        </div>
      </header>
      <div className={styles.pictures}>
        {generation.images.map((output) => (
          <Output key={output.id} output={output} request={request} isSettled={isSettled(generation)} />
        ))}
      </div>
      <Outcome generation={generation} />
      {(cancel.error ?? retry.error) && <ErrorNote error={cancel.error ?? retry.error} />}
    </article>
  )
}

function State({ generation }: { generation: GenerationView }) {
  const { t } = useTranslation()
  const now = useNow(!isSettled(generation))
  const { state, startsAfter, createdAt, chargedMicroUsd } = generation
  if (state === 'queued' && startsAfter && new Date(startsAfter).getTime() > now + 1500)
    return <span>{t('create.startsIn', { when: relative(startsAfter, now) })}</span>
  if (!isSettled(generation)) return <span>{t(`create.states.${state === 'queued' ? 'queued' : 'running'}`)}</span>
  return (
    <span>
      {relative(createdAt)}
      {chargedMicroUsd ? ` · ${money(chargedMicroUsd)}` : ''}
    </span>
  )
}

function Output({
  output,
  request,
  isSettled,
}: {
  output: GenerationView['images'][number]
  request: GenerationView['request']
  isSettled: boolean
}) {
  const { t } = useTranslation()
  const image = useImage(output.state === 'made' ? output.id : undefined)
  const ratio = aspectOf(request)
  if (output.state === 'made' && image.data?.state === 'ready')
    return (
      <Link to={`/images/${output.id}`} className={styles.picture}>
        <Picture image={image.data} sizes="(min-width: 1100px) 300px, 45vw" />
      </Link>
    )
  // What still waits when all has settled was never made.
  const lost = output.state === 'waiting' ? (isSettled ? 'cancelled' : undefined) : output.state === 'made' ? undefined : output.state
  return (
    <div className={styles.waiting} style={{ aspectRatio: ratio }} data-lost={lost}>
      {lost && <span>{t(`create.outputs.${lost}`)}</span>}
    </div>
  )
}

function Outcome({ generation: { state, reasonDetail, adjustments, chargedMicroUsd } }: { generation: GenerationView }) {
  const { t } = useTranslation()
  const charged = chargedMicroUsd ? t('create.charged', { price: money(chargedMicroUsd) }) : t('create.nothingCharged')
  return (
    <>
      {adjustments.length > 0 && <p className={styles.adjustments}>{adjustments.join(' ')}</p>}
      {(state === 'refused' || state === 'failed' || state === 'partial') && (
        <Note tone={state === 'failed' ? 'bad' : 'warn'}>
          {t(`create.outcomes.${state}`)} {charged}
          {reasonDetail && <div className={styles.reason}>{reasonDetail}</div>}
        </Note>
      )}
    </>
  )
}

const aspectOf = ({ width, height, aspectRatio }: GenerationView['request']) =>
  width && height ? `${width} / ${height}` : (aspectRatio?.replace(':', ' / ') ?? '1 / 1')

/** The time, told each second while it matters. */
function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [isRunning])
  return now
}

import { Check, CircleAlert, Copy, Pause, Play, RotateCcw, X } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useImage } from '../../api/queries.ts'
import { bytes, percent } from '../../lib/format.ts'
import { IconButton } from '../../ui/button.tsx'
import { Picture } from '../../ui/picture.tsx'
import type { UploadItem } from '../../upload/queue.ts'
import { tell } from '../../upload/uploader.ts'
import { ProcessingSteps } from './processing-steps.tsx'
import styles from './upload.module.css'

/**
 * One file: how far it is, what the studio does with it, and what can be done when it failed. Drawn anew only when its own item changes:
 * a folder of hundreds tells something many times a second.
 */
export const UploadRow = memo(function UploadRow({ item }: { item: UploadItem }) {
  const { t } = useTranslation()
  const { id, name, size, state, sent, imageId, reason } = item
  const image = useImage(state === 'ready' || state === 'duplicate' ? imageId : undefined)
  const done = size > 0 ? sent / size : 0

  return (
    <li className={styles.row} data-state={state}>
      <div className={styles.thumb}>
        {image.data && <Picture image={image.data} sizes="52px" className={styles.picture} isDecorative />}
      </div>
      <div className={styles.grow}>
        <p className={styles.name}>{imageId && state !== 'failed' ? <Link to={`/images/${imageId}`}>{name}</Link> : name}</p>
        {state === 'sending' && <progress max={1} value={done} aria-label={name} />}
        <p className={styles.quiet}>
          {state === 'ready' && <Check size={15} aria-hidden="true" />}
          {state === 'duplicate' && <Copy size={14} aria-hidden="true" />}
          {state === 'failed' && <CircleAlert size={15} aria-hidden="true" />}
          {state === 'sending' ? `${percent(done)} · ${bytes(size)}` : t(`upload.states.${state}`)}
          {state === 'failed' && ` ${t([`detail.reasons.${reason}`, 'upload.failedBody'] as never)}`}
        </p>
        {state === 'processing' && imageId && <ProcessingSteps imageId={imageId} />}
      </div>
      {(state === 'sending' || state === 'waiting') && (
        <IconButton label={t('upload.pause')} size="small" onClick={() => tell({ type: 'pause', id })}>
          <Pause size={17} aria-hidden="true" />
        </IconButton>
      )}
      {state === 'paused' && (
        <IconButton label={t('upload.resume')} size="small" onClick={() => tell({ type: 'resume', id })}>
          <Play size={17} aria-hidden="true" />
        </IconButton>
      )}
      {state === 'failed' && (
        <IconButton label={t('common.retry')} size="small" onClick={() => tell({ type: 'retry', id })}>
          <RotateCcw size={17} aria-hidden="true" />
        </IconButton>
      )}
      <IconButton label={t('upload.remove')} size="small" onClick={() => tell({ type: 'remove', id })}>
        <X size={17} aria-hidden="true" />
      </IconButton>
    </li>
  )
})

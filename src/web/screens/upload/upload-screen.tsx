import { FolderOpen, Pause, Play, RotateCcw, Upload } from 'lucide-react'
import { type DragEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { bytes, number } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { filesOf } from '../../upload/dropped-files.ts'
import { totalsOf } from '../../upload/queue.ts'
import { addFiles, subscribeUploads, tell, uploads } from '../../upload/uploader.ts'
import styles from './upload.module.css'
import { UploadRow } from './upload-row.tsx'
import { useSpeed } from './use-speed.ts'

/** The way in: drop, paste, choose files or a folder; each file's way told until it is ready. */
export function UploadScreen() {
  const { t } = useTranslation()
  const queue = useSyncExternalStore(subscribeUploads, uploads)
  const [isOver, setOver] = useState(false)
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const totals = totalsOf(queue)
  const speed = useSpeed(totals.sent, totals.isBusy)
  const isPaused = !totals.isBusy && queue.items.some(({ state }) => state === 'paused')

  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => event.clipboardData?.files.length && addFiles(event.clipboardData.files)
    addEventListener('paste', onPaste)
    return () => removeEventListener('paste', onPaste)
  }, [])

  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    void filesOf(event.dataTransfer).then(addFiles)
  }
  const onChoose = (event: { target: HTMLInputElement }) => {
    addFiles(event.target.files ?? [])
    event.target.value = ''
  }

  return (
    <div className={styles.screen}>
      <h1>{t('common.nav.upload')}</h1>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the buttons inside do the same */}
      <div
        className={styles.drop}
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <Upload size={34} strokeWidth={1.5} aria-hidden="true" />
        <p className={styles.lead}>{t('upload.drop')}</p>
        <div className={styles.buttons}>
          <Button look="primary" size="large" onClick={() => files.current?.click()}>
            {t('upload.chooseFiles')}
          </Button>
          <Button look="outline" size="large" onClick={() => folder.current?.click()}>
            <FolderOpen size={18} aria-hidden="true" /> {t('upload.chooseFolder')}
          </Button>
        </div>
        <p className={styles.quiet}>{t('upload.formats')}</p>
        <input ref={files} type="file" multiple hidden accept="image/*,.heic,.heif,.tif,.tiff" onChange={onChoose} />
        <input ref={folder} type="file" multiple hidden {...{ webkitdirectory: '' }} onChange={onChoose} />
      </div>
      {queue.items.length > 0 && (
        <section aria-label={t('upload.queue')} className={styles.queue}>
          <header className={styles.totals}>
            <div className={styles.grow}>
              <p aria-live="polite">{t('upload.done', { done: number(totals.done), count: totals.files })}</p>
              <p className={styles.quiet}>
                {bytes(totals.sent)} / {bytes(totals.bytes)}
                {speed > 0 && ` · ${t('upload.speed', { speed: bytes(speed) })}`}
              </p>
            </div>
            {totals.isBusy && (
              <Button size="small" onClick={() => tell({ type: 'pause' })}>
                <Pause size={15} aria-hidden="true" /> {t('upload.pause')}
              </Button>
            )}
            {isPaused && (
              <Button size="small" look="primary" onClick={() => tell({ type: 'resume' })}>
                <Play size={15} aria-hidden="true" /> {t('upload.resume')}
              </Button>
            )}
            {totals.failed > 0 && (
              <Button size="small" look="outline" onClick={() => tell({ type: 'retry' })}>
                <RotateCcw size={15} aria-hidden="true" /> {t('upload.retryAll', { count: totals.failed })}
              </Button>
            )}
            {totals.done > 0 && (
              <Button size="small" look="quiet" onClick={() => tell({ type: 'clear' })}>
                {t('upload.clear')}
              </Button>
            )}
          </header>
          <ul className={styles.rows}>
            {queue.items.map((item) => (
              <UploadRow key={item.id} item={item} />
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useModels } from '../../api/queries.ts'
import type { ImageView } from '../../api/types.ts'
import { bytes, dateTime, number } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { toast } from '../../ui/toasts.tsx'
import styles from './detail.module.css'

/** What is known of the image: what it was made with, its size, and what a camera wrote (told to the owner only). */
export function Facts({ image }: { image: ImageView }) {
  const { t } = useTranslation()
  const models = useModels()
  const { madeWith, camera } = image
  const modelName = models.data?.items.find(({ id }) => id === madeWith?.modelId)?.name ?? madeWith?.modelId
  const copyPrompt = async () => {
    await navigator.clipboard.writeText(madeWith!.prompt!)
    toast(t('common.copied'))
  }
  const rows: [string, ReactNode][] = [
    ...row(t('create.task'), madeWith && t(`tasks.${madeWith.task}`)),
    ...row(t('library.model'), modelName),
    ...row(t('create.seed'), madeWith?.seed),
    ...row(t('detail.promptSent'), madeWith?.promptSent),
    ...row(t('create.negative'), madeWith?.negativePrompt),
    ...Object.entries(madeWith?.parameters ?? {}).flatMap(([name, value]) =>
      row(t([`create.parameters.${name}`, 'create.parameters.unnamed'] as never, { name }), String(value)),
    ),
    ...row(t('detail.size'), image.width > 0 && `${number(image.width)} × ${number(image.height)}`),
    ...row(t('detail.file'), image.format && `${image.format.toUpperCase()}, ${bytes(image.byteLength)}`),
    ...row(t('detail.fileName'), image.fileName),
    ...row(t('detail.camera'), camera && [camera.make, camera.model].filter(Boolean).join(' ')),
    ...row(t('detail.lens'), camera?.lens),
    ...row(t('detail.exposure'), camera && exposureOf(camera)),
    ...row(t('detail.taken'), camera?.takenAt),
    ...row(t('detail.place'), camera?.latitude !== undefined && `${camera.latitude.toFixed(5)}, ${camera.longitude?.toFixed(5)}`),
    ...row(t('detail.created'), dateTime(image.createdAt)),
  ]

  return (
    <section className={styles.section}>
      {madeWith?.prompt && (
        <figure className={styles.prompt}>
          <blockquote dir="auto">{madeWith.prompt}</blockquote>
          <Button size="small" look="quiet" onClick={() => void copyPrompt()}>
            {t('common.copy')}
          </Button>
        </figure>
      )}
      <dl className={styles.facts}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
      {madeWith?.adjustments?.map((sentence) => (
        <p key={sentence} className={styles.quiet}>
          {sentence}
        </p>
      ))}
      {image.palette && image.palette.length > 0 && (
        <ul className={styles.palette} aria-label={t('detail.palette')}>
          {image.palette.map((colour) => (
            <li key={colour} style={{ background: colour }} title={colour}>
              <span className="visually-hidden">{colour}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const row = (name: string, value: ReactNode): [string, ReactNode][] =>
  value === undefined || value === '' || value === false ? [] : [[name, value]]

function exposureOf({ exposureSeconds, fNumber, iso, focalLengthMm }: NonNullable<ImageView['camera']>): string {
  const time = exposureSeconds && (exposureSeconds < 1 ? `1/${Math.round(1 / exposureSeconds)} s` : `${exposureSeconds} s`)
  return [time, fNumber && `f/${fNumber}`, iso && `ISO ${iso}`, focalLengthMm && `${focalLengthMm} mm`].filter(Boolean).join(' · ')
}

import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { get } from '../../api/client.ts'
import type { ActivityView } from '../../api/types.ts'
import styles from './upload.module.css'

const STEPS = ['inspect', 'render', 'moderate', 'publish'] as const

/** The steps of processing as they are done; the feed says when to look again. */
export function ProcessingSteps({ imageId }: { imageId: string }) {
  const { t } = useTranslation()
  const activity = useQuery({
    queryKey: ['image', imageId, 'activity'],
    queryFn: ({ signal }) => get<{ items: ActivityView[] }>(`/api/images/${imageId}/activity`, undefined, signal),
  })
  const done = new Set(activity.data?.items.filter(({ outcome }) => outcome === 'done').map(({ step }) => step.toLowerCase()))
  return (
    <ol className={styles.steps}>
      {STEPS.map((step) => (
        <li key={step} data-done={done.has(step) || undefined}>
          {t(`detail.steps.${step}`)}
        </li>
      ))}
    </ol>
  )
}

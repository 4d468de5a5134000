import { Clapperboard, Cpu, Sparkles } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useModels } from '../../api/queries.ts'
import type { ImageView } from '../../api/types.ts'
import styles from './detail.module.css'

/** How the picture came to be: by AI, by rules, edited, moving. The same is written into its bytes. */
export function Marks({ image }: { image: Pick<ImageView, 'origin' | 'frames' | 'madeWith'> }) {
  const { t } = useTranslation()
  const models = useModels()
  const model = models.data?.items.find(({ id }) => id === image.madeWith?.modelId)
  const isMade = image.origin !== 'upload'
  return (
    <ul className={styles.marks}>
      {isMade && (
        <li>
          {model?.isProcedural ? <Cpu size={14} aria-hidden="true" /> : <Sparkles size={14} aria-hidden="true" />}
          {t(model?.isProcedural ? 'marks.procedural' : image.origin === 'edited' ? 'marks.edited' : 'marks.ai')}
        </li>
      )}
      {(image.frames ?? 1) > 1 && (
        <li>
          <Clapperboard size={14} aria-hidden="true" />
          {t('marks.animated')}
        </li>
      )}
    </ul>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { get } from '../../api/client.ts'
import type { ImageView } from '../../api/types.ts'
import { Picture } from '../../ui/picture.tsx'
import styles from './detail.module.css'

type Answer = { ancestors: ImageView[]; children: ImageView[] }

/** Where the picture came from and what came of it, as a tree: the oldest ancestor at the top. Nothing when it stands alone. */
export function Lineage({ image }: { image: ImageView }) {
  const { t } = useTranslation()
  const lineage = useQuery({
    queryKey: ['image', image.id, 'lineage'],
    queryFn: ({ signal }) => get<Answer>(`/api/images/${image.id}/lineage`, undefined, signal),
  })
  const { ancestors = [], children = [] } = lineage.data ?? {}
  if (ancestors.length + children.length === 0) return null
  const trunk = [...ancestors.toReversed(), image]

  return (
    <section className={styles.section}>
      <h2>{t('detail.lineage')}</h2>
      <Branch trunk={trunk} leaves={children} here={image.id} />
    </section>
  )
}

function Branch({ trunk: [node, ...rest], leaves, here }: { trunk: ImageView[]; leaves: ImageView[]; here: string }) {
  if (!node) return null
  return (
    <ul className={styles.tree}>
      <li>
        <Leaf image={node} isHere={node.id === here} />
        {rest.length > 0 ? (
          <Branch trunk={rest} leaves={leaves} here={here} />
        ) : (
          leaves.length > 0 && (
            <ul className={styles.tree}>
              {leaves.map((leaf) => (
                <li key={leaf.id}>
                  <Leaf image={leaf} isHere={false} />
                </li>
              ))}
            </ul>
          )
        )}
      </li>
    </ul>
  )
}

function Leaf({ image, isHere }: { image: ImageView; isHere: boolean }) {
  const { t } = useTranslation()
  const label = image.madeWith ? t(`tasks.${image.madeWith.task}`) : t('library.origins.upload')
  return (
    <Link to={`/images/${image.id}`} className={styles.leaf} aria-current={isHere ? 'true' : undefined}>
      <Picture image={image} sizes="56px" className={styles.leafPicture} isDecorative />
      <span>
        <span className={styles.leafTitle}>{image.title || t('library.untitled')}</span>
        <span className={styles.quiet}>{label}</span>
      </span>
    </Link>
  )
}

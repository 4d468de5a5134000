import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { get } from '../../api/client.ts'
import type { ImageView, List } from '../../api/types.ts'
import { ErrorNote } from '../../ui/notes.tsx'
import { Picture } from '../../ui/picture.tsx'
import { useSite } from '../sign-in/use-site.ts'
import styles from './detail.module.css'

const MOST = 9

/** Other pictures of the library that show much the same, where an embedding model is configured. Asked for when it is opened. */
export function Similar({ image }: { image: ImageView }) {
  const { t } = useTranslation()
  const isConfigured = useSite()?.features?.embeddings ?? false
  const similar = useQuery({
    queryKey: ['image', image.id, 'similar'],
    queryFn: ({ signal }) => get<List<ImageView>>(`/api/images/${image.id}/similar`, { limit: MOST }, signal),
    enabled: isConfigured,
    staleTime: 60_000,
    retry: false,
  })
  if (!isConfigured || similar.data?.items.length === 0) return null

  return (
    <section className={styles.section}>
      <h2>{t('detail.similar')}</h2>
      {similar.error && <ErrorNote error={similar.error} onRetry={() => void similar.refetch()} />}
      <ul className={styles.similar} aria-busy={similar.isPending || undefined}>
        {similar.data?.items.map((one) => (
          <li key={one.id}>
            <Link to={`/images/${one.id}`} aria-label={one.title || t('library.untitled')}>
              <Picture image={one} sizes="110px" className={styles.similarPicture} isDecorative />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

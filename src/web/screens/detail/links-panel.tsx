import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link2, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Transform } from '#core/transform.ts'
import { get, post, remove } from '../../api/client.ts'
import type { ImageView } from '../../api/types.ts'
import { dateTime } from '../../lib/format.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { ErrorNote } from '../../ui/notes.tsx'
import { CodeToCopy } from './code-to-copy.tsx'
import styles from './detail.module.css'
import { FORMATS, LIFETIMES, type Lifetime, snippetsOf, transformOf } from './link-form.ts'

type LinkView = { id: string; url: string; transform: Transform; createdAt: string; expiresAt?: string }

/** Links that can be handed on: their size and format chosen here, each revocable, with the code that embeds them. */
export function LinksPanel({ image }: { image: ImageView }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [width, setWidth] = useState('1280')
  const [format, setFormat] = useState<(typeof FORMATS)[number]>('auto')
  const [quality, setQuality] = useState('')
  const [lifetime, setLifetime] = useState<Lifetime>('week')
  const key = ['image', image.id, 'links']
  const links = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get<{ items: LinkView[] }>(`/api/images/${image.id}/links`, undefined, signal),
  })
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  const transform = transformOf({ width, format, quality })
  const make = useMutation({
    mutationFn: () => post<LinkView>(`/api/images/${image.id}/links`, { transform, ...LIFETIMES[lifetime] }),
    onSuccess: refresh,
  })
  const revoke = useMutation({ mutationFn: (id: string) => remove(`/api/links/${id}`), onSuccess: refresh })
  const shown = make.data && links.data?.items.some(({ id }) => id === make.data.id) ? make.data : undefined

  return (
    <details className={styles.section}>
      <summary>{t('detail.share')}</summary>
      <form
        className={styles.linkForm}
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <TextField
          label={t('create.width')}
          type="number"
          min={16}
          max={8192}
          placeholder={String(image.width)}
          value={width}
          onChange={(event) => setWidth(event.target.value)}
        />
        <SelectField label={t('detail.format')} value={format} onChange={(event) => setFormat(event.target.value as typeof format)}>
          {FORMATS.map((one) => (
            <option key={one} value={one}>
              {one === 'auto' ? t('detail.formatAuto') : one.toUpperCase()}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('create.parameters.quality')}
          type="number"
          min={1}
          max={100}
          placeholder={t('detail.qualityAuto')}
          value={quality}
          onChange={(event) => setQuality(event.target.value)}
        />
        <SelectField label={t('detail.lifetime')} value={lifetime} onChange={(event) => setLifetime(event.target.value as Lifetime)}>
          {(Object.keys(LIFETIMES) as Lifetime[]).map((one) => (
            <option key={one} value={one}>
              {t(`detail.lifetimes.${one}`)}
            </option>
          ))}
        </SelectField>
        <Button type="submit" look="primary" isBusy={make.isPending} isWide>
          <Link2 size={17} aria-hidden="true" /> {t('detail.makeLink')}
        </Button>
      </form>
      {make.error && <ErrorNote error={make.error} />}
      {shown && (
        <>
          <img className={styles.linkPreview} src={shown.url} alt={t('detail.linkPreview')} />
          <CodeToCopy snippets={snippetsOf({ image, url: shown.url, page: `${location.origin}/s/${shown.id}` })} />
        </>
      )}
      {links.error && <ErrorNote error={links.error} onRetry={() => void links.refetch()} />}
      <ul className={styles.links}>
        {links.data?.items.map((link) => (
          <li key={link.id}>
            <a href={`/s/${link.id}`} target="_blank" rel="noreferrer">
              {[link.transform.w && `${link.transform.w} px`, (link.transform.fm ?? 'auto').toUpperCase()].filter(Boolean).join(' · ')}
            </a>
            <span className={styles.quiet}>
              {link.expiresAt ? t('detail.until', { when: dateTime(link.expiresAt) }) : t('detail.lifetimes.public')}
            </span>
            <IconButton label={t('detail.revoke')} size="small" onClick={() => revoke.mutate(link.id)}>
              <Trash2 size={16} aria-hidden="true" />
            </IconButton>
          </li>
        ))}
      </ul>
      {revoke.error && <ErrorNote error={revoke.error} />}
    </details>
  )
}

import { Heart, Search, Sparkles, X } from 'lucide-react'
import { memo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ORIGINS } from '#core/image.ts'
import { useModels } from '../../api/queries.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { useSite } from '../sign-in/use-site.ts'
import type { Filters } from './filters.ts'
import styles from './library.module.css'

type Props = { typed: string; onType: (words: string) => void; filters: Filters; onChange: (filters: Filters) => void }

/** Words, and chips for the rest; a set chip shows its value and can be taken off. */
export const FilterBar = memo(function FilterBar({ typed, onType, filters, onChange }: Props) {
  const { t } = useTranslation()
  const models = useModels()
  const hasMeaning = useSite()?.features?.embeddings ?? false
  const [isOpen, setOpen] = useState(Boolean(filters.from || filters.to || filters.tag || filters.model))
  const set = (change: Filters) => onChange({ ...filters, ...change })
  const toggle = <K extends keyof Filters>(name: K, value: Filters[K]) =>
    set({ [name]: filters[name] === value ? undefined : value } as Filters)

  return (
    <div className={styles.filters}>
      <label className={styles.search}>
        <Search size={18} aria-hidden="true" />
        <span className="visually-hidden">{t('common.search')}</span>
        <input
          type="search"
          value={typed}
          placeholder={t(filters.by ? 'library.meaningPlaceholder' : 'library.searchPlaceholder')}
          onChange={(event) => onType(event.target.value)}
        />
        {typed && (
          <IconButton label={t('library.clearSearch')} size="small" onClick={() => onType('')}>
            <X size={16} aria-hidden="true" />
          </IconButton>
        )}
      </label>
      <div className={styles.chips}>
        {hasMeaning && (
          <button type="button" className={styles.chip} aria-pressed={filters.by === 'meaning'} onClick={() => toggle('by', 'meaning')}>
            <Sparkles size={14} aria-hidden="true" /> {t('library.byMeaning')}
          </button>
        )}
        {ORIGINS.map((origin) => (
          <button
            key={origin}
            type="button"
            className={styles.chip}
            aria-pressed={filters.origin === origin}
            onClick={() => toggle('origin', origin)}
          >
            {t(`library.origins.${origin}`)}
          </button>
        ))}
        <button type="button" className={styles.chip} aria-pressed={filters.favourite === true} onClick={() => toggle('favourite', true)}>
          <Heart size={14} aria-hidden="true" /> {t('library.favourites')}
        </button>
        <button type="button" className={styles.chip} aria-pressed={filters.state === 'failed'} onClick={() => toggle('state', 'failed')}>
          {t('library.states.failed')}
        </button>
        <Button look="quiet" size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t('library.moreFilters')}
        </Button>
      </div>
      {isOpen && (
        <div className={styles.facets}>
          <SelectField label={t('library.model')} value={filters.model ?? ''} onChange={(event) => set({ model: event.target.value })}>
            <option value="">{t('library.any')}</option>
            {models.data?.items.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
          <TextField
            label={t('library.tag')}
            value={filters.tag ?? ''}
            maxLength={100}
            onChange={(event) => set({ tag: event.target.value })}
          />
          <TextField
            label={t('library.from')}
            type="date"
            value={filters.from ?? ''}
            onChange={(event) => set({ from: event.target.value })}
          />
          <TextField label={t('library.to')} type="date" value={filters.to ?? ''} onChange={(event) => set({ to: event.target.value })} />
        </div>
      )}
    </div>
  )
})

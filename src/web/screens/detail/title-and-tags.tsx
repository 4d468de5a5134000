import { X } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { ImageView } from '../../api/types.ts'
import { IconButton } from '../../ui/button.tsx'
import { searchOf } from '../library/filters.ts'
import { useImageActions } from '../library/use-library.ts'
import styles from './detail.module.css'

/** The title, changed in place, and the tags. Saved on Enter and on leaving the field. */
export function TitleAndTags({ image }: { image: ImageView }) {
  const { t } = useTranslation()
  const { change } = useImageActions()
  const [title, setTitle] = useState(image.title)
  const [tag, setTag] = useState('')
  useEffect(() => setTitle(image.title), [image.title])

  const saveTitle = () => {
    if (title.trim() !== image.title) change.mutate({ ids: [image.id], values: { title: title.trim() } })
  }
  const setTags = (tags: string[]) => change.mutate({ ids: [image.id], values: { tags } })
  const addTag = (event: FormEvent) => {
    event.preventDefault()
    const added = tag
      .split(/[,，、]/)
      .map((one) => one.trim())
      .filter(Boolean)
    if (added.length > 0) setTags([...new Set([...image.tags, ...added])])
    setTag('')
  }

  return (
    <header className={styles.titles}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          saveTitle()
        }}
      >
        <h1 className="visually-hidden">{image.title || t('library.untitled')}</h1>
        <textarea
          className={styles.title}
          rows={1}
          aria-label={t('detail.title')}
          placeholder={t('library.untitled')}
          maxLength={300}
          value={title}
          onChange={(event) => setTitle(event.target.value.replaceAll('\n', ' '))}
          onKeyDown={(event) => {
            // A title of several lines is shown whole, and is still one line: Enter keeps it.
            if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
            event.preventDefault()
            saveTitle()
          }}
          onBlur={saveTitle}
          dir="auto"
        />
      </form>
      <div className={styles.tags}>
        {image.tags.map((one) => (
          <span key={one} className={styles.tag}>
            <Link to={`/library${searchOf({ tag: one })}`} dir="auto">
              {one}
            </Link>
            <IconButton
              label={t('detail.removeTag', { tag: one })}
              size="small"
              onClick={() => setTags(image.tags.filter((other) => other !== one))}
            >
              <X size={13} aria-hidden="true" />
            </IconButton>
          </span>
        ))}
        <form onSubmit={addTag}>
          <input
            className={styles.newTag}
            aria-label={t('library.addTag')}
            placeholder={t('library.addTag')}
            maxLength={100}
            value={tag}
            onChange={(event) => setTag(event.target.value)}
            dir="auto"
          />
        </form>
      </div>
    </header>
  )
}

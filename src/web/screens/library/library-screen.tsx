import { Trash2 } from 'lucide-react'
import { useCallback, useDeferredValue, useEffect, useMemo, useReducer, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useSearch } from 'wouter'
import { buttonClass } from '../../ui/button.tsx'
import { EmptyState, ErrorNote, Loading } from '../../ui/notes.tsx'
import { toast } from '../../ui/toasts.tsx'
import { FilterBar } from './filter-bar.tsx'
import { type Filters, filtersOf, searchOf } from './filters.ts'
import { idKeeper } from './growing.ts'
import styles from './library.module.css'
import { LibraryGrid } from './library-grid.tsx'
import { NO_SELECTION, reduceSelection, type SelectionEvent } from './selection.ts'
import { SelectionBar } from './selection-bar.tsx'
import { useImageActions, useLibrary } from './use-library.ts'

/** All images of a person, or their trash: searched as they type, filtered by chips, chosen in numbers. */
export function LibraryScreen() {
  const { t } = useTranslation()
  const [path, go] = useLocation()
  const isTrash = path.startsWith('/trash')
  const search = useSearch()
  const filters = useMemo(() => filtersOf(search), [search])
  const [typed, setTyped] = useState(filters.q ?? '')
  const words = useDeferredValue(typed.trim())
  const { pages, images } = useLibrary(filters, { isTrash })
  const actions = useImageActions()

  const [idsOf] = useState(idKeeper)
  const order = useMemo(() => idsOf(images), [idsOf, images])
  const [selection, dispatch] = useReducer(
    (before: typeof NO_SELECTION, event: SelectionEvent & { order: readonly string[] }) => reduceSelection(before, event, event.order),
    NO_SELECTION,
  )
  const act = useCallback((event: SelectionEvent) => dispatch({ ...event, order }), [order])
  useEffect(() => act({ type: 'list' }), [act])

  const setFilters = useCallback((next: Filters) => go(`${path}${searchOf(next)}`, { replace: true }), [go, path])
  useEffect(() => {
    if (words !== (filters.q ?? '')) setFilters({ ...filters, q: words })
  }, [words, filters, setFilters])

  const chosen = useMemo(() => (selection.ids.size === 0 ? [] : images.filter(({ id }) => selection.ids.has(id))), [images, selection.ids])
  const onDelete = () => {
    const ids = chosen.map(({ id }) => id)
    if (ids.length === 0 || isTrash) return
    actions.trash.mutate(ids)
    act({ type: 'clear' })
    toast(t('library.trashed', { count: ids.length }), { label: t('common.undo'), run: () => actions.restore.mutate(ids) })
  }
  const onMore = useCallback(() => {
    if (!pages.isFetchingNextPage && !pages.isFetchNextPageError) void pages.fetchNextPage()
  }, [pages.isFetchingNextPage, pages.isFetchNextPageError, pages.fetchNextPage])
  const isFiltered = Object.keys(filters).length > 0
  const problem = Object.values(actions).find(({ error }) => error)?.error

  return (
    <div className={styles.screen}>
      <header className={styles.header}>
        <h1>{t(isTrash ? 'common.nav.trash' : 'common.nav.library')}</h1>
        <Link to={isTrash ? '/library' : '/trash'} className={buttonClass({ look: 'quiet', size: 'small' })}>
          {!isTrash && <Trash2 size={17} aria-hidden="true" />}
          {t(isTrash ? 'library.backToLibrary' : 'common.nav.trash')}
        </Link>
      </header>
      {isTrash ? (
        <p className={styles.lead}>{t('library.trashLead')}</p>
      ) : (
        <FilterBar typed={typed} onType={setTyped} filters={filters} onChange={setFilters} />
      )}
      {problem && <ErrorNote error={problem} />}
      {pages.error && <ErrorNote error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isPending && !pages.error && <Loading />}
      {pages.data && images.length === 0 && !pages.hasNextPage && <Nothing isTrash={isTrash} isFiltered={isFiltered} />}
      {images.length > 0 && (
        <LibraryGrid images={images} selection={selection} dispatch={act} hasMore={pages.hasNextPage} onMore={onMore} onDelete={onDelete} />
      )}
      {pages.isFetchingNextPage && <p className={styles.lead}>{t('common.loading')}…</p>}
      {chosen.length > 0 && (
        <SelectionBar images={chosen} isTrash={isTrash} actions={actions} onTrash={onDelete} onDone={() => act({ type: 'clear' })} />
      )}
    </div>
  )
}

function Nothing({ isTrash, isFiltered }: { isTrash: boolean; isFiltered: boolean }) {
  const { t } = useTranslation()
  if (isTrash) return <EmptyState title={t('library.trashEmpty')} />
  if (isFiltered) return <EmptyState title={t('library.nothingFound')}>{t('library.nothingFoundBody')}</EmptyState>
  return (
    <EmptyState
      title={t('library.emptyTitle')}
      action={
        <div className={styles.pair}>
          <Link to="/" className={buttonClass({ look: 'primary' })}>
            {t('library.makeOne')}
          </Link>
          <Link to="/upload" className={buttonClass({ look: 'outline' })}>
            {t('common.nav.upload')}
          </Link>
        </div>
      }
    >
      {t('library.emptyBody')}
    </EmptyState>
  )
}

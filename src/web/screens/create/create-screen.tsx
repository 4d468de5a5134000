import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { post } from '../../api/client.ts'
import { isPassing } from '../../api/problem.ts'
import { useGenerations, useModels } from '../../api/queries.ts'
import type { GenerationView, ModelView } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, ErrorNote, Loading } from '../../ui/notes.tsx'
import styles from './create.module.css'
import { CreateForm } from './create-form.tsx'
import { draftOf, modelOf, requestOf } from './draft.ts'
import { GenerationCard } from './generation-card.tsx'
import results from './results.module.css'
import { useDraft } from './use-draft.ts'

/** The first screen: a prompt that invites, and what came of it. */
export function CreateScreen() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [, go] = useLocation()
  const models = useModels()
  const generations = useGenerations()
  const [draft, dispatch] = useDraft()

  const make = useMutation({
    // One key a press: an answer lost on the way is asked for again without making, or paying, twice.
    mutationFn: ({ request, key }: { request: ReturnType<typeof requestOf>; key: string }) =>
      post<GenerationView>('/api/generations', request, { 'idempotency-key': key }),
    // A refusal stays one: only what may pass by itself is asked for again.
    retry: (failures, error) => failures < 2 && isPassing(error),
    onSuccess: () => {
      if (!draft.isSeedLocked && draft.seed !== undefined) dispatch({ type: 'seed', seed: undefined })
    },
    onSettled: () =>
      Promise.all([queries.invalidateQueries({ queryKey: ['generations'] }), queries.invalidateQueries({ queryKey: ['usage'] })]),
  })

  if (models.error) return <ErrorNote error={models.error} onRetry={() => void models.refetch()} />
  if (!models.data) return <Loading />
  const chosen = modelOf(draft, models.data.items, models.data.defaults)
  if (!chosen) return <EmptyState title={t('create.noModels')}>{t('create.noModelsBody')}</EmptyState>

  const submit = () => make.mutate({ request: requestOf(draft, chosen.model, chosen.task), key: crypto.randomUUID() })
  const sample = () => {
    dispatch({ type: 'use', draft: { prompt: t('create.samplePrompt'), count: 4 } })
    const request = { ...requestOf({ ...draft, task: 'text-to-image' }, chosen.model, chosen.task), prompt: t('create.samplePrompt') }
    make.mutate({ request, key: crypto.randomUUID() })
  }
  const items = generations.data?.pages.flatMap((page) => page.items)

  return (
    <div className={styles.screen}>
      <h1 className="visually-hidden">{t('common.nav.create')}</h1>
      <CreateForm
        draft={draft}
        dispatch={dispatch}
        models={models.data.items}
        chosen={chosen}
        isSending={make.isPending}
        error={make.error}
        onSubmit={submit}
      />
      <section aria-label={t('create.results')} className={results.list}>
        {generations.error && <ErrorNote error={generations.error} onRetry={() => void generations.refetch()} />}
        {items?.length === 0 && (
          <EmptyState
            title={t('create.emptyTitle')}
            action={
              <Button look="primary" size="large" onClick={sample} isBusy={make.isPending}>
                {t('create.sample')}
              </Button>
            }
          >
            {t('create.emptyBody')}
          </EmptyState>
        )}
        {items?.map((generation) => (
          <GenerationCard
            key={generation.id}
            generation={generation}
            {...namesOf(models.data.items, generation.model)}
            onReuse={() => {
              dispatch({ type: 'use', draft: draftOf({ ...generation.request, modelId: generation.model }) })
              go('/')
              scrollTo({ top: 0, behavior: 'smooth' })
            }}
          />
        ))}
        {generations.hasNextPage && (
          <Button onClick={() => void generations.fetchNextPage()} isBusy={generations.isFetchingNextPage}>
            {t('create.older')}
          </Button>
        )}
      </section>
    </div>
  )
}

const namesOf = (models: readonly ModelView[], id: string) => {
  const model = models.find((one) => one.id === id)
  return { modelName: model?.name ?? id, isProcedural: model?.isProcedural ?? false }
}

import { useMutation } from '@tanstack/react-query'
import { Languages, PenLine } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { needsTranslation } from '#core/catalogue.ts'
import { post } from '../../api/client.ts'
import type { ModelView } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote, Note } from '../../ui/notes.tsx'
import { useSite } from '../sign-in/use-site.ts'
import styles from './create.module.css'
import type { Draft } from './draft.ts'

type Props = { draft: Draft; model: ModelView; onAccept: (prompt: string) => void }

/** Offers to write the idea out, where a text model is configured: what it wrote is shown, to be taken or left. */
export function PromptHelp({ draft, model, onAccept }: Props) {
  const { t } = useTranslation()
  const isConfigured = useSite()?.features?.wording ?? false
  const help = useMutation({
    mutationFn: (idea: string) => post<{ prompt: string }>('/api/prompts/expand', { idea, task: draft.task, model: model.id }),
  })
  const isForeign = needsTranslation(model, draft.prompt)
  const idea = draft.prompt.trim()
  if (!isConfigured && !isForeign) return null

  return (
    <div className={styles.help}>
      {isForeign && (
        <p className={styles.helpHint}>
          <Languages size={15} aria-hidden="true" />{' '}
          {t(isConfigured ? 'create.willTranslate' : 'create.englishOnly', { model: model.name })}
        </p>
      )}
      {isConfigured && (
        <Button size="small" look="outline" disabled={idea === ''} isBusy={help.isPending} onClick={() => help.mutate(idea)}>
          {!help.isPending && <PenLine size={15} aria-hidden="true" />} {t('create.helpMeWrite')}
        </Button>
      )}
      {help.data && (
        <Note>
          <strong>{t('create.suggestion')}</strong>
          <blockquote className={styles.suggestion} lang="en" dir="auto">
            {help.data.prompt}
          </blockquote>
          <div className={styles.helpActions}>
            <Button
              size="small"
              look="primary"
              onClick={() => {
                onAccept(help.data.prompt)
                help.reset()
              }}
            >
              {t('create.takeSuggestion')}
            </Button>
            <Button size="small" look="quiet" onClick={() => help.reset()}>
              {t('create.keepMine')}
            </Button>
          </div>
        </Note>
      )}
      {help.error && <ErrorNote error={help.error} onRetry={() => help.mutate(idea)} />}
    </div>
  )
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download, PackageOpen, RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { get, post } from '../../api/client.ts'
import { ApiError, isPassing } from '../../api/problem.ts'
import { bytes, dateTime } from '../../lib/format.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { ErrorNote, Note } from '../../ui/notes.tsx'
import styles from './account.module.css'
import { askAgainAfter, type ExportView, phaseOf } from './export-phase.ts'
import { Section } from './section.tsx'

/** Remembered, so that whoever comes back later finds the archive they asked for. */
const STORAGE_KEY = 'genzo.export'

/** Taking everything along: asked for, made by the studio meanwhile, fetched from a signed address. */
export function ExportPanel() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [id, setId] = useState(() => localStorage.getItem(STORAGE_KEY) ?? undefined)
  const found = useQuery({
    queryKey: ['export', id],
    queryFn: ({ signal }) => get<ExportView>(`/api/me/exports/${id}`, undefined, signal),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.error && !isPassing(state.error) ? false : askAgainAfter(state.data)),
  })
  const ask = useMutation({
    mutationFn: () => post<ExportView>('/api/me/exports'),
    onSuccess: (view) => {
      localStorage.setItem(STORAGE_KEY, view.id)
      queries.setQueryData(['export', view.id], view)
      setId(view.id)
    },
  })
  const isGone = found.error instanceof ApiError && found.error.code === 'not_found'
  const phase = phaseOf({ id, view: found.data, isGone })
  const begin = (label: string, look: 'primary' | 'outline' | 'quiet') => (
    <Button look={look} isBusy={ask.isPending} onClick={() => ask.mutate()}>
      {look === 'primary' ? <PackageOpen size={18} aria-hidden="true" /> : <RefreshCw size={16} aria-hidden="true" />} {label}
    </Button>
  )

  return (
    <Section title={t('export.title')} lead={t('export.lead')}>
      {phase.name === 'none' && <div className={styles.buttons}>{begin(t('export.begin'), 'primary')}</div>}
      {phase.name === 'running' && !found.error && (
        <div className={styles.buttons} style={{ alignItems: 'center' }}>
          <Button isBusy look="primary">
            {t('export.running')}
          </Button>
          <span role="status">{t('export.runningHint')}</span>
        </div>
      )}
      {phase.name === 'ready' && (
        <>
          <Note tone="good">
            {t('export.ready', {
              size: bytes(phase.view.byteLength ?? 0),
              when: phase.view.expiresAt ? dateTime(phase.view.expiresAt) : '',
            })}
          </Note>
          <div className={styles.buttons}>
            <a className={buttonClass({ look: 'primary' })} href={phase.view.url} download>
              <Download size={18} aria-hidden="true" /> {t('export.download')}
            </a>
            {begin(t('export.again'), 'quiet')}
          </div>
        </>
      )}
      {phase.name === 'failed' && (
        <Note tone="bad" action={begin(t('common.retry'), 'outline')}>
          {t('export.failed')}
        </Note>
      )}
      {found.error && !isGone && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {ask.error && <ErrorNote error={ask.error} />}
    </Section>
  )
}

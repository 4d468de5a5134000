import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { get, remove } from '../../api/client.ts'
import { date, relative } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNote, Loading } from '../../ui/notes.tsx'
import styles from './account.module.css'
import { type KeyView, lifeOf } from './key-life.ts'
import { NewKeyDialog } from './new-key-dialog.tsx'
import { Section } from './section.tsx'

const KEY = ['keys']

/** Keys for programs: made with no more than they need, shown once, revoked here. */
export function KeysPanel() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [isMaking, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<KeyView>()
  const keys = useQuery({ queryKey: KEY, queryFn: ({ signal }) => get<{ items: KeyView[] }>('/api/keys', undefined, signal) })
  const refresh = () => queries.invalidateQueries({ queryKey: KEY })
  const revoke = useMutation({
    mutationFn: (id: string) => remove<KeyView>(`/api/keys/${id}`),
    onSuccess: () => {
      setRevoking(undefined)
      return refresh()
    },
  })

  return (
    <Section title={t('account.keys')} lead={t('account.keysLead')}>
      {keys.error && <ErrorNote error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isPending && <Loading />}
      {keys.data?.items.length === 0 && <p className={styles.quiet}>{t('account.noKeys')}</p>}
      <ul className={styles.rows}>
        {keys.data?.items.map((key) => (
          <KeyRow key={key.id} apiKey={key} onRevoke={() => setRevoking(key)} />
        ))}
      </ul>
      <div className={styles.buttons}>
        <Button look="primary" onClick={() => setMaking(true)}>
          <Plus size={17} aria-hidden="true" /> {t('account.newKey')}
        </Button>
      </div>
      {isMaking && <NewKeyDialog onMade={refresh} onClose={() => setMaking(false)} />}
      {revoking && (
        <Dialog
          isOpen
          onClose={() => setRevoking(undefined)}
          title={t('account.revokeTitle', { name: revoking.name })}
          description={t('account.revokeLead')}
          actions={
            <>
              <Button look="quiet" onClick={() => setRevoking(undefined)}>
                {t('common.cancel')}
              </Button>
              <Button look="danger" isBusy={revoke.isPending} onClick={() => revoke.mutate(revoking.id)}>
                {t('account.revoke')}
              </Button>
            </>
          }
        >
          {revoke.error && <ErrorNote error={revoke.error} />}
        </Dialog>
      )}
    </Section>
  )
}

function KeyRow({ apiKey, onRevoke }: { apiKey: KeyView; onRevoke: () => void }) {
  const { t } = useTranslation()
  const life = lifeOf(apiKey, Date.now())
  const lines = [
    apiKey.lastUsedAt ? t('account.lastUsed', { when: relative(apiKey.lastUsedAt) }) : t('account.neverUsed'),
    apiKey.expiresAt ? t(life === 'ended' ? 'account.endedOn' : 'account.endsOn', { date: date(apiKey.expiresAt) }) : t('account.noEnd'),
  ]
  return (
    <li className={styles.row} data-life={life}>
      <KeyRound size={20} aria-hidden="true" />
      <div className={styles.grow}>
        <p className={styles.name}>{apiKey.name}</p>
        <p className={styles.quiet}>
          <code>{apiKey.hint}…</code> · {apiKey.scopes.map((scope) => t(`account.scopes.${scope}`)).join(', ')}
        </p>
        <p className={styles.quiet}>{lines.join(' · ')}</p>
      </div>
      {life === 'live' ? (
        <Button size="small" look="outline" onClick={onRevoke} aria-label={t('account.revokeNamed', { name: apiKey.name })}>
          {t('account.revoke')}
        </Button>
      ) : (
        <span className={styles.badge}>{t(`account.lives.${life}`)}</span>
      )}
    </li>
  )
}

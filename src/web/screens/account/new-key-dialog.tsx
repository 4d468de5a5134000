import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SCOPES, type Scope } from '#core/actor.ts'
import { post } from '../../api/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { ErrorNote, Note } from '../../ui/notes.tsx'
import styles from './account.module.css'
import { CopyBox } from './copy-box.tsx'
import { type KeyView, LIFETIMES } from './key-life.ts'

const DAY_MS = 86_400_000

/** Asks what a key is for and for how long, makes it, and shows it this once with a request that uses it. */
export function NewKeyDialog({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<readonly Scope[]>(SCOPES)
  const [days, setDays] = useState<number>(90)
  const make = useMutation({
    mutationFn: () =>
      post<{ key: KeyView; secret: string }>('/api/keys', {
        name,
        scopes,
        ...(days > 0 && { expiresAt: new Date(Date.now() + days * DAY_MS).toISOString() }),
      }),
    onSuccess: onMade,
  })
  if (make.data) return <MadeKey secret={make.data.secret} onClose={onClose} />

  return (
    <Dialog isOpen onClose={onClose} title={t('account.newKey')}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <TextField
          label={t('auth.name')}
          hint={t('account.keyNameHint')}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <fieldset className={styles.checks}>
          <legend>{t('account.mayDo')}</legend>
          {SCOPES.map((scope) => (
            <label key={scope} className={styles.check}>
              <input
                type="checkbox"
                checked={scopes.includes(scope)}
                onChange={({ target }) => setScopes(SCOPES.filter((one) => (one === scope ? target.checked : scopes.includes(one))))}
              />
              {t(`account.scopes.${scope}`)}
            </label>
          ))}
        </fieldset>
        <SelectField label={t('account.keyLives')} value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {LIFETIMES.map((one) => (
            <option key={one} value={one}>
              {one === 0 ? t('account.noEnd') : t('account.days', { count: one })}
            </option>
          ))}
        </SelectField>
        {make.error && <ErrorNote error={make.error} />}
        <Button type="submit" look="primary" isBusy={make.isPending} disabled={scopes.length === 0}>
          {t('account.makeKey')}
        </Button>
      </form>
    </Dialog>
  )
}

function MadeKey({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('account.keyMade')}
      actions={
        <Button look="primary" onClick={onClose}>
          {t('account.keyKept')}
        </Button>
      }
    >
      <Note tone="warn">{t('account.shownOnce')}</Note>
      <CopyBox text={secret} label={t('account.key')} />
      <h3>{t('account.tryIt')}</h3>
      <CopyBox text={curlOf(location.origin)} label="curl" />
    </Dialog>
  )
}

/** Reads the key from the environment: a command line is seen by every program of the machine, and kept in the shell's history. */
const curlOf = (origin: string) => `export GENZO_API_KEY=…\ncurl ${origin}/api/images \\\n  -H "Authorization: Bearer $GENZO_API_KEY"`

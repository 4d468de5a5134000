import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import { forgetPerson } from '../../session/forget.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { ErrorNote } from '../../ui/notes.tsx'
import styles from './account.module.css'
import { ExportPanel } from './export-panel.tsx'
import { keepReceipt, type Receipt } from './receipt.ts'
import { Section } from './section.tsx'

/** The ways out with what is one's own: taking it along, and having it erased. */
export function DataPanel() {
  return (
    <>
      <ExportPanel />
      <EraseSection />
    </>
  )
}

/** What the API wants to hear, word for word, and what the person types in their own language. */
const CONFIRMATION = 'erase everything'

function EraseSection() {
  const { t } = useTranslation()
  const [isAsking, setAsking] = useState(false)
  const [typed, setTyped] = useState('')
  const words = t('account.eraseWords')
  const erase = useMutation({
    mutationFn: () => request<Receipt>('DELETE', '/api/me', { query: { confirm: CONFIRMATION } }),
    onSuccess: (receipt) => {
      forgetPerson()
      keepReceipt(receipt)
      // A full load: nothing of the person stays in this page's memory either.
      location.assign('/goodbye')
    },
  })

  return (
    <Section title={t('account.erase')} lead={t('account.eraseLead')}>
      <div className={styles.buttons}>
        <Button look="danger" onClick={() => setAsking(true)}>
          {t('account.erase')} …
        </Button>
      </div>
      <Dialog isOpen={isAsking} onClose={() => setAsking(false)} title={t('account.eraseTitle')} description={t('account.eraseBody')}>
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault()
            erase.mutate()
          }}
        >
          <TextField
            label={t('account.typeToConfirm', { words })}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          {erase.error && <ErrorNote error={erase.error} />}
          <Button type="submit" look="danger" disabled={typed.trim().toLowerCase() !== words.toLowerCase()} isBusy={erase.isPending}>
            {t('account.eraseNow')}
          </Button>
        </form>
      </Dialog>
    </Section>
  )
}

import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import styles from './account.module.css'
import { IssuerProblem } from './issuer-problem.tsx'

type Props = {
  title: string
  description: string
  submit: string
  isDanger?: boolean
  /** Closes when it resolves; what it rejects with is shown. */
  run: (password: string) => Promise<void>
  onClose: () => void
}

/** Asks for the password once more before something that would help a thief. */
export function PasswordDialog({ title, description, submit, isDanger = false, run, onClose }: Props) {
  const { t } = useTranslation()
  const [password, setPassword] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    run(password)
      .catch(setError)
      .finally(() => setBusy(false))
  }
  return (
    <Dialog isOpen onClose={onClose} title={title} description={description}>
      <form className={styles.form} onSubmit={onSubmit}>
        <TextField
          label={t('auth.password')}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {error !== undefined && <IssuerProblem error={error} />}
        <Button type="submit" look={isDanger ? 'danger' : 'primary'} isBusy={isBusy}>
          {submit}
        </Button>
      </form>
    </Dialog>
  )
}

import { ShieldCheck, ShieldOff } from 'lucide-react'
import { type FormEvent, useReducer, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import styles from './account.module.css'
import { beginTwoFactor, confirmTwoFactor, endTwoFactor, renewRecoveryCodes, renewSignIn } from './account-calls.ts'
import { CopyBox } from './copy-box.tsx'
import { IssuerProblem } from './issuer-problem.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import { QrCode } from './qr-code.tsx'
import { Section } from './section.tsx'
import { reduceTwoFactor, secretOf } from './two-factor-steps.ts'

const HERE = '/account/security'

/** A second factor by authenticator app: paired by a code that is drawn here, kept safe by recovery codes that are shown once. */
export function TwoFactor({ isOn }: { isOn: boolean }) {
  const { t } = useTranslation()
  const [step, tell] = useReducer(reduceTwoFactor, { name: 'rest' })
  const close = () => tell({ type: 'close' })

  const passwordGiven = async (password: string) => {
    if (step.name !== 'asking') return
    if (step.why === 'enable') {
      const { totpURI, backupCodes } = await beginTwoFactor(password)
      tell({ type: 'offered', uri: totpURI, codes: backupCodes })
    } else if (step.why === 'renew') tell({ type: 'renewed', codes: (await renewRecoveryCodes(password)).backupCodes })
    else {
      await endTwoFactor(password)
      await renewSignIn(HERE)
    }
  }

  return (
    <Section title={t('account.twoFactor')} lead={t('account.twoFactorLead')}>
      <p className={styles.state} data-on={isOn || undefined}>
        {isOn ? <ShieldCheck size={19} aria-hidden="true" /> : <ShieldOff size={19} aria-hidden="true" />}
        {t(isOn ? 'account.twoFactorOn' : 'account.twoFactorOff')}
      </p>
      <div className={styles.buttons}>
        {isOn ? (
          <>
            <Button onClick={() => tell({ type: 'ask', why: 'renew' })}>{t('account.newCodes')}</Button>
            <Button look="danger" onClick={() => tell({ type: 'ask', why: 'disable' })}>
              {t('account.turnOff')}
            </Button>
          </>
        ) : (
          <Button look="primary" onClick={() => tell({ type: 'ask', why: 'enable' })}>
            {t('account.turnOn')}
          </Button>
        )}
      </div>
      {step.name === 'asking' && (
        <PasswordDialog
          title={t(`account.askPassword.${step.why}`)}
          description={t('account.askPasswordLead')}
          submit={t('account.goOn')}
          isDanger={step.why === 'disable'}
          run={passwordGiven}
          onClose={close}
        />
      )}
      {step.name === 'pairing' && <Pairing uri={step.uri} onPaired={() => tell({ type: 'confirmed' })} onClose={close} />}
      {step.name === 'codes' && (
        <RecoveryCodes
          codes={step.codes}
          onClose={() => {
            close()
            // The issuer has put a new session in the place of the one that our tokens belong to.
            if (step.isNew) void renewSignIn(HERE)
          }}
        />
      )}
    </Section>
  )
}

function Pairing({ uri, onPaired, onClose }: { uri: string; onPaired: () => void; onClose: () => void }) {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    confirmTwoFactor(code)
      .then(onPaired, setError)
      .finally(() => setBusy(false))
  }
  return (
    <Dialog isOpen onClose={onClose} title={t('account.pair')} description={t('account.pairLead')}>
      <div className={styles.qr}>
        <QrCode text={uri} label={t('account.qr')} />
        <p className={styles.quiet}>{t('account.typeSecret')}</p>
        <CopyBox text={secretOf(uri)} label={t('account.secret')} />
      </div>
      <form className={styles.form} onSubmit={onSubmit}>
        <Field label={t('account.codeOfApp')}>
          {(control) => (
            <input
              {...control}
              className={`${control.className} ${styles.code}`}
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          )}
        </Field>
        {error !== undefined && <IssuerProblem error={error} />}
        <Button type="submit" look="primary" isBusy={isBusy}>
          {t('account.turnOn')}
        </Button>
      </form>
    </Dialog>
  )
}

function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('account.codes')}
      description={t('account.codesLead')}
      actions={
        <Button look="primary" onClick={onClose}>
          {t('account.codesKept')}
        </Button>
      }
    >
      <CopyBox text={codes.join('\n')} label={t('account.codes')} fileName="genzo-recovery-codes.txt" />
    </Dialog>
  )
}

import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { dateTime, number } from '../../lib/format.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { AuthLayout } from '../sign-in/auth-layout.tsx'
import styles from './account.module.css'
import { saveText } from './copy-box.tsx'
import { keptReceipt } from './receipt.ts'

/** After an erasure: what was removed from where, to be kept by the one person who still can. */
export function GoodbyeScreen() {
  const { t } = useTranslation()
  const receipt = keptReceipt()
  return (
    <AuthLayout title={t('account.erased')} lead={t('account.erasedLead')}>
      {receipt && (
        <>
          <p className={styles.quiet}>{dateTime(receipt.at)}</p>
          <div className={styles.scroller}>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">{t('account.store')}</th>
                  <th scope="col">{t('account.removed')}</th>
                  <th scope="col">{t('account.note')}</th>
                </tr>
              </thead>
              <tbody>
                {receipt.stores.map(({ store, removed, note }) => (
                  <tr key={store}>
                    <th scope="row">{store}</th>
                    <td>{removed === undefined ? '–' : number(removed)}</td>
                    <td className={styles.noteCell} lang="en">
                      {note}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Button look="outline" onClick={() => saveText(JSON.stringify(receipt, null, 2), 'genzo-erasure.json')}>
            <Download size={16} aria-hidden="true" /> {t('account.saveReceipt')}
          </Button>
        </>
      )}
      <a className={buttonClass({ look: 'primary' })} href="/">
        {t('account.toStart')}
      </a>
    </AuthLayout>
  )
}

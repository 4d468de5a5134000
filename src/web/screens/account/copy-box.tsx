import { Copy, Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { toast } from '../../ui/toasts.tsx'
import styles from './account.module.css'

/** Text that somebody will need elsewhere, with the ways to take it there. */
export function CopyBox({ text, label, fileName }: { text: string; label: string; fileName?: string }) {
  const { t } = useTranslation()
  // A long line wraps in a narrow box; the box scrolls when that is not enough.
  const rows = text.split('\n').reduce((sum, line) => sum + Math.ceil((line.length + 1) / 50), 0)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    toast(t('common.copied'))
  }
  return (
    <div className={styles.copyBox}>
      <textarea
        className={styles.copied}
        readOnly
        aria-label={label}
        rows={rows}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className={styles.buttons}>
        <Button size="small" look="outline" onClick={() => void copy()}>
          <Copy size={15} aria-hidden="true" /> {t('common.copy')}
        </Button>
        {fileName && (
          <Button size="small" look="outline" onClick={() => saveText(text, fileName)}>
            <Download size={15} aria-hidden="true" /> {t('account.save')}
          </Button>
        )}
      </div>
    </div>
  )
}

export function saveText(text: string, fileName: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: fileName })
  link.click()
  URL.revokeObjectURL(url)
}

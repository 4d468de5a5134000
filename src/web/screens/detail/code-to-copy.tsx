import { Copy } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/button.tsx'
import { toast } from '../../ui/toasts.tsx'
import styles from './detail.module.css'

/** Pieces of code under tabs, each with a button that copies it. */
export function CodeToCopy({ snippets }: { snippets: Record<string, string> }) {
  const { t } = useTranslation()
  const names = Object.keys(snippets)
  const copy = async (text: string) => {
    await navigator.clipboard.writeText(text)
    toast(t('common.copied'))
  }
  return (
    <Tabs.Root defaultValue={names[0]!} className={styles.code}>
      <Tabs.List className={styles.codeTabs} aria-label={t('detail.code')}>
        {names.map((name) => (
          <Tabs.Trigger key={name} value={name} className={styles.codeTab}>
            {t([`detail.snippets.${name}`, 'create.options.unnamed'] as never, { name })}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {names.map((name) => (
        <Tabs.Content key={name} value={name} className={styles.codeBox}>
          <code>{snippets[name]}</code>
          <IconButton label={t('common.copy')} size="small" onClick={() => void copy(snippets[name]!)}>
            <Copy size={16} aria-hidden="true" />
          </IconButton>
        </Tabs.Content>
      ))}
    </Tabs.Root>
  )
}

import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'
import { EmptyState } from './notes.tsx'

/** Keeps a fault of one screen from blanking the page. A class because React has no other way to catch. */
export class CrashGuard extends Component<{ children: ReactNode }, { hasCrashed: boolean }> {
  override state = { hasCrashed: false }

  static getDerivedStateFromError() {
    return { hasCrashed: true }
  }

  override render() {
    return this.state.hasCrashed ? <Crashed /> : this.props.children
  }
}

function Crashed() {
  const { t } = useTranslation()
  return (
    <EmptyState
      title={t('common.crashTitle')}
      action={
        <Button look="primary" onClick={() => location.reload()}>
          {t('common.reload')}
        </Button>
      }
    >
      {t('common.crashBody')}
    </EmptyState>
  )
}

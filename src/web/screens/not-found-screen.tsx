import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/notes.tsx'

export function NotFoundScreen() {
  const { t } = useTranslation()
  return (
    <EmptyState
      title={t('common.notFoundTitle')}
      action={
        <Link to="/" className={buttonClass({ look: 'primary' })}>
          {t('common.nav.create')}
        </Link>
      }
    >
      {t('common.notFoundBody')}
    </EmptyState>
  )
}

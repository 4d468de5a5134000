import { useQuery } from '@tanstack/react-query'
import { Cpu, Download, type LucideIcon, Sparkles, Wand2 } from 'lucide-react'
import { type CSSProperties, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'wouter'
import { request } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import type { ShareView } from '../../api/types.ts'
import { changeLanguage, LANGUAGES, type Language } from '../../i18n.ts'
import { dateTime } from '../../lib/format.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { EmptyState, ErrorNote, Loading } from '../../ui/notes.tsx'
import { useSite } from '../sign-in/use-site.ts'
import styles from './share.module.css'

/** What a link shows, to people who never signed in: the picture, large; what it is called and how it came to be; and nothing else. */
export function ShareScreen() {
  const { t } = useTranslation()
  const { linkId } = useParams<{ linkId: string }>()
  const share = useQuery({
    queryKey: ['share', linkId],
    queryFn: ({ signal }) => request<ShareView>('GET', `/api/shares/${encodeURIComponent(linkId)}`, { signal, isPublic: true }),
  })

  if (share.data) {
    return (
      <Frame actions={<DownloadLink share={share.data} />}>
        <Shown share={share.data} />
      </Frame>
    )
  }
  const code = share.error instanceof ApiError ? share.error.code : undefined
  return (
    <Frame>
      {!share.error && <Loading />}
      {code === 'gone' && <Ended title={t('share.expiredTitle')} body={t('share.expiredBody')} />}
      {(code === 'not_found' || code === 'invalid_input') && <Ended title={t('share.goneTitle')} body={t('share.goneBody')} />}
      {share.error && !['gone', 'not_found', 'invalid_input'].includes(code ?? '') && (
        <div className={styles.problem}>
          <ErrorNote error={share.error} onRetry={() => void share.refetch()} />
        </div>
      )}
    </Frame>
  )
}

function Shown({ share }: { share: ShareView }) {
  const { t } = useTranslation()
  const [isBroken, setBroken] = useState(false)
  const { title, url, srcset, width, height, marks, expiresAt } = share
  const ratio = width / height
  return (
    <figure className={styles.figure} style={{ '--ratio': ratio, '--width': `${width}px` } as CSSProperties}>
      {isBroken ? (
        <EmptyState
          title={t('share.brokenTitle')}
          action={
            <Button look="outline" onClick={() => setBroken(false)}>
              {t('common.retry')}
            </Button>
          }
        />
      ) : (
        <img
          className={styles.picture}
          src={url}
          {...(srcset && { srcSet: srcset, sizes: `min(100vw, calc((100dvh - 190px) * ${ratio.toFixed(4)}))` })}
          width={width}
          height={height}
          alt={title || t('share.untitled')}
          onError={() => setBroken(true)}
        />
      )}
      <figcaption className={styles.caption}>
        <h1 dir="auto">{title || t('share.untitled')}</h1>
        <ul className={styles.facts}>
          {marks.map((mark) => (
            <Mark key={mark} mark={mark} />
          ))}
          <li>
            {width} × {height}
          </li>
          {expiresAt && <li>{t('share.until', { when: dateTime(expiresAt) })}</li>}
        </ul>
      </figcaption>
    </figure>
  )
}

const MARK_ICONS: Record<ShareView['marks'][number], LucideIcon> = { ai: Sparkles, edited: Wand2, procedural: Cpu }

function Mark({ mark }: { mark: ShareView['marks'][number] }) {
  const { t } = useTranslation()
  const Icon = MARK_ICONS[mark]
  return (
    <li className={styles.mark}>
      <Icon size={14} aria-hidden="true" /> {t(`marks.${mark}`)}
    </li>
  )
}

const DownloadLink = ({ share }: { share: ShareView }) => {
  const { t } = useTranslation()
  return (
    <a className={buttonClass({ look: 'outline' })} href={share.url} download>
      <Download size={17} aria-hidden="true" /> {t('share.download')}
    </a>
  )
}

const Ended = ({ title, body }: { title: string; body: string }) => {
  const { t } = useTranslation()
  return (
    <EmptyState
      heading="h1"
      title={title}
      action={
        <a href="/" className={buttonClass({ look: 'primary' })}>
          {t('share.tryIt')}
        </a>
      }
    >
      {body}
    </EmptyState>
  )
}

/** The mark above, languages and the way in below: a page of its own, without the shell. */
function Frame({ actions, children }: { actions?: ReactNode; children: ReactNode }) {
  const { t, i18n } = useTranslation()
  const name = useSite()?.name ?? 'Genzo'
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <a href="/" className={styles.brand}>
          <img src="/mark.svg" width={30} height={30} alt="" /> {name}
        </a>
        {actions}
      </header>
      <main className={styles.main}>{children}</main>
      <footer className={styles.foot}>
        <a href="/">{t('share.madeWith', { name })}</a>
        <div className={styles.languages}>
          {(Object.keys(LANGUAGES) as Language[]).map((language) => (
            <button
              key={language}
              type="button"
              lang={language}
              aria-pressed={i18n.language === language}
              onClick={() => void changeLanguage(language)}
            >
              {LANGUAGES[language]}
            </button>
          ))}
        </div>
      </footer>
    </div>
  )
}

import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeLanguage, LANGUAGES, type Language } from '../../i18n.ts'
import { chooseTheme, storedTheme, THEMES } from '../../lib/theme.ts'
import styles from './account.module.css'
import { Section } from './section.tsx'

/** How the studio looks and speaks in this browser. */
export function PreferencesPanel() {
  const { t, i18n } = useTranslation()
  const [theme, setTheme] = useState(storedTheme)
  return (
    <>
      <Section title={t('account.language')}>
        <div className={styles.choices} role="radiogroup" aria-label={t('account.language')}>
          {(Object.keys(LANGUAGES) as Language[]).map((language) => (
            <label key={language} className={styles.choice} lang={language}>
              <input type="radio" name="language" checked={i18n.language === language} onChange={() => void changeLanguage(language)} />
              {LANGUAGES[language]}
            </label>
          ))}
        </div>
      </Section>
      <Section title={t('account.theme')}>
        <div className={styles.choices} role="radiogroup" aria-label={t('account.theme')}>
          {THEMES.map((one) => (
            <label key={one} className={styles.choice}>
              <input
                type="radio"
                name="theme"
                checked={theme === one}
                onChange={() => {
                  chooseTheme(one)
                  setTheme(one)
                }}
              />
              {t(`account.themes.${one}`)}
            </label>
          ))}
        </div>
      </Section>
    </>
  )
}

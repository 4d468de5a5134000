import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type en from './locales/en/index.ts'

export const LANGUAGES = { en: 'English', ja: '日本語', zh: '中文' } as const
export type Language = keyof typeof LANGUAGES
const STORAGE_KEY = 'genzo.language'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'studio'
    resources: { studio: typeof en }
    returnNull: false
  }
}

/** One chunk a language, so that a reader of one does not load three. */
const LOADERS: Record<Language, () => Promise<{ default: unknown }>> = {
  en: () => import('./locales/en/index.ts'),
  ja: () => import('./locales/ja/index.ts'),
  zh: () => import('./locales/zh/index.ts'),
}

/** The chosen language, else the first of the browser's that there is, else English. */
export function preferredLanguage(stored: string | null, wanted: readonly string[]): Language {
  const isKnown = (code: string): code is Language => code in LANGUAGES
  if (stored && isKnown(stored)) return stored
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(isKnown) ?? 'en'
}

export async function startI18n(): Promise<void> {
  const language = preferredLanguage(localStorage.getItem(STORAGE_KEY), navigator.languages)
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    ns: ['studio'],
    defaultNS: 'studio',
    resources: { [language]: { studio: (await LOADERS[language]()).default as never } },
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
  })
  document.documentElement.lang = language
}

export async function changeLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORAGE_KEY, language)
  if (!i18next.hasResourceBundle(language, 'studio')) i18next.addResourceBundle(language, 'studio', (await LOADERS[language]()).default)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

export const currentLanguage = (): Language => preferredLanguage(i18next.language, [])

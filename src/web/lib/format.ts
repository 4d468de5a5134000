import { currentLanguage } from '../i18n.ts'

/** Intl formatters are slow to make and cheap to keep. */
const cache = new Map<string, unknown>()
function cached<T>(key: string, make: (language: string) => T): T {
  const language = currentLanguage()
  const id = `${language} ${key}`
  if (!cache.has(id)) cache.set(id, make(language))
  return cache.get(id) as T
}

/** Micro-dollars as money: `$0.04`; small sums keep four digits, so that a tenth of a cent is not "free". */
export function money(microUsd: number): string {
  const digits = microUsd !== 0 && Math.abs(microUsd) < 10_000 ? 4 : 2
  return cached(
    `usd${digits}`,
    (language) => new Intl.NumberFormat(language, { style: 'currency', currency: 'USD', maximumFractionDigits: digits }),
  ).format(microUsd / 1e6)
}
export const number = (value: number): string => cached('number', (language) => new Intl.NumberFormat(language)).format(value)
export const percent = (ratio: number): string =>
  cached('percent', (language) => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 })).format(ratio)

export function bytes(value: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
  const step = Math.min(units.length - 1, value < 1000 ? 0 : Math.floor(Math.log10(value) / 3))
  return cached(
    `bytes${step}`,
    (language) =>
      new Intl.NumberFormat(language, {
        style: 'unit',
        unit: units[step]!,
        unitDisplay: 'narrow',
        maximumFractionDigits: step > 1 ? 1 : 0,
      }),
  ).format(value / 1000 ** step)
}

export const date = (at: number | string): string =>
  cached('date', (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium' })).format(new Date(at))
export const dateTime = (at: number | string): string =>
  cached('dateTime', (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })).format(new Date(at))

/** "3 minutes ago", "in 2 days". */
export function relative(at: number | string, now = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000
  const [unit, size] = (
    [
      ['day', 86_400],
      ['hour', 3600],
      ['minute', 60],
      ['second', 1],
    ] as const
  ).find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  return cached('relative', (language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto' })).format(
    Math.round(seconds / size),
    unit,
  )
}

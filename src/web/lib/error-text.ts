import type { TFunction } from 'i18next'
import { ApiError } from '../api/problem.ts'
import { bytes, dateTime, money, number } from './format.ts'

/** What to tell a person about an error: a sentence per code, filled from its details; never a stack or a code alone. */
export function errorText(error: unknown, t: TFunction): string {
  if (!(error instanceof ApiError)) return t('errors.unexpected')
  const { code, details } = error
  switch (code) {
    case 'limit_reached':
      return t('errors.limit_reached', { left: leftOf(details), resetsAt: details.resetsAt ? dateTime(String(details.resetsAt)) : '' })
    case 'too_large':
      return details.limit
        ? t('errors.too_large_limit', { limit: details.unit === 'bytes' ? bytes(Number(details.limit)) : number(Number(details.limit)) })
        : t('errors.too_large')
    case 'content_refused':
      return details.rule ? t('errors.content_refused_rule', { rule: String(details.rule) }) : t('errors.content_refused')
    case 'model_retired':
      return details.successor ? t('errors.model_retired_successor', { successor: String(details.successor) }) : t('errors.model_retired')
    case 'throttled':
      return t('errors.throttled', { count: Math.max(1, Math.ceil(Number(details.retryAfterSeconds) || 5)) })
    case 'unavailable':
      return details.retryAfterSeconds
        ? t('errors.unavailable_in', { count: Math.max(1, Math.ceil(Number(details.retryAfterSeconds))) })
        : t('errors.unavailable')
    case 'unsupported_type':
      return details.found ? t('errors.unsupported_type_found', { found: String(details.found) }) : t('errors.unsupported_type')
    case 'invalid_input':
      // The server's sentence names the field and the value that would be right; it is English, and better than a vague one.
      return t('errors.invalid_input', { detail: error.message })
    default:
      return t(`errors.${code}`)
  }
}

const leftOf = ({ remaining, unit }: Record<string, unknown>) => {
  const left = Number(remaining) || 0
  if (unit === 'microUsd') return money(left)
  return unit === 'bytes' ? bytes(left) : number(left)
}

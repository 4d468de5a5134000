import { DAY, HOUR, MINUTE, SECOND } from './times.ts'

const TWO = Array.from({ length: 60 }, (_, at) => String(at).padStart(2, '0'))
let known = { day: Number.NaN, text: '' }

/** To the `T`: years after 9999 have six digits and a sign. */
function dayText(ms: number): string {
  const text = new Date(ms).toISOString()
  return text.slice(0, text.indexOf('T') + 1)
}

/** Integer ms since 1970 as ISO 8601 in UTC. Throws a RangeError where there is no such time. */
export function iso(ms: number): string {
  const day = Math.floor(ms / DAY)
  // The days of a list are few, and asking `Date` for each of its times took as long as all else that is said of an image.
  if (day !== known.day) known = { day, text: dayText(day * DAY) }
  const rest = ms - day * DAY
  const [hours, minutes, seconds] = [Math.floor(rest / HOUR), Math.floor(rest / MINUTE) % 60, Math.floor(rest / SECOND) % 60]
  return `${known.text}${TWO[hours]}:${TWO[minutes]}:${TWO[seconds]}.${String(rest % SECOND).padStart(3, '0')}Z`
}

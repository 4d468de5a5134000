import readExif, { type Exif } from 'exif-reader'
import type { CameraFacts } from '#core/image.ts'

/** Longest text taken from a tag: EXIF lets a stranger write megabytes. */
const MAX_TEXT = 200

/** What the camera wrote into EXIF, in our words and units. Undefined when nothing is there or readable: EXIF never fails a picture. */
export function cameraFacts(exif: Buffer | undefined): CameraFacts | undefined {
  const tags = exif && parse(exif)
  if (!tags) return undefined
  // A directory that it cannot read is null, whatever its types say.
  const [image, photo, gps] = [tags.Image ?? {}, tags.Photo ?? {}, tags.GPSInfo ?? {}]
  const facts: Record<keyof CameraFacts, string | number | undefined> = {
    make: text(image.Make),
    model: text(image.Model),
    lens: text(photo.LensModel),
    takenAt: takenAt(photo.DateTimeOriginal ?? photo.DateTimeDigitized, photo.OffsetTimeOriginal),
    exposureSeconds: positive(photo.ExposureTime),
    fNumber: positive(photo.FNumber),
    iso: positive([photo.ISOSpeedRatings].flat()[0]),
    focalLengthMm: positive(photo.FocalLength),
    latitude: degrees(gps.GPSLatitude, gps.GPSLatitudeRef, 90),
    longitude: degrees(gps.GPSLongitude, gps.GPSLongitudeRef, 180),
  }
  // Half a place is no place.
  if (facts.latitude === undefined || facts.longitude === undefined) facts.latitude = facts.longitude = undefined
  const known = Object.entries(facts).filter(([, value]) => value !== undefined)
  return known.length > 0 ? (Object.fromEntries(known) as CameraFacts) : undefined
}

function parse(exif: Buffer): Exif | undefined {
  try {
    return readExif(exif)
  } catch {
    return undefined // a broken tag table is common, and no reason to refuse a photograph
  }
}

function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const clean = value
    .replace(/[\0-\x1f\x7f]+/g, ' ')
    .trim()
    .slice(0, MAX_TEXT)
  return clean || undefined
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const positive = (value: unknown) => (isNumber(value) && value > 0 ? value : undefined)

/** EXIF times have no zone unless the offset tag gives one; exif-reader hands the wall clock over as if it were UTC. */
function takenAt(time: unknown, offset: unknown): string | undefined {
  if (!(time instanceof Date) || Number.isNaN(time.getTime())) return undefined
  const zone = typeof offset === 'string' && /^[+-]\d\d:\d\d$/.test(offset.trim()) ? offset.trim() : ''
  return `${time.toISOString().slice(0, 19)}${zone}`
}

/** Degrees, minutes and seconds with a hemisphere as one signed number, to some 10 cm. */
function degrees(parts: unknown, hemisphere: unknown, max: number): number | undefined {
  if (!Array.isArray(parts) || parts.length < 1 || !parts.every(isNumber)) return undefined
  const [whole = 0, minutes = 0, seconds = 0] = parts as number[]
  const sign = typeof hemisphere === 'string' && /^[SW]/i.test(hemisphere) ? -1 : 1
  const value = sign * (whole + minutes / 60 + seconds / 3600)
  return Math.abs(value) <= max ? Math.round(value * 1e6) / 1e6 : undefined
}

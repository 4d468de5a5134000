import { StudioError } from '#core/errors.ts'

/** Originals (and the inbox beside them) are precious; renditions can be made again, and have another life cycle. */
export type Buckets = { originals: string; renditions: string }
/** Which bucket holds a key: by its first folder, so that originals and renditions have their own life cycles. */
export type BucketOf = (key: string) => string

/** The bucket of each key's first folder. A key of no folder that is known fails with `invalid_input`. */
export function bucketsByFolder({ originals, renditions }: Buckets): BucketOf {
  const byFolder: Record<string, string> = { originals, inbox: originals, renditions }
  return (key) => {
    const bucket = byFolder[key.slice(0, key.indexOf('/'))]
    if (bucket === undefined) throw new StudioError('invalid_input', `no bucket is for ${JSON.stringify(key.slice(0, 80))}`)
    return bucket
  }
}

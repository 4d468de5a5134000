/** What S3 tells of one object that came. */
export type ArrivedObject = { bucket: string; key: string; byteLength: number; eTag: string }

type S3Record = { eventName?: string; s3?: { bucket?: { name?: string }; object?: { key?: string; size?: number; eTag?: string } } }

/**
 * The objects that an S3 event notification tells of. Keys come form-encoded: a plus is a space, the rest percent-encoded. The message
 * that S3 sends when a notification is set up (`s3:TestEvent`), removals and anything else tell of none.
 */
export function arrivedObjects(body: string): ArrivedObject[] {
  const records = recordsIn(body)
  return records.flatMap(({ eventName = '', s3 }) => {
    const key = s3?.object?.key
    const bucket = s3?.bucket?.name
    if (!eventName.startsWith('ObjectCreated:') || !key || !bucket) return []
    return [{ bucket, key: decoded(key), byteLength: s3.object?.size ?? 0, eTag: s3.object?.eTag ?? '' }]
  })
}

/** True for what S3 sends by itself: news of objects, or the test message of a notification that was set up. */
export function isStoreNotice(body: string): boolean {
  if (recordsIn(body).some(({ s3 }) => s3 !== undefined)) return true
  try {
    return (JSON.parse(body) as { Event?: unknown } | null)?.Event === 's3:TestEvent'
  } catch {
    return false
  }
}

/** The upload that a key belongs to (`originals/{owner}/{id}/upload`, `inbox/{owner}/{id}/upload`); undefined for any other key. */
export const uploadIdOf = (key: string): string | undefined => /^(?:originals|inbox)\/[a-z0-9-]+\/([a-z0-9-]+)\/upload$/.exec(key)?.[1]

function recordsIn(body: string): S3Record[] {
  try {
    const { Records } = (JSON.parse(body) ?? {}) as { Records?: unknown }
    return Array.isArray(Records) ? (Records as S3Record[]) : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

function decoded(key: string): string {
  const spaced = key.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch (error) {
    // Some servers send keys as they are: a percent sign that encodes nothing is then itself.
    if (error instanceof URIError) return spaced
    throw error
  }
}

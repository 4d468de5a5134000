import { cacheHeaders, PICTURE_HEADERS } from '#core/delivery-headers.ts'
import { type Allowed, checkLink, type Query, type Refused, type Verifier } from '#core/link.ts'

/** What the store, or the maker behind it, is asked for: by name alone, the signature gone, so that one cached copy serves every link. */
export type Forward = Allowed & { outcome: 'allowed'; path: string }
export type EdgeRefusal = { status: 400 | 404 | 410; headers: Record<string, string>; body: string }

const ANSWERS = {
  invalid_input: { status: 400, title: 'The request is not valid' },
  not_found: { status: 404, title: 'Not found' },
  gone: { status: 410, title: 'Gone' },
} as const satisfies Record<Refused['code'], { status: number; title: string }>

/**
 * Delivery as a CDN does it, before any server of ours is reached: checks the link, settles the format, names what is wanted, and puts the
 * headers on the answer. Pure but for what it is given: it runs where there is no Node.
 */
export function createEdge(verifier: Verifier) {
  return {
    /** What to fetch for `GET /i/{imageId}`, or why not. */
    async request(request: { imageId: string; query: Query; accept?: string | undefined }): Promise<Forward | Refused> {
      const checked = await checkLink(verifier, request)
      if (checked.outcome === 'refused') return checked
      const { imageId, canonical } = checked
      // The original has no name among the renditions: whoever serves it looks up whose it is.
      return { ...checked, path: canonical === 'original' ? `/originals/${imageId}` : `/renditions/${imageId}/${canonical}` }
    },
    /** A refusal as an answer: the same problem document as the API gives, never cached. */
    refusal({ code, message, field }: Refused): EdgeRefusal {
      const { status, title } = ANSWERS[code]
      const problem = { type: `/errors/${code}`, title, status, code, detail: message, ...(field && { fields: [field] }) }
      return { status, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' }, body: JSON.stringify(problem) }
    },
    /** Headers for the viewer, in place of those the store keeps. */
    headers: (allowed: Allowed): Record<string, string> => ({
      ...PICTURE_HEADERS,
      ...cacheHeaders(allowed, verifier.now()),
      'content-disposition': allowed.disposition,
    }),
  }
}

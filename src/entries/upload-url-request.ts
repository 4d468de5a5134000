import * as z from 'zod/mini'

const text = (most: number) => z.string().check(z.minLength(1, 'at least one character'), z.maxLength(most, `at most ${most} characters`))

/**
 * `UploadRequest` of core in zod's small form, since the large one is a tenth of this function's cold start; a test holds the two to the
 * same answers. The hash is taken and left out: who has the bytes already would get no URL, and this door has only the one answer.
 */
export const UploadUrlRequest = z.pipe(
  z.strictObject({
    fileName: text(255),
    contentType: text(100),
    byteLength: z.int('a whole number').check(z.minimum(1, 'at least 1')),
    sha256: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/, 'write it as 64 lower-case hex digits'))),
    purpose: z._default(z.enum(['image', 'mask'], 'image or mask'), 'image'),
  }),
  z.transform(({ sha256: _, ...request }) => request),
)

import { z } from 'zod'

/** What a client says of a file before it is sent. */
export const UploadRequest = z.strictObject({
  fileName: z.string().min(1).max(255),
  contentType: z.string().min(1).max(100),
  byteLength: z.int().min(1),
  /** Hex. Given, bytes that the owner already has are not sent again, and the store refuses other bytes. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'write it as 64 lower-case hex digits')
    .optional(),
  purpose: z.enum(['image', 'mask']).default('image'),
})
export type UploadRequest = z.input<typeof UploadRequest>

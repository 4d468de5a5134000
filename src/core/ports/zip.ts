/** One file of an archive. `name` may have folders; a text is UTF-8. */
export type ZipEntry = { name: string; modifiedAt: number; body: ReadableStream<Uint8Array> | AsyncIterable<string> | string }

/**
 * A ZIP of the entries in their order, made as it is read: an entry is asked for when the one before it has gone out, and nothing is held
 * whole. Uncompressed, since pictures are compressed already. The stream fails when an entry does.
 */
export type Zip = (entries: AsyncIterable<ZipEntry>) => ReadableStream<Uint8Array>

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isStudioError } from '#core/errors.ts'
import { type Send, uploadsContract } from '#core/ports/uploads.contract.ts'
import { fsBlobs } from './fs-blobs.ts'
import { fsUploads, type LocalUploads } from './fs-uploads.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteUploadRecords } from './sqlite-upload-records.ts'

function freshUploads(now = Date.now) {
  const dir = mkdtempSync(join(tmpdir(), 'genzo-uploads-'))
  const blobs = fsBlobs({ dir })
  const records = sqliteUploadRecords({ db: openDatabase(':memory:') })
  return { blobs, uploads: fsUploads({ dir, blobs, records, secret: 'a secret', baseUrl: 'http://studio.test', now }) }
}

/** What the HTTP route does with a PUT, without the HTTP. */
const sender =
  (uploads: LocalUploads): Send =>
  async ({ url, headers }, body) => {
    const put = { query: new URL(url).searchParams, headers: new Headers(headers), body: new Blob([body as BlobPart]).stream() }
    try {
      return { isOk: true, etag: (await uploads.receive(put)).etag }
    } catch (error) {
      if (isStudioError(error)) return { isOk: false, status: 400 }
      throw error
    }
  }

uploadsContract(async () => {
  const { uploads, blobs } = freshUploads()
  return { uploads, blobs, send: sender(uploads) }
})

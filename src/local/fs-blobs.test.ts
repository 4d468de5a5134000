import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { blobsContract } from '#core/ports/blobs.contract.ts'
import { fsBlobs } from './fs-blobs.ts'

const freshDir = () => mkdtempSync(join(tmpdir(), 'genzo-blobs-'))

blobsContract(async () => fsBlobs({ dir: freshDir() }))

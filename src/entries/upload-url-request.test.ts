import { expect, it } from 'vitest'
import { UploadRequest } from '#core/upload-request.ts'
import { UploadUrlRequest } from './upload-url-request.ts'

const file = { fileName: 'a.jpg', contentType: 'image/jpeg', byteLength: 5 }

it.each([
  file,
  { ...file, purpose: 'mask' },
  { ...file, sha256: 'ab'.repeat(32) },
  { ...file, fileName: 'n'.repeat(255), contentType: 't'.repeat(100) },
])('the door of one URL takes what every door takes, without the hash: %j', (body) => {
  const { sha256: _, ...wanted } = UploadRequest.parse(body)
  expect(UploadUrlRequest.parse(body)).toEqual(wanted)
})

it.each([
  ['no object', null],
  ['nothing said', {}],
  ['no name', { ...file, fileName: '' }],
  ['too long a name', { ...file, fileName: 'n'.repeat(256) }],
  ['no type', { ...file, contentType: '' }],
  ['too long a type', { ...file, contentType: 't'.repeat(101) }],
  ['no bytes', { ...file, byteLength: 0 }],
  ['half a byte', { ...file, byteLength: 1.5 }],
  ['a length as text', { ...file, byteLength: '5' }],
  ['a hash that is none', { ...file, sha256: 'AB' }],
  ['another purpose', { ...file, purpose: 'export' }],
  ['what nobody asked for', { ...file, ownerId: 'eve' }],
])('the door of one URL refuses, as every door does, %s', (_, body) => {
  const wrong = UploadRequest.safeParse(body).error!.issues.map(({ path }) => path)
  expect(UploadUrlRequest.safeParse(body).error?.issues.map(({ path }) => path)).toEqual(wrong)
})

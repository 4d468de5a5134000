import { describe, expect, it } from 'vitest'
import { derivativesContract } from '#core/ports/derivatives.contract.ts'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newBucket } from '../../e2e/aws/stores.ts'
import { s3Blobs } from './s3-blobs.ts'
import { s3Derivatives } from './s3-derivatives.ts'

const fresh = async () => {
  const { s3, bucket } = await newBucket(SERVER_FOR.s3)
  return s3Blobs({ s3, bucketOf: () => bucket })
}
derivativesContract(async () => s3Derivatives({ blobs: await fresh(), makers: 2, waiting: 2 }))

describe('derivatives on S3', () => {
  it('gives every process the bytes that were stored first', async () => {
    const blobs = await fresh()
    const [one, other] = [s3Derivatives({ blobs, makers: 1, waiting: 1 }), s3Derivatives({ blobs, makers: 1, waiting: 1 })]
    const make = (text: string) => async () => ({ bytes: new TextEncoder().encode(text), contentType: 'image/webp' })
    const key = 'renditions/1/v1/w99.webp'
    const answers = await Promise.all([one.getOrMake(key, make('one')), other.getOrMake(key, make('other'))])
    expect(answers[0]).toEqual(answers[1])
    expect(await blobs.read(key)).toEqual(answers[0]!.bytes)
  })
})

import { CloudFrontClient, CreateDistributionCommand, GetInvalidationCommand, ListInvalidationsCommand } from '@aws-sdk/client-cloudfront'
import { expect, it } from 'vitest'
import { newId } from '#core/ports/samples.contract.ts'
import { freshAccount } from '../../e2e/aws/servers.ts'
import { newBucket, newTables } from '../../e2e/aws/stores.ts'
import { bucketsByFolder } from './buckets.ts'
import { forgetAtEdge } from './cloudfront-copies.ts'
import { dynamodbEdgeCopies, withEdgeCopies } from './edge-copies.ts'
import { s3Blobs } from './s3-blobs.ts'
import { s3Derivatives } from './s3-derivatives.ts'

async function newEdge() {
  const cloudfront = new CloudFrontClient(freshAccount('ministack'))
  const DefaultCacheBehavior = {
    TargetOriginId: 'o',
    ViewerProtocolPolicy: 'https-only' as const,
    ForwardedValues: { QueryString: false, Cookies: { Forward: 'none' as const } },
    MinTTL: 0,
  }
  const Origins = { Quantity: 1, Items: [{ Id: 'o', DomainName: 'b.s3.amazonaws.com', S3OriginConfig: { OriginAccessIdentity: '' } }] }
  const DistributionConfig = { CallerReference: newId(), Comment: '', Enabled: true, Origins, DefaultCacheBehavior }
  const made = await cloudfront.send(new CreateDistributionCommand({ DistributionConfig }))
  const distributionId = made.Distribution!.Id!
  const copies = dynamodbEdgeCopies({ ...(await newTables('ministack')), now: Date.now })
  /** The paths that CloudFront was asked to forget, request by request. */
  const forgotten = async () => {
    const { InvalidationList } = await cloudfront.send(new ListInvalidationsCommand({ DistributionId: distributionId }))
    const ids = (InvalidationList?.Items ?? []).map(({ Id }) => Id!)
    const all = ids.map((Id) => cloudfront.send(new GetInvalidationCommand({ DistributionId: distributionId, Id })))
    return (await Promise.all(all)).map(({ Invalidation }) => Invalidation!.InvalidationBatch!.Paths!.Items)
  }
  return { copies, forgotten, forget: () => forgetAtEdge(copies, { cloudfront, distributionId, newId }), cloudfront }
}

it('has the edge forget a picture that was purged, under both of its addresses, once', async () => {
  const { copies, forget, forgotten } = await newEdge()
  const { s3, bucket } = await newBucket('ministack')
  const blobs = s3Blobs({ s3, bucketOf: bucketsByFolder({ originals: bucket, renditions: bucket }) })
  const derivatives = withEdgeCopies(s3Derivatives({ blobs, makers: 1, waiting: 1 }), copies)
  const id = newId()
  await derivatives.getOrMake(`renditions/${id}/v1/w640.webp`, async () => ({ bytes: new Uint8Array([1]), contentType: 'image/webp' }))
  expect(await forget()).toBe(0)
  await derivatives.purge(id)
  expect(await forget()).toBe(1)
  expect(await forgotten()).toEqual([[`/renditions/${id}/*`, `/i/${id}*`]])
  expect(await forget()).toBe(0)
})

it('forgets all pictures rather than ask for more of them than CloudFront works on', async () => {
  const { copies, forget, forgotten } = await newEdge()
  for (let made = 0; made < 6; made++) await copies.note(newId())
  expect(await forget()).toBe(6)
  expect(await forgotten()).toEqual([['/renditions/*', '/i/*']])
})

it('keeps what is noted while CloudFront refuses', async () => {
  const { copies, cloudfront } = await newEdge()
  const id = newId()
  await copies.note(id)
  await expect(forgetAtEdge(copies, { cloudfront, distributionId: 'ENOTTHERE', newId })).rejects.toThrow()
  expect(await copies.list(9)).toEqual([id])
})

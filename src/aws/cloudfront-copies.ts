import { type CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront'
import type { EdgeCopies } from './edge-copies.ts'
import { asking } from './errors.ts'

type Options = { cloudfront: CloudFrontClient; distributionId: string; newId: () => string }
/** Taken up by one run; more wait for the next. */
const AT_ONCE = 1_000
/** CloudFront works on 15 paths with an asterisk at a time (developer guide, "Quotas on invalidations"); a picture has two. */
const ONE_BY_ONE = 5

/**
 * Has CloudFront forget every copy of the images noted, within a minute or so; resolves with how many. Both addresses are named, the one
 * that people ask for and the one that the edge's function makes of it (developer guide, "What you need to know when invalidating files").
 * Of many images at once all pictures are forgotten: that costs two paths, and the store still has those that remain. A refusal rises, and
 * the notes stay.
 */
export async function forgetAtEdge(copies: EdgeCopies, { cloudfront, distributionId: DistributionId, newId }: Options): Promise<number> {
  const ids = await copies.list(AT_ONCE)
  if (ids.length === 0) return 0
  const Items = ids.length > ONE_BY_ONE ? ['/renditions/*', '/i/*'] : ids.flatMap((id) => [`/renditions/${id}/*`, `/i/${id}*`])
  const InvalidationBatch = { CallerReference: newId(), Paths: { Quantity: Items.length, Items } }
  await asking('cloudfront', () => cloudfront.send(new CreateInvalidationCommand({ DistributionId, InvalidationBatch })))
  await copies.done(ids)
  return ids.length
}

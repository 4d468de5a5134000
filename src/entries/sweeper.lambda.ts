import { CloudFrontClient } from '@aws-sdk/client-cloudfront'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { forgetAtEdge } from '#aws/cloudfront-copies.ts'
import { readSecrets } from '#aws/secrets-manager.ts'
import { bestEffort } from '#core/best-effort.ts'
import { MINUTE } from '#core/times.ts'
import { applyRetention } from '#core/use-cases/apply-retention.ts'
import { reindexSearch } from '#core/use-cases/reindex-search.ts'
import { sweep } from '#core/use-cases/sweep.ts'
import { ENV, readAwsEnv } from './aws-config.ts'
import { engineParts } from './engine-parts.ts'
import { edgeKeysOf } from './links-of.ts'
import { awsAccess, newId } from './on-aws.ts'

const env = readAwsEnv(ENV.sweeper)
const { edgeCopies, ...ports } = engineParts(env, 'sweeper')
const { GENZO_DISTRIBUTION_ID: distributionId } = env
// One service for the whole world, in Virginia.
const edge = distributionId && { cloudfront: new CloudFrontClient({ ...awsAccess(), region: 'us-east-1' }), distributionId, newId }

// Once in each process: the keys that sign owners' URLs reach the edge after a deployment or a rotation without anybody's doing.
if (env.GENZO_LINK_KEYS_ARN) {
  const { delivery } = await readSecrets({ secrets: new SecretsManagerClient(awsAccess()), id: env.GENZO_SECRET_ID })
  await edgeKeysOf(env.GENZO_LINK_KEYS_ARN).update({ put: Object.fromEntries(delivery.map(({ kid, secret }) => [kid, secret])) })
}

/** Well within the function's time, so that it ends by itself. */
const UPKEEP_MS = 2 * MINUTE

/**
 * By the clock, every other minute: sends again what is due, ends what was abandoned, and has the edge forget what was purged. Every hour,
 * by a rule that asks for `upkeep`: what is too old goes to the trash, and the index follows today's rule of words.
 */
export async function handler(event?: { task?: 'upkeep' }) {
  if (event?.task === 'upkeep') {
    const trashed = await applyRetention(ports)
    return { trashed, isIndexed: await reindexSearch(ports, { until: ports.now() + UPKEEP_MS }) }
  }
  const swept = await sweep(ports, { now: ports.now() })
  // CloudFront may have too many under way; what is noted stays noted until the next tick.
  if (edge) await bestEffort(ports, 'forgetting copies at the edge', () => forgetAtEdge(edgeCopies, edge))
  return swept
}

import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { readSecrets } from '#aws/secrets-manager.ts'
import { SECOND } from '#core/times.ts'
import { reindexSearch } from '#core/use-cases/reindex-search.ts'
import { sweep } from '#core/use-cases/sweep.ts'
import { ENV, readAwsEnv } from './aws-config.ts'
import { engineParts } from './engine-parts.ts'
import { edgeKeysOf } from './links-of.ts'
import { awsAccess } from './on-aws.ts'

const env = readAwsEnv(ENV.sweeper)
const ports = engineParts(env, 'sweeper')

// Once in each process: the keys that sign owners' URLs reach the edge after a deployment or a rotation without anybody's doing.
if (env.GENZO_LINK_KEYS_ARN) {
  const { delivery } = await readSecrets({ secrets: new SecretsManagerClient(awsAccess()), id: env.GENZO_SECRET_ID })
  await edgeKeysOf(env.GENZO_LINK_KEYS_ARN).update({ put: Object.fromEntries(delivery.map(({ kid, secret }) => [kid, secret])) })
}

/** By the clock, every minute: sends again what is due, ends what was abandoned; then goes on with an index to be made again. */
export const handler = async () => {
  const swept = await sweep(ports, { now: ports.now() })
  await reindexSearch(ports, { until: ports.now() + 30 * SECOND })
  return swept
}

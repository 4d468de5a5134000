import { randomFillSync } from 'node:crypto'
import type { AwsAccess } from '#aws/access.ts'
import { emfTelemetry } from '#aws/emf-telemetry.ts'
import { TABLES, type TableNames } from '#aws/tables.ts'
import { uuidV7Source } from '#core/ids.ts'
import type { Telemetry } from '#core/ports/operations.ts'
import type { AwsEnv, AwsFunction } from './aws-config.ts'

/** As many as a function of 2 vCPU encodes at once; Lambda gives a function one request at a time, so few ever wait. */
const MAKERS = { makers: 2, waiting: 16 }

export const now: () => number = Date.now
export const newId = uuidV7Source(now, (bytes) => randomFillSync(bytes))

/**
 * What every client is made with: region and credentials of the role. The SDK itself reads `AWS_ENDPOINT_URL`, and one for each service,
 * which name other servers than AWS's: those take buckets in the path, and have no name server for prefixed hosts.
 */
export function awsAccess(env: Record<string, string | undefined> = process.env): AwsAccess {
  const { AWS_REGION: region = 'us-east-1', AWS_ENDPOINT_URL: endpoint } = env
  return { region, ...(endpoint && { forcePathStyle: true, disableHostPrefix: true }) }
}

/** Numbers and logs to standard output, a line of JSON each, which Lambda hands on untouched. */
export const telemetryOf = (env: AwsEnv<'GENZO_STAGE' | 'GENZO_LOG_LEVEL'>, service: AwsFunction): Telemetry =>
  emfTelemetry({
    ...{ write: (line) => process.stdout.write(`${line}\n`), now, namespace: 'Genzo' },
    ...{ about: { service, stage: env.GENZO_STAGE }, level: env.GENZO_LOG_LEVEL },
  })

/** What the adapters over DynamoDB are made with. */
export function factsConfig({ GENZO_TABLE_PREFIX: prefix }: AwsEnv<'GENZO_TABLE_PREFIX'>) {
  const tables = Object.fromEntries(Object.keys(TABLES).map((name) => [name, prefix + name])) as TableNames
  return { access: awsAccess(), tables, now, newId }
}

/** What the adapters over S3 are made with. Its address is named here too: a signer without a client does not read it by itself. */
export function bytesConfig(
  env: AwsEnv<'GENZO_ORIGINALS_BUCKET' | 'GENZO_RENDITIONS_BUCKET'>,
  given: Record<string, string | undefined> = process.env,
) {
  const endpoint = given['AWS_ENDPOINT_URL_S3'] || given['AWS_ENDPOINT_URL']
  return {
    ...{ access: { ...awsAccess(given), ...(endpoint && { endpoint, forcePathStyle: true }) }, makers: MAKERS, now },
    buckets: { originals: env.GENZO_ORIGINALS_BUCKET, renditions: env.GENZO_RENDITIONS_BUCKET },
  }
}

/**
 * A port whose adapter is loaded at its first call, for bundles that are split: a start then reads only the code that its request needs.
 * Every method of a port is asynchronous, so callers see no difference. A load that failed is tried again.
 */
export function onFirstUse<T extends object>(load: () => Promise<T>): T {
  let loading: Promise<T> | undefined
  const loaded = () => {
    loading ??= load().catch((error) => {
      loading = undefined
      throw error
    })
    return loading
  }
  const call =
    (name: string | symbol) =>
    async (...args: unknown[]) =>
      ((await loaded())[name as keyof T] as (...args: unknown[]) => unknown)(...args)
  // Without `then`, or awaiting the port itself would call it.
  return new Proxy({} as T, { get: (_, name) => (name === 'then' ? undefined : call(name)) })
}

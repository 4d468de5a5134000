import { randomInt } from 'node:crypto'
import { NodeHttpHandler } from '@smithy/node-http-handler'

/** `guarded` is MiniStack that looks at policies: what a role may not do, it refuses. It has one account. `dynamodbLocal` is Amazon's own. */
export type ServerName = 'ministack' | 'moto' | 'guarded' | 'dynamodbLocal'
const VARIABLE = {
  ...{ ministack: 'GENZO_TEST_MINISTACK', moto: 'GENZO_TEST_MOTO', guarded: 'GENZO_TEST_GUARDED' },
  dynamodbLocal: 'GENZO_TEST_DYNAMODB',
} satisfies Record<ServerName, string>

/** Which server each service is tested on. The other one, and why not, is in docs/guide/testing-aws.md. */
export const SERVER_FOR = {
  /** moto checks no signature. */
  s3: 'ministack',
  dynamodb: 'ministack',
  sqs: 'ministack',
  /** moto does not interpret machines. */
  stepFunctions: 'ministack',
  /** moto keeps one account for everybody. */
  cognito: 'ministack',
  sns: 'ministack',
  secretsManager: 'ministack',
  /** MiniStack takes any sender, and does not show what was sent. */
  ses: 'moto',
  /** The only one that has policies looked at. */
  cloudFormation: 'guarded',
} as const satisfies Record<string, ServerName>

/** Where a test server answers. Never a real account: these suites create and fill stores. Absent is a failure, not a skip. */
export function endpointOf(name: ServerName): string {
  const url = process.env[VARIABLE[name]] ?? ''
  if (!/^http:\/\/127\.0\.0\.1:\d+$/.test(url)) throw new Error(`${name} is not running: start these suites with \`npm run test:aws\``)
  return url
}

/** What every SDK client of a test needs. Each call is a fresh account: both servers keep accounts apart by a 12-digit access key. */
export function freshAccount(name: ServerName) {
  const accessKeyId = String(randomInt(100_000_000_000, 1_000_000_000_000))
  return {
    endpoint: endpointOf(name),
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'test' },
    // HTTP/1.1 by name: some clients speak HTTP/2 by default, which moto does not.
    requestHandler: new NodeHttpHandler(),
  }
}

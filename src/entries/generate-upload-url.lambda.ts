import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { bucketsByFolder } from '#aws/buckets.ts'
import { documentClient } from '#aws/dynamodb.ts'
import { dynamodbDirectory } from '#aws/dynamodb-directory.ts'
import { dynamodbImages } from '#aws/dynamodb-images.ts'
import { dynamodbLedger } from '#aws/dynamodb-ledger.ts'
import { dynamodbRates } from '#aws/dynamodb-operations.ts'
import { dynamodbUploadRecords } from '#aws/dynamodb-upload-records.ts'
import { s3Signing } from '#aws/s3-signing.ts'
import { StudioError } from '#core/errors.ts'
import { requestUpload } from '#core/use-cases/request-upload.ts'
import { ENV, policyOf, readAwsEnv } from './aws-config.ts'
import { gatewayActor } from './gateway-actor.ts'
import { bytesConfig, factsConfig, newId, now, telemetryOf } from './on-aws.ts'
import { answered, bodyOf } from './proxy-answer.ts'
import { UploadUrlRequest } from './upload-url-request.ts'
import { welcomed } from './welcomed.ts'

const env = readAwsEnv(ENV['generate-upload-url'])
const { access, tables } = factsConfig(env)
const on = { dynamo: documentClient(new DynamoDBClient(access)), tables }
const { buckets, access: storeAccess } = bytesConfig(env)
// Signing asks nobody: this function holds the signer, and neither S3's client nor the adapters that it never calls.
const uploads = {
  ...dynamodbUploadRecords(on),
  ...s3Signing({ access: storeAccess, bucketOf: bucketsByFolder(buckets), now }),
  begin: tooLarge,
}
const [images, ledger, rates] = [dynamodbImages({ ...on, newId }), dynamodbLedger({ ...on, now }), dynamodbRates(on)]
const telemetry = telemetryOf(env, 'generate-upload-url')
const ports = { images, ledger, rates, uploads, policy: policyOf(env), now, newId }
const isWelcome = welcomed({ people: dynamodbDirectory({ ...on, now }), now })

/** `POST /generate-upload-url` → `{upload_url, file_path}`: one signed PUT of at most 16 MiB, after every limit was checked. */
export const handler = (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> =>
  answered(telemetry, async () => {
    const actor = gatewayActor(event.requestContext.authorizer)
    if (!actor) throw new StudioError('unauthenticated', 'sign in first', { reason: 'missing' })
    await isWelcome(actor, event.requestContext.authorizer)
    if (!actor.scopes.includes('images:write'))
      throw new StudioError('forbidden', 'the credential lacks the scope images:write', { needs: 'images:write' })
    const offer = await requestUpload(ports, actor, bodyOf(event, UploadUrlRequest))
    if (offer.outcome !== 'put') throw new Error(`one PUT was to be offered, and it is ${offer.outcome}`)
    return { statusCode: 200, body: JSON.stringify({ upload_url: offer.put.url, file_path: offer.filePath }) }
  })

/** Before anything is stored: a file in parts is begun by another door. */
async function tooLarge(): Promise<never> {
  throw new StudioError('too_large', 'one URL takes at most 16 MiB; send larger files in parts by POST /api/uploads', { unit: 'bytes' })
}

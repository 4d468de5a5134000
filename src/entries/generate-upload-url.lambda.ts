import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { awsBytes } from '#aws/bytes.ts'
import { awsFacts } from '#aws/facts.ts'
import { StudioError } from '#core/errors.ts'
import { requestUpload, UploadRequest } from '#core/use-cases/request-upload.ts'
import { ENV, policyOf, readAwsEnv } from './aws-config.ts'
import { gatewayActor } from './gateway-actor.ts'
import { bytesConfig, factsConfig, newId, now, telemetryOf } from './on-aws.ts'
import { answered, bodyOf } from './proxy-answer.ts'
import { welcomed } from './welcomed.ts'

const env = readAwsEnv(ENV['generate-upload-url'])
const { images, ledger, rates, people, uploadRecords } = awsFacts(factsConfig(env))
const { signedUploads } = awsBytes(bytesConfig(env))
const telemetry = telemetryOf(env, 'generate-upload-url')
const ports = { images, ledger, rates, uploads: { ...signedUploads, ...uploadRecords }, policy: policyOf(env), now, newId }
const isWelcome = welcomed({ people, now })

/** `POST /generate-upload-url` → `{upload_url, file_path}`: one signed PUT of at most 16 MiB, after every limit was checked. */
export const handler = (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> =>
  answered(telemetry, async () => {
    const actor = gatewayActor(event.requestContext.authorizer)
    if (!actor) throw new StudioError('unauthenticated', 'sign in first', { reason: 'missing' })
    await isWelcome(actor, event.requestContext.authorizer)
    if (!actor.scopes.includes('images:write'))
      throw new StudioError('forbidden', 'the credential lacks the scope images:write', { needs: 'images:write' })
    // Without the hash: who has the bytes already would get no URL, and this form has only the one answer.
    const { sha256: _, ...request } = bodyOf(event, UploadRequest)
    const offer = await requestUpload(ports, actor, request)
    if (offer.outcome !== 'put')
      throw new StudioError('too_large', 'one URL takes at most 16 MiB; send larger files in parts by POST /api/uploads', { unit: 'bytes' })
    return { statusCode: 200, body: JSON.stringify({ upload_url: offer.put.url, file_path: offer.filePath }) }
  })

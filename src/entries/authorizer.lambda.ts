import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda'
import { awsFacts } from '#aws/facts.ts'
import { isStudioError } from '#core/errors.ts'
import { studioTokens } from '#http/auth/studio-tokens.ts'
import { ENV, readAwsEnv } from './aws-config.ts'
import { contextOf } from './gateway-actor.ts'
import { factsConfig, now, telemetryOf } from './on-aws.ts'
import { trustedIssuers } from './trusted-issuers.ts'

const env = readAwsEnv(ENV.authorizer)
const telemetry = telemetryOf(env, 'authorizer')
const { keys, people } = awsFacts(factsConfig(env))
// The gateway remembers the answer; what this function remembers beside it would only add to how long a revocation lags.
const tokens = studioTokens({ keys, directory: people, issuers: trustedIssuers(env), now, recheckMs: 0 })

/**
 * Knows every credential, and lets through to the whole stage with who it is as context: which route they may take is the app's to say,
 * and one answer then serves every route of the same token. `Unauthorized` is what API Gateway turns into a 401.
 */
export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  try {
    const actor = await tokens.verify(bearerIn(event))
    const [api, stage] = event.methodArn.split('/')
    const Statement = [{ Action: 'execute-api:Invoke', Effect: 'Allow' as const, Resource: `${api}/${stage}/*` }]
    return { principalId: actor.id, policyDocument: { Version: '2012-10-17', Statement }, context: contextOf(actor) }
  } catch (error) {
    if (isStudioError(error, 'unauthenticated')) throw new Error('Unauthorized')
    telemetry.log('error', 'a credential could not be checked', { error })
    throw error
  }
}

/** Wherever clients of its kind put it; header names come as the client wrote them. */
function bearerIn({ headers }: APIGatewayRequestAuthorizerEvent): string {
  const named = Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value?.trim() ?? '']))
  const bearer = /^Bearer ([\x21-\x7e]+)$/i.exec(named.authorization ?? '')?.[1]
  const credential = bearer ?? (named.authorization ? undefined : named['api-key'])
  if (!credential) throw new Error('Unauthorized')
  return credential
}

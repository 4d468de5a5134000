import { handle, type LambdaEvent, streamHandle } from 'hono/aws-lambda'
import type { Actor } from '#core/actor.ts'
import { createApp, type Site } from '#http/app.ts'
import { studioTokens } from '#http/auth/studio-tokens.ts'
import { apiPorts } from './api-ports.ts'
import { ENV, RESOURCE, readAwsEnv } from './aws-config.ts'
import { gatewayActor } from './gateway-actor.ts'
import { now } from './on-aws.ts'
import { pageOverHttp } from './page-over-http.ts'
import { poolIssuer, trustedIssuers } from './trusted-issuers.ts'

/** Put in by the bundler. */
declare const GENZO_VERSION: string | undefined

const env = readAwsEnv(ENV.api)
const ports = await apiPorts(env)
const site: Site = {
  ...{ name: 'Genzo', issuer: poolIssuer(env.GENZO_USER_POOL_ID), clientId: env.GENZO_CLIENT_IDS[0]! },
  scope: ['openid', 'email', 'profile', ...['images:read', 'images:write', 'generate'].map((scope) => `${RESOURCE}/${scope}`)].join(' '),
  ...(env.GENZO_LOGIN_URL && { logoutUrl: `${env.GENZO_LOGIN_URL}/logout` }),
  // Cognito writes the letters of an account itself, whether or not the studio has a sender.
  ...{ isEmbeddedIssuer: false, signup: env.GENZO_SIGNUP, social: [], isMailed: true },
  version: typeof GENZO_VERSION === 'string' ? GENZO_VERSION : 'unbundled',
}
const app = createApp(ports, {
  site,
  // Behind a gateway without our authorizer, such as a load balancer, the credential is looked at here.
  tokens: studioTokens({ keys: ports.keys, directory: ports.directory, issuers: trustedIssuers(env), now }),
  actorOf: (c): Actor | undefined => {
    const { event } = c.env as { event?: LambdaEvent }
    return gatewayActor((event?.requestContext as { authorizer?: Record<string, unknown> | null } | undefined)?.authorizer)
  },
  page: pageOverHttp({ publicUrl: env.GENZO_PUBLIC_URL, now }),
  isStreaming: false,
})

/** The HTTP API, answered whole. */
export const handler = handle(app)
/** The same, answered as it goes (`ResponseTransferMode: STREAM`): for what is longer than 6 MB or 29 s. Only Lambda's own runtime can. */
const { awslambda } = globalThis as { awslambda?: { streamifyResponse?: unknown } }
export const streamHandler = awslambda?.streamifyResponse ? streamHandle(app) : undefined

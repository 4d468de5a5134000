import type { TrustedIssuer } from '#http/auth/issuers.ts'
import type { AwsEnv } from './aws-config.ts'
import { awsAccess } from './on-aws.ts'

export const poolIssuer = (userPoolId: string): string => `https://cognito-idp.${awsAccess().region}.amazonaws.com/${userPoolId}`

/** The user pool, whose access tokens name a client in place of an audience, and whatever other issuers the operator trusts. */
export const trustedIssuers = (env: AwsEnv<'GENZO_USER_POOL_ID' | 'GENZO_CLIENT_IDS' | 'GENZO_ISSUERS'>): TrustedIssuer[] => [
  { issuer: poolIssuer(env.GENZO_USER_POOL_ID), audiences: [], clientIds: env.GENZO_CLIENT_IDS },
  ...env.GENZO_ISSUERS,
]

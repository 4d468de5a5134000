import type { PreSignUpTriggerEvent, PreTokenGenerationTriggerEvent, PreTokenGenerationV2TriggerEvent } from 'aws-lambda'
import { ENV, readAwsEnv } from './aws-config.ts'

const { GENZO_ALLOWED_EMAIL_DOMAINS: allowed = [] } = readAwsEnv(ENV['cognito-triggers'])

type TokenEvent = PreTokenGenerationTriggerEvent | PreTokenGenerationV2TriggerEvent
type Event = PreSignUpTriggerEvent | TokenEvent

/** What Cognito asks on the way: who may register, and what tokens say. Cognito shows the message of an error to whoever registers. */
export async function handler(event: Event): Promise<Event> {
  if (event.triggerSource.startsWith('PreSignUp_')) return admitted(event as PreSignUpTriggerEvent)
  if (event.triggerSource.startsWith('TokenGeneration_')) return withClaims(event as TokenEvent)
  return event
}

/** Whom an operator invites is welcome from anywhere; whoever comes by themselves needs an address of an allowed domain. */
function admitted(event: PreSignUpTriggerEvent): PreSignUpTriggerEvent {
  if (event.triggerSource === 'PreSignUp_AdminCreateUser' || allowed.length === 0) return event
  const email = event.request.userAttributes.email ?? ''
  // The whole domain after the last @, so that `@example.com.evil.net` and `@evil-example.com` are strangers.
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase()
  if (email.includes('@') && allowed.includes(domain)) return event
  throw new Error(`registration is for addresses of ${allowed.join(', ')}`)
}

/**
 * The owner's id as a claim of its own, which the identity pool turns into the tag that opens `inbox/{owner}/`; the groups stay as
 * Cognito has them, since roles come from groups only.
 */
function withClaims(event: TokenEvent): TokenEvent {
  const owner = event.request.userAttributes.sub
  if (!owner) return event
  const groupOverrideDetails = event.request.groupConfiguration
  if (!isV2(event)) {
    event.response = { claimsOverrideDetails: { claimsToAddOrOverride: { owner }, groupOverrideDetails } }
    return event
  }
  const claims = { claimsToAddOrOverride: { owner, ...emailOf(event) } }
  event.response = { claimsAndScopeOverrideDetails: { idTokenGeneration: claims, accessTokenGeneration: claims, groupOverrideDetails } }
  return event
}

const isV2 = (event: TokenEvent): event is PreTokenGenerationV2TriggerEvent => event.version !== '1'

/** Only a proven address travels in access tokens: the studio knows people by it. */
function emailOf({ request: { userAttributes } }: PreTokenGenerationV2TriggerEvent): { email?: string } {
  const { email, email_verified: isVerified } = userAttributes
  return email && isVerified === 'true' ? { email } : {}
}

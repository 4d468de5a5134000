import { createHmac } from 'node:crypto'
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { StudioError } from '#core/errors.ts'
import type { Signer } from '#core/ports/index.ts'
import { asking, isAnswer } from './errors.ts'

/** What the studio's one secret holds. The first delivery key signs, all verify: a rotation puts the new one in front. */
export type StudioSecrets = { delivery: DeliveryKey[] }
/** The secret as the stack makes it, until it is first rotated: Secrets Manager generates one value, at the top. */
type DeliveryKey = { kid: string; secret: string }

/** Reads the studio's secret. Fails with `unavailable`, naming what is wrong with it and never what is in it. */
export async function readSecrets({ secrets, id }: { secrets: SecretsManagerClient; id: string }): Promise<StudioSecrets> {
  const text = await secretText(secrets, id)
  try {
    const { kid, secret, delivery = kid && secret ? [{ kid, secret }] : [] } = JSON.parse(text) as Partial<StudioSecrets & DeliveryKey>
    const isWhole = delivery.length && delivery.every(({ kid, secret }) => kid && typeof secret === 'string' && secret.length >= 32)
    if (isWhole) return { delivery }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new StudioError('unavailable', `secret ${id} is not {"delivery": [{"kid", "secret"}]} with secrets of 32 characters or more`)
}

async function secretText(secrets: SecretsManagerClient, id: string): Promise<string> {
  try {
    const { SecretString } = await asking('secrets manager', () => secrets.send(new GetSecretValueCommand({ SecretId: id })))
    return SecretString ?? ''
  } catch (error) {
    if (!isAnswer(error, 'ResourceNotFoundException')) throw error
    throw new StudioError(
      'unavailable',
      `there is no secret ${id}; the data stack makes it`,
      { service: 'secrets manager' },
      { cause: error },
    )
  }
}

/** HMAC-SHA-256 under the studio's delivery keys. */
export function hmacSigner({ delivery }: StudioSecrets): Signer {
  const [current] = delivery
  if (!current) throw new StudioError('internal', 'a signer needs a key')
  return {
    kid: current.kid,
    sign: (text, secret = current.secret) => createHmac('sha256', secret).update(text).digest('base64url'),
    secretOf: (kid) => delivery.find((key) => key.kid === kid)?.secret,
  }
}

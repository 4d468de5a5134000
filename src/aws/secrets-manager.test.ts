import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { freshAccount, SERVER_FOR } from '../../e2e/aws/servers.ts'
import { hmacSigner, readSecrets } from './secrets-manager.ts'

const [older, newer] = [
  { kid: 'd1', secret: 'a'.repeat(43) },
  { kid: 'd2', secret: 'b'.repeat(43) },
]
const client = () => new SecretsManagerClient(freshAccount(SERVER_FOR.secretsManager))

describe('secrets from Secrets Manager', () => {
  it('give a signer whose newest key signs and whose older one still verifies', async () => {
    const secrets = client()
    await secrets.send(new CreateSecretCommand({ Name: 'genzo', SecretString: JSON.stringify({ delivery: [newer, older] }) }))
    const signer = hmacSigner(await readSecrets({ secrets, id: 'genzo' }))
    expect(signer.kid).toBe('d2')
    expect(signer.sign('text')).toMatch(/^[\w-]{43}$/)
    expect(signer.sign('text', signer.secretOf('d1'))).not.toBe(signer.sign('text'))
    expect(signer.secretOf('d3')).toBeUndefined()
  })

  it('give a signer from the secret as a stack makes it', async () => {
    const secrets = client()
    await secrets.send(new CreateSecretCommand({ Name: 'genzo', SecretString: JSON.stringify(older) }))
    expect(hmacSigner(await readSecrets({ secrets, id: 'genzo' })).kid).toBe('d1')
  })

  it('say which secret is missing', async () => {
    await expect(readSecrets({ secrets: client(), id: 'genzo' })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('genzo'),
    })
  })

  it.each(['not json', '{}', '{"delivery":[]}', '{"delivery":[{"kid":"d1","secret":"hunter2"}]}'])(
    'refuse %j without repeating it',
    async (SecretString) => {
      const secrets = client()
      await secrets.send(new CreateSecretCommand({ Name: 'genzo', SecretString }))
      const refused = await readSecrets({ secrets, id: 'genzo' }).catch((error) => error)
      expect(refused).toMatchObject({ code: 'unavailable' })
      expect(refused.message).not.toContain('hunter2')
    },
  )
})

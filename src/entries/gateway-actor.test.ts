import { expect, it } from 'vitest'
import { gatewayActor } from './gateway-actor.ts'

const sub = '0193A1B2-c3d4-7e5f-8a9b-0c1d2e3f4a5b'

it('takes the claims of an access token, with its role from groups and its scopes bare', () => {
  const claims = { sub, token_use: 'access', scope: 'https://x/generate openid', 'cognito:groups': '[admin editors]' }
  expect(gatewayActor({ claims })).toMatchObject({ id: sub.toLowerCase(), role: 'admin', scopes: ['generate'], via: 'jwt' })
})

it('knows nobody by an ID token, which is for the client that asked for it', () => {
  expect(gatewayActor({ claims: { sub, token_use: 'id', 'cognito:groups': 'admin' } })).toBeUndefined()
})

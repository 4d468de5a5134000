import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  ListUsersInGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { describe, expect, it } from 'vitest'
import { freshAccount, SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newTables } from '../../e2e/aws/stores.ts'
import { cognitoDirectory } from './cognito-directory.ts'
import { dynamodbDirectory } from './dynamodb-directory.ts'

const PASSWORD = 'Correct-horse-9'

async function fresh() {
  const cognito = new CognitoIdentityProviderClient(freshAccount(SERVER_FOR.cognito))
  const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'people', UsernameAttributes: ['email'] }))
  const UserPoolId = UserPool!.Id!
  await cognito.send(new CreateGroupCommand({ UserPoolId, GroupName: 'admin' }))
  const ExplicitAuthFlows = ['ALLOW_ADMIN_USER_PASSWORD_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const]
  const { UserPoolClient } = await cognito.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: 'web', ExplicitAuthFlows }))
  const ClientId = UserPoolClient!.ClientId!
  const people = dynamodbDirectory({ ...(await newTables(SERVER_FOR.dynamodb)), now: () => 5_000 })
  const signIn = (email: string) =>
    cognito.send(
      new AdminInitiateAuthCommand({
        UserPoolId,
        ClientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: email, PASSWORD },
      }),
    )
  const admins = async () => (await cognito.send(new ListUsersInGroupCommand({ UserPoolId, GroupName: 'admin' }))).Users ?? []
  return { cognito, UserPoolId, people, signIn, admins, directory: cognitoDirectory({ cognito, userPoolId: UserPoolId, people }) }
}
const subOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).sub

describe('the directory over Cognito', () => {
  it('makes a person who can sign in, and whose tokens carry their id', async () => {
    const { directory, signIn } = await fresh()
    const ada = await directory.create({ email: 'Ada@Example.com', password: PASSWORD, role: 'user' })
    expect(ada).toMatchObject({ email: 'ada@example.com', role: 'user', isDisabled: false })
    const { AuthenticationResult } = await signIn('ada@example.com')
    expect(subOf(AuthenticationResult!.IdToken!)).toBe(ada.id)
    expect(await directory.find(ada.id)).toEqual(ada)
    expect(await directory.findByEmail('ADA@example.com')).toEqual(ada)
    expect((await directory.list({ limit: 10 })).items).toEqual([ada])
  })

  it('refuses an address that is taken, and leaves the first person as they were', async () => {
    const { directory, signIn } = await fresh()
    const ada = await directory.create({ email: 'ada@example.com', password: PASSWORD, role: 'user' })
    await expect(directory.create({ email: 'ada@example.com', password: PASSWORD, role: 'user' })).rejects.toMatchObject({
      code: 'conflict',
    })
    await signIn('ada@example.com')
    expect((await directory.list({ limit: 10 })).items).toEqual([ada])
  })

  it('keeps nothing of a person who could not be made whole, so that they can be made again', async () => {
    const { cognito, UserPoolId, people, directory } = await fresh()
    const down = { ...people, insert: () => Promise.reject(new Error('the table is away')) }
    const bob = { email: 'bob@example.com', password: PASSWORD, role: 'user' } as const
    await expect(cognitoDirectory({ cognito, userPoolId: UserPoolId, people: down }).create(bob)).rejects.toThrow('the table is away')
    expect(await directory.findByEmail('bob@example.com')).toBeUndefined()
    expect(await directory.create(bob)).toMatchObject({ email: 'bob@example.com' })
  })

  it('puts operators in the group that their role comes from, and takes them out', async () => {
    const { directory, admins } = await fresh()
    const ada = await directory.create({ email: 'ada@example.com', password: PASSWORD, role: 'admin' })
    expect(await admins()).toHaveLength(1)
    await directory.setRole(ada.id, 'user')
    expect(await admins()).toEqual([])
    expect(await directory.find(ada.id)).toMatchObject({ role: 'user' })
  })

  it('keeps a disabled person out, and lets them in again', async () => {
    const { directory, signIn } = await fresh()
    const ada = await directory.create({ email: 'ada@example.com', password: PASSWORD, role: 'user' })
    await directory.setDisabled(ada.id, true)
    await expect(signIn('ada@example.com')).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    expect(await directory.find(ada.id)).toMatchObject({ isDisabled: true })
    await directory.setDisabled(ada.id, false)
    await signIn('ada@example.com')
  })

  it('knows people of the pool whom it did not make, and remembers when their tokens were revoked', async () => {
    const { directory, cognito, UserPoolId } = await fresh()
    // SignUp itself carries no credentials, and so no account of MiniStack's: to the pool this is the same person.
    const made = await cognito.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username: 'bob@example.com',
        UserAttributes: [{ Name: 'email', Value: 'bob@example.com' }],
      }),
    )
    const id = made.User!.Attributes!.find(({ Name }) => Name === 'sub')!.Value!
    expect(await directory.find(id)).toMatchObject({ id, email: 'bob@example.com', role: 'user' })
    expect(await directory.findByEmail('bob@example.com')).toMatchObject({ id })
    await directory.revokeTokens(id, 9_000)
    expect(await directory.find(id)).toMatchObject({ id, revokedBefore: 9_000 })
  })

  it('removes a person from the pool and from the record, and again without error', async () => {
    const { directory, signIn } = await fresh()
    const ada = await directory.create({ email: 'ada@example.com', password: PASSWORD, role: 'user' })
    await directory.remove(ada.id)
    await directory.remove(ada.id)
    expect(await directory.find(ada.id)).toBeUndefined()
    expect((await directory.list({ limit: 10 })).items).toEqual([])
    await expect(signIn('ada@example.com')).rejects.toThrow()
  })

  it('finds nobody by an address made to look like a filter', async () => {
    const { directory } = await fresh()
    await directory.create({ email: 'ada@example.com', password: PASSWORD, role: 'user' })
    expect(await directory.findByEmail('x" or email ^= "a')).toBeUndefined()
  })
})

import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  type AttributeType,
  type CognitoIdentityProviderClient,
  ListUsersCommand,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider'
import { StudioError } from '#core/errors.ts'
import type { Directory, User } from '#core/ports/access.ts'
import type { People } from './dynamodb-directory.ts'
import { asking, isAnswer } from './errors.ts'

type Options = { cognito: CognitoIdentityProviderClient; userPoolId: string; people: People }
/** The group that makes an operator. Roles come from groups only. */
const ADMIN = 'admin'

/**
 * A Cognito user pool as the issuer, beside the studio's own record of its people. Cognito is told first: what it refuses does not
 * happen. Whoever signed up by themselves appears in `list` with their first request.
 */
export function cognitoDirectory({ cognito, userPoolId: UserPoolId, people }: Options): Directory {
  const ask = <T>(call: () => Promise<T>) => asking('cognito', call)
  const findOne = async (attribute: 'sub' | 'email', value: string): Promise<UserType | undefined> => {
    // A filter is a little language: a quote in the value would end the string.
    const Filter = `${attribute} = "${value.replace(/["\\]/g, '')}"`
    return (await ask(() => cognito.send(new ListUsersCommand({ UserPoolId, Filter, Limit: 1 })))).Users?.[0]
  }
  /** Runs a command on a person of the pool. People of an outside issuer are not in it, and need nothing done there. */
  const onPerson = async (id: string, act: (Username: string) => Promise<unknown>) => {
    const user = await findOne('sub', id)
    if (!user?.Username) return
    try {
      await ask(() => act(user.Username!))
    } catch (error) {
      if (!isAnswer(error, 'UserNotFoundException')) throw error
    }
  }
  const adopted = (user: UserType | undefined): User | undefined =>
    user && {
      id: attributeOf(user.Attributes, 'sub'),
      email: attributeOf(user.Attributes, 'email').toLowerCase(),
      role: 'user',
      isDisabled: user.Enabled === false,
      createdAt: user.UserCreateDate?.getTime() ?? 0,
    }
  /** The studio's own record of a person of the pool, made now if they have not been met before: what is said of them must be kept. */
  const meet = async (id: string) => {
    if (await people.find(id)) return
    const user = adopted(await findOne('sub', id))
    if (user) await people.insert(user)
  }
  const setRole = (id: string, role: User['role']) =>
    onPerson(id, (Username) =>
      role === 'admin'
        ? cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName: ADMIN }))
        : cognito.send(new AdminRemoveUserFromGroupCommand({ UserPoolId, Username, GroupName: ADMIN })),
    )

  return {
    async create({ email, password, role }) {
      const address = email.toLowerCase()
      const UserAttributes = [
        { Name: 'email', Value: address },
        { Name: 'email_verified', Value: 'true' },
      ]
      // With a password no letter is needed; without one Cognito mails a temporary one, which must be changed at first sign-in.
      const invitation = password === undefined ? { DesiredDeliveryMediums: ['EMAIL' as const] } : { MessageAction: 'SUPPRESS' as const }
      const made = await refusals(() =>
        cognito.send(new AdminCreateUserCommand({ UserPoolId, Username: address, UserAttributes, ...invitation })),
      )
      const user = { ...adopted(made.User)!, role }
      const Username = made.User!.Username!
      try {
        if (password !== undefined)
          await refusals(() => cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: password, Permanent: true })))
        if (role === 'admin') await setRole(user.id, role)
        await people.insert(user)
      } catch (error) {
        // Half an account would block the address: it goes, and whoever called may try again.
        await ask(() => cognito.send(new AdminDeleteUserCommand({ UserPoolId, Username })))
        throw error
      }
      return user
    },
    find: async (id) => (await people.find(id)) ?? adopted(await findOne('sub', id)),
    findByEmail: async (email) => (await people.findByEmail(email)) ?? adopted(await findOne('email', email.toLowerCase())),
    list: (page) => people.list(page),
    async setDisabled(id, isDisabled) {
      await onPerson(id, (Username) =>
        isDisabled
          ? cognito.send(new AdminDisableUserCommand({ UserPoolId, Username }))
          : cognito.send(new AdminEnableUserCommand({ UserPoolId, Username })),
      )
      await meet(id)
      await people.setDisabled(id, isDisabled)
    },
    async setRole(id, role) {
      await setRole(id, role)
      await meet(id)
      await people.setRole(id, role)
    },
    async revokeTokens(id, at) {
      // Cognito ends the refresh tokens; access tokens live on for their hour, which is why the studio remembers the time.
      await onPerson(id, (Username) => cognito.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username })))
      await meet(id)
      await people.revokeTokens(id, at)
    },
    async remove(id) {
      await onPerson(id, (Username) => cognito.send(new AdminDeleteUserCommand({ UserPoolId, Username })))
      await people.remove(id)
    },
    seen: (person) => people.seen(person),
  }

  /** What Cognito says of an address or a password that cannot be. */
  async function refusals<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await ask(call)
    } catch (error) {
      if (isAnswer(error, 'UsernameExistsException') || isAnswer(error, 'AliasExistsException'))
        throw new StudioError('conflict', 'this e-mail address belongs to an account', {}, { cause: error })
      if (isAnswer(error, 'InvalidPasswordException'))
        throw new StudioError('invalid_input', 'the password does not meet the rules of the user pool', {}, { cause: error })
      throw error
    }
  }
}

const attributeOf = (attributes: AttributeType[] | undefined, name: string): string =>
  attributes?.find((attribute) => attribute.Name === name)?.Value ?? ''

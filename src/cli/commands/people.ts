import { type Actor, SCOPES, type Scope } from '#core/actor.ts'
import type { User } from '#core/ports/access.ts'
import type { Ports } from '#core/ports/index.ts'
import { createKey } from '#core/use-cases/create-key.ts'
import { eraseOwner } from '#core/use-cases/erase-owner.ts'
import { listKeys } from '#core/use-cases/list-keys.ts'
import { revokeKey } from '#core/use-cases/revoke-key.ts'
import { type Command, flag, type Given, text } from '../command.ts'
import { withPorts } from '../operator.ts'
import { table } from '../output.ts'
import { CliError } from '../world.ts'

const EMAIL = { email: { type: 'string' } } as const

export const usersCommand: Command = {
  name: 'users',
  usage: 'add --email E [--password P] [--admin] | invite [--email E] [--admin] | list | disable --email E | enable --email E',
  about: 'people of this studio',
  help: ['--password P  at least 10 characters', '--admin       may see queues, users and limits'],
  options: { ...EMAIL, password: { type: 'string' }, admin: { type: 'boolean' } },
  run: (world, given) =>
    withPorts(world, async (ports) => {
      switch (given.positionals[0]) {
        case 'add': {
          const password = text(given, 'password')
          const user = await ports.directory.create({
            email: emailOf(given),
            role: flag(given, 'admin') ? 'admin' : 'user',
            ...(password !== undefined && { password }),
          })
          await ports.audit.append({ at: ports.now(), actorId: 'operator', action: 'user.create', subjectId: user.id })
          world.say(`added ${user.email} (${user.role})`)
          return world.out(given.isJson ? JSON.stringify(shown(user)) : user.id)
        }
        case 'invite': {
          const email = text(given, 'email')
          const role = flag(given, 'admin') ? 'admin' : 'user'
          const link = await world.invite({ role, days: 7, ...(email !== undefined && { email }) })
          await ports.audit.append({ at: ports.now(), actorId: 'operator', action: 'user.invite', details: { role } })
          world.say(`whoever opens this registers as ${role}; it works once, for seven days`)
          return world.out(given.isJson ? JSON.stringify({ link, role }) : link)
        }
        case 'list': {
          const users = await everybody(ports)
          if (given.isJson) return world.out(JSON.stringify(users.map(shown)))
          return world.out(table(users.map(({ id, email, role, isDisabled }) => [id, email, role, isDisabled ? 'disabled' : ''])))
        }
        case 'disable':
        case 'enable': {
          const isDisabled = given.positionals[0] === 'disable'
          const user = await userOf(ports, given)
          await ports.directory.setDisabled(user.id, isDisabled)
          await ports.audit.append({
            at: ports.now(),
            actorId: 'operator',
            action: 'user.change',
            subjectId: user.id,
            details: { isDisabled },
          })
          return world.say(`${user.email} is ${isDisabled ? 'disabled; a running server may take 5 seconds to see it' : 'enabled'}`)
        }
        default:
          throw new CliError('say add, invite, list, disable or enable', { isUsage: true })
      }
    }),
}

export const keysCommand: Command = {
  name: 'keys',
  usage: 'create --email E [--name N] [--scopes S,S] [--days N] | list --email E | revoke --email E --id ID',
  about: 'API keys; create prints the key alone, this once',
  help: [`--scopes S,S  of ${SCOPES.join(', ')}; all by default`, '--days N      ends after so many days'],
  options: { ...EMAIL, name: { type: 'string' }, scopes: { type: 'string' }, days: { type: 'string' }, id: { type: 'string' } },
  run: (world, given) =>
    withPorts(world, async (ports) => {
      const user = await userOf(ports, given)
      const actor: Actor = { id: user.id, role: user.role, scopes: SCOPES, via: 'key' }
      switch (given.positionals[0]) {
        case 'create': {
          const wanted = { name: text(given, 'name') ?? 'command line', scopes: scopesOf(given), ...endOf(given, ports.now()) }
          const { key, secret } = await createKey(ports, actor, wanted)
          world.say(`made a key of ${user.email} for ${key.scopes.join(', ')}; it is not shown again`)
          return world.out(given.isJson ? JSON.stringify({ id: key.id, scopes: key.scopes, secret }) : secret)
        }
        case 'list': {
          const keys = (await listKeys(ports, actor)).map(({ hash: _, ownerId: __, ...key }) => key)
          if (given.isJson) return world.out(JSON.stringify(keys))
          return world.out(
            table(keys.map(({ id, hint, name, scopes, revokedAt }) => [id, hint, name, scopes.join(','), revokedAt ? 'revoked' : ''])),
          )
        }
        case 'revoke': {
          const id = text(given, 'id')
          if (!id) throw new CliError('say which: --id ID, as `genzo keys list` shows it', { isUsage: true })
          await revokeKey(ports, actor, id)
          return world.say('revoked; a running server may take 5 seconds to see it')
        }
        default:
          throw new CliError('say create, list or revoke', { isUsage: true })
      }
    }),
}

export const eraseUserCommand: Command = {
  name: 'erase-user',
  usage: '--email E --yes',
  about: 'removes a person and everything of theirs; prints a receipt for each store',
  options: { ...EMAIL, yes: { type: 'boolean' } },
  run: (world, given) =>
    withPorts(world, async (ports) => {
      const user = await userOf(ports, given)
      if (!flag(given, 'yes')) throw new CliError(`this removes everything of ${user.email} for good; add --yes`, { isUsage: true })
      const receipt = await eraseOwner(ports, { id: 'operator', role: 'admin' }, user.id)
      if (given.isJson) return world.out(JSON.stringify(receipt))
      world.out(table(receipt.stores.map(({ store, removed, note }) => [store, String(removed ?? ''), note])))
    }),
}

async function everybody({ directory }: Pick<Ports, 'directory'>): Promise<User[]> {
  const users: User[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await directory.list({ limit: 200, ...(cursor !== undefined && { cursor }) })
    users.push(...page.items)
    if (page.nextCursor === undefined) return users
    cursor = page.nextCursor
  }
}

async function userOf({ directory }: Pick<Ports, 'directory'>, given: Given): Promise<User> {
  const email = emailOf(given)
  const user = await directory.findByEmail(email)
  if (!user) throw new CliError(`nobody here has the e-mail ${email}; \`genzo users list\` shows who is`)
  return user
}

function emailOf(given: Given): string {
  const email = text(given, 'email')
  if (!email) throw new CliError('say who: --email E', { isUsage: true })
  return email
}

function scopesOf(given: Given): Scope[] {
  const named = text(given, 'scopes')
    ?.split(',')
    .map((scope) => scope.trim()) ?? [...SCOPES]
  const unknown = named.find((scope) => !SCOPES.includes(scope as Scope))
  if (unknown !== undefined) throw new CliError(`there is no scope ${unknown}; there are ${SCOPES.join(', ')}`, { isUsage: true })
  return named as Scope[]
}

function endOf(given: Given, now: number): { expiresAt?: number } {
  const days = text(given, 'days')
  if (days === undefined) return {}
  if (!/^[1-9]\d{0,4}$/.test(days)) throw new CliError(`--days is ${days}; give a number of days`, { isUsage: true })
  return { expiresAt: now + Number(days) * 86_400_000 }
}

const shown = ({ id, email, role, isDisabled, createdAt }: User) => ({
  id,
  email,
  role,
  isDisabled,
  createdAt: new Date(createdAt).toISOString(),
})

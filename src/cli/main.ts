import { parseArgs } from 'node:util'
import { isStudioError } from '#core/errors.ts'
import type { Command } from './command.ts'
import { doctorCommand } from './commands/doctor.ts'
import { downloadCommand, imagesCommand } from './commands/library.ts'
import { backupCommand, embedCommand, queuesCommand, redriveCommand, restoreCommand, serveCommand } from './commands/operation.ts'
import { eraseUserCommand, keysCommand, usersCommand } from './commands/people.ts'
import { estimateCommand, generateCommand } from './commands/pictures.ts'
import { uploadCommand } from './commands/upload.ts'
import { table } from './output.ts'
import { CliError, type World } from './world.ts'

const GROUPS: { title: string; commands: Command[] }[] = [
  { title: 'The studio', commands: [serveCommand, doctorCommand] },
  {
    title: 'Pictures (over the API, with GENZO_API_KEY and GENZO_URL)',
    commands: [generateCommand, estimateCommand, uploadCommand, imagesCommand, downloadCommand],
  },
  {
    title: 'Operation (on GENZO_DATA, also while the server runs)',
    commands: [usersCommand, keysCommand, queuesCommand, redriveCommand, embedCommand, backupCommand, restoreCommand, eraseUserCommand],
  },
]
const COMMANDS = new Map(GROUPS.flatMap(({ commands }) => commands).map((command) => [command.name, command]))

/** Runs `genzo ARGS`. Returns the exit code: 0 done, 1 it failed, 2 it was written wrongly. */
export async function main(args: readonly string[], world: World): Promise<number> {
  const [name = 'help', ...rest] = args
  if (name === 'help' || name === '--help' || name === '-h') return help(world, rest[0])
  const command = COMMANDS.get(name)
  if (!command) {
    world.say(`genzo: there is no command ${name}; \`genzo help\` lists them`)
    return 2
  }
  try {
    const { values, positionals } = parse(command, rest)
    if (values['help']) return help(world, name)
    await command.run(world, { values, positionals, isJson: values['json'] === true })
    return 0
  } catch (error) {
    return tell(world, command, error)
  }
}

function parse({ options = {} }: Command, args: string[]) {
  try {
    const all = { ...options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
    return parseArgs({ args, options: all, allowPositionals: true, allowNegative: true })
  } catch (error) {
    throw new CliError((error as Error).message.toLowerCase(), { isUsage: true })
  }
}

function tell(world: World, command: Command, error: unknown): number {
  world.progress('')
  if (error instanceof CliError) {
    world.say(`genzo: ${error.message}`)
    if (error.isUsage) world.say(`usage: genzo ${command.name} ${command.usage}`)
    return error.isUsage ? 2 : 1
  }
  if (isStudioError(error)) {
    world.say(`genzo: ${error.message} (${error.code})`)
    return 1
  }
  // A bug: whoever reports it needs the stack.
  world.say(`genzo: ${error instanceof Error ? error.stack : String(error)}`)
  return 1
}

function help(world: World, name: string | undefined): number {
  const command = name === undefined ? undefined : COMMANDS.get(name)
  if (name !== undefined && !command) {
    world.say(`genzo: there is no command ${name}; \`genzo help\` lists them`)
    return 2
  }
  if (command) {
    world.out(
      [`genzo ${command.name} ${command.usage}`.trim(), command.about, ...(command.help ?? []).map((line) => `  ${line}`)].join('\n'),
    )
    return 0
  }
  const groups = GROUPS.map(({ title, commands }) => `${title}\n${table(commands.map(({ name, about }) => [`  ${name}`, about]))}`)
  world.out(
    [
      'genzo COMMAND … [--json]',
      '',
      ...groups.flatMap((group) => [group, '']),
      '`genzo help COMMAND` says more. Results go to stdout, talk to stderr.',
    ].join('\n'),
  )
  return 0
}

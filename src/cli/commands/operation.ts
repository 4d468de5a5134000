import { resolve } from 'node:path'
import { type QueueName, subjectOf } from '#core/ports/queue.ts'
import { countUnembedded, embedLibrary } from '#core/use-cases/embed-library.ts'
import { redriveDeadLetters } from '#core/use-cases/redrive-dead-letters.ts'
import { type Command, flag, text } from '../command.ts'
import { withPorts } from '../operator.ts'
import { bar, dollars, table } from '../output.ts'
import { CliError } from '../world.ts'

const QUEUES = ['generation', 'processing'] as const satisfies readonly QueueName[]

export const queuesCommand: Command = {
  name: 'queues',
  usage: '',
  about: 'work that waits, and work that was set aside with the reason',
  run: (world, given) =>
    withPorts(world, async ({ queues }) => {
      const all = await Promise.all(
        QUEUES.map(async (name) => ({ name, ...(await queues[name].depth()), letters: await queues[name].listDead(20) })),
      )
      if (given.isJson) return world.out(JSON.stringify(all))
      const rows = all.map(({ name, waiting, delayed, inFlight, dead }) => [name, ...[waiting, delayed, inFlight, dead].map(String)])
      world.out(table([['queue', 'waiting', 'delayed', 'in flight', 'dead'], ...rows]))
      for (const { name, letters } of all)
        for (const { at, job, reason } of letters) world.out(`dead in ${name}: ${new Date(at).toISOString()} ${subjectOf(job)}: ${reason}`)
    }),
}

export const redriveCommand: Command = {
  name: 'redrive',
  usage: `[${QUEUES.join(' | ')}] [--limit N]`,
  about: 'sends dead letters again, of both queues or of one; prints how many',
  help: ['--limit N   at most so many of a queue, 100 by default'],
  options: { limit: { type: 'string' } },
  run: (world, given) =>
    withPorts(world, async (ports) => {
      const [wanted] = given.positionals
      const names = QUEUES.filter((queue) => wanted === undefined || queue === wanted)
      if (names.length === 0) throw new CliError(`there is no queue ${wanted}: say ${QUEUES.join(' or ')}`, { isUsage: true })
      const limit = Number(text(given, 'limit') ?? 100)
      if (!Number.isInteger(limit) || limit < 1) throw new CliError('--limit is a whole number', { isUsage: true })
      const redriven: { queue: QueueName; sent: number }[] = []
      for (const name of names) {
        const sent = await redriveDeadLetters(ports, name, limit)
        await ports.audit.append({ at: ports.now(), actorId: 'operator', action: 'queue.redrive', subjectId: name, details: { sent } })
        redriven.push({ queue: name, sent })
      }
      world.out(given.isJson ? JSON.stringify(redriven) : String(redriven.reduce((sum, { sent }) => sum + sent, 0)))
    }),
}

export const embedCommand: Command = {
  name: 'embed',
  usage: '[--yes] [--limit N]',
  about: 'lets searches by meaning find pictures of before BEDROCK_EMBEDDING_MODEL_ID was set',
  help: ['without --yes it counts them and says what it would cost', 'a run that was cut goes on at the next'],
  options: { yes: { type: 'boolean' }, limit: { type: 'string' } },
  run: (world, given) =>
    withPorts(world, async (ports) => {
      const limit = Number(text(given, 'limit') ?? Number.POSITIVE_INFINITY)
      if (!(limit >= 1)) throw new CliError('--limit is a number of pictures', { isUsage: true })
      const { images, missing, microUsd } = await countUnembedded(ports)
      const cost = microUsd === undefined ? 'a price that is not known' : `about ${dollars(microUsd)} at list price`
      world.say(`${missing} of ${images} pictures have no vector by ${ports.embeddings.space}; making them costs ${cost}`)
      if (!flag(given, 'yes')) {
        if (missing > 0) world.say('--yes makes them')
        return world.out(given.isJson ? JSON.stringify({ images, missing, microUsd }) : String(missing))
      }
      const most = Math.min(limit, missing)
      const { made, failed } = await embedLibrary(ports, {
        limit,
        onProgress: (done) => world.progress(`${bar(done, most)} ${done} of ${most}`),
      })
      world.progress('')
      await ports.audit.append({ at: ports.now(), actorId: 'operator', action: 'images.embed', details: { made, failed } })
      world.out(given.isJson ? JSON.stringify({ made, failed }) : String(made))
      if (failed > 0) throw new CliError(`${failed} could not be made; run it again, or look at \`genzo doctor\``)
    }),
}

export const backupCommand: Command = {
  name: 'backup',
  usage: 'DIR',
  about: 'copies everything of GENZO_DATA, also while the server runs',
  async run(world, given) {
    const [to] = given.positionals
    if (!to) throw new CliError('say where to', { isUsage: true })
    const path = resolve(world.cwd, to)
    const { databases, blobs } = await world.backup(path)
    world.say(`kept ${databases.length} databases and ${blobs} files`)
    world.out(given.isJson ? JSON.stringify({ path, databases, blobs }) : path)
  },
}

export const restoreCommand: Command = {
  name: 'restore',
  usage: 'DIR',
  about: 'puts a backup into an empty GENZO_DATA, with the server stopped',
  async run(world, given) {
    const [from] = given.positionals
    if (!from) throw new CliError('say where the backup is', { isUsage: true })
    const { databases, blobs } = await world.restore(resolve(world.cwd, from))
    world.say(`restored ${databases.length} databases and ${blobs} files`)
    if (given.isJson) world.out(JSON.stringify({ databases, blobs }))
  },
}

export const serveCommand: Command = {
  name: 'serve',
  usage: '',
  about: 'starts the studio, as `npm start` does',
  run: (world) => world.serve(),
}

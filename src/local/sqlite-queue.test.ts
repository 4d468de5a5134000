import { queueContract } from '#core/ports/queue.contract.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteQueue } from './sqlite-queue.ts'
import { inProcessWakes } from './wakes.ts'

queueContract(async () =>
  sqliteQueue({ db: openDatabase(':memory:'), name: 'processing', now: Date.now, wakes: inProcessWakes(), bootId: 'boot1' }),
)

import { eventsContract } from '#core/ports/events.contract.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteEvents } from './sqlite-events.ts'
import { inProcessWakes } from './wakes.ts'

eventsContract(async () => sqliteEvents({ db: openDatabase(':memory:'), wakes: inProcessWakes() }))

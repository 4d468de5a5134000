import { eventsContract } from '#core/ports/events.contract.ts'
import { newTables } from '../../e2e/aws/stores.ts'
import { dynamodbEvents } from './dynamodb-events.ts'

eventsContract(async () => dynamodbEvents({ ...(await newTables('ministack')), now: Date.now }))

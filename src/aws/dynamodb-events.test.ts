import { eventsContract } from '#core/ports/events.contract.ts'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newTables } from '../../e2e/aws/stores.ts'
import { dynamodbEvents } from './dynamodb-events.ts'

eventsContract(async () => dynamodbEvents({ ...(await newTables(SERVER_FOR.dynamodb)), now: Date.now }))

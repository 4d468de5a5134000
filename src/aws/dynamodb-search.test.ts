import { searchContract } from '#core/ports/search.contract.ts'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newTables } from '../../e2e/aws/stores.ts'
import { dynamodbSearch } from './dynamodb-search.ts'

searchContract(async () => dynamodbSearch(await newTables(SERVER_FOR.dynamodb)))

import { keysContract } from '#core/ports/keys.contract.ts'
import { linksContract } from '#core/ports/links.contract.ts'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newTables } from '../../e2e/aws/stores.ts'
import { dynamodbKeys } from './dynamodb-keys.ts'
import { dynamodbLinks } from './dynamodb-links.ts'

linksContract(async () => dynamodbLinks(await newTables(SERVER_FOR.dynamodb)))
keysContract(async () => dynamodbKeys(await newTables(SERVER_FOR.dynamodb)))

import { vectorsContract } from '#core/ports/vectors.contract.ts'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newTables } from '../../e2e/aws/stores.ts'
import { dynamodbVectors } from './dynamodb-vectors.ts'

vectorsContract(async () => dynamodbVectors(await newTables(SERVER_FOR.dynamodb)))

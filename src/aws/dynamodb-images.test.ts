import { imagesContract } from '#core/ports/images.contract.ts'
import { newId } from '#core/ports/samples.contract.ts'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newTables } from '../../e2e/aws/stores.ts'
import { dynamodbImages } from './dynamodb-images.ts'

imagesContract(async () => dynamodbImages({ ...(await newTables(SERVER_FOR.dynamodb)), newId }))

import { albumsContract } from '#core/ports/albums.contract.ts'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newTables } from '../../e2e/aws/stores.ts'
import { dynamodbAlbums } from './dynamodb-albums.ts'

albumsContract(async () => dynamodbAlbums(await newTables(SERVER_FOR.dynamodb)))

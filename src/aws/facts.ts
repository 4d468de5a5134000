import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Ports } from '#core/ports/index.ts'
import type { AwsAccess } from './access.ts'
import { documentClient } from './dynamodb.ts'
import { dynamodbAlbums } from './dynamodb-albums.ts'
import { dynamodbDirectory, type People } from './dynamodb-directory.ts'
import { dynamodbEvents } from './dynamodb-events.ts'
import { dynamodbGenerations } from './dynamodb-generations.ts'
import { dynamodbImages } from './dynamodb-images.ts'
import { dynamodbKeys } from './dynamodb-keys.ts'
import { dynamodbLedger } from './dynamodb-ledger.ts'
import { dynamodbLinks } from './dynamodb-links.ts'
import { dynamodbAudit, dynamodbRates, dynamodbSettings } from './dynamodb-operations.ts'
import { dynamodbSearch } from './dynamodb-search.ts'
import { dynamodbUploadRecords, type UploadRecords } from './dynamodb-upload-records.ts'
import { dynamodbVectors } from './dynamodb-vectors.ts'
import { dynamodbEdgeCopies, type EdgeCopies } from './edge-copies.ts'
import type { TableNames } from './tables.ts'

export type FactsConfig = { access: AwsAccess; tables: TableNames; now: () => number; newId: () => string }
type Facts = Pick<
  Ports,
  'images' | 'albums' | 'search' | 'vectors' | 'generations' | 'ledger' | 'links' | 'keys' | 'events' | 'rates' | 'settings' | 'audit'
> & {
  people: People
  uploadRecords: UploadRecords
  edgeCopies: EdgeCopies
}

/** Everything that DynamoDB keeps, over one client: what most functions need, and nothing else in their bundle. */
export function awsFacts({ access, tables, now, newId }: FactsConfig): Facts {
  const dynamo = documentClient(new DynamoDBClient(access))
  const on = { dynamo, tables }
  return {
    images: dynamodbImages({ ...on, newId }),
    albums: dynamodbAlbums(on),
    search: dynamodbSearch(on),
    vectors: dynamodbVectors(on),
    generations: dynamodbGenerations(on),
    ledger: dynamodbLedger({ ...on, now }),
    links: dynamodbLinks(on),
    keys: dynamodbKeys(on),
    events: dynamodbEvents({ ...on, now }),
    rates: dynamodbRates(on),
    settings: dynamodbSettings(on),
    audit: dynamodbAudit({ ...on, newId }),
    people: dynamodbDirectory({ ...on, now }),
    uploadRecords: dynamodbUploadRecords(on),
    edgeCopies: dynamodbEdgeCopies({ ...on, now }),
  }
}

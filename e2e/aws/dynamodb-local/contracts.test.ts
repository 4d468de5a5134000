import { dynamodbAlbums } from '../../../src/aws/dynamodb-albums.ts'
import { dynamodbDirectory } from '../../../src/aws/dynamodb-directory.ts'
import { dynamodbEvents } from '../../../src/aws/dynamodb-events.ts'
import { dynamodbGenerations } from '../../../src/aws/dynamodb-generations.ts'
import { dynamodbImages } from '../../../src/aws/dynamodb-images.ts'
import { dynamodbKeys } from '../../../src/aws/dynamodb-keys.ts'
import { dynamodbLedger } from '../../../src/aws/dynamodb-ledger.ts'
import { dynamodbLinks } from '../../../src/aws/dynamodb-links.ts'
import { dynamodbAudit, dynamodbRates, dynamodbSettings } from '../../../src/aws/dynamodb-operations.ts'
import { dynamodbSearch } from '../../../src/aws/dynamodb-search.ts'
import { dynamodbVectors } from '../../../src/aws/dynamodb-vectors.ts'
import { albumsContract } from '../../../src/core/ports/albums.contract.ts'
import { directoryContract } from '../../../src/core/ports/directory.contract.ts'
import { eventsContract } from '../../../src/core/ports/events.contract.ts'
import { generationsContract } from '../../../src/core/ports/generations.contract.ts'
import { imagesContract } from '../../../src/core/ports/images.contract.ts'
import { keysContract } from '../../../src/core/ports/keys.contract.ts'
import { ledgerContract } from '../../../src/core/ports/ledger.contract.ts'
import { linksContract } from '../../../src/core/ports/links.contract.ts'
import { auditContract, ratesContract, settingsContract } from '../../../src/core/ports/operations.contract.ts'
import { newId } from '../../../src/core/ports/samples.contract.ts'
import { searchContract } from '../../../src/core/ports/search.contract.ts'
import { vectorsContract } from '../../../src/core/ports/vectors.contract.ts'
import { newTables } from '../stores.ts'

// Every contract that an adapter over DynamoDB keeps on MiniStack, on the server that Amazon wrote itself.
const open = () => newTables('dynamodbLocal')
const now = Date.now

imagesContract(async () => dynamodbImages({ ...(await open()), newId }))
albumsContract(async () => dynamodbAlbums(await open()))
linksContract(async () => dynamodbLinks(await open()))
keysContract(async () => dynamodbKeys(await open()))
directoryContract(async (now) => dynamodbDirectory({ ...(await open()), now }))
eventsContract(async () => dynamodbEvents({ ...(await open()), now }))
searchContract(async () => dynamodbSearch(await open()))
vectorsContract(async () => dynamodbVectors(await open()))
ratesContract(async () => dynamodbRates(await open()))
settingsContract(async () => dynamodbSettings(await open()))
auditContract(async () => dynamodbAudit({ ...(await open()), newId }))
ledgerContract(async () => {
  const on = await open()
  return { generations: dynamodbGenerations(on), ledger: dynamodbLedger({ ...on, now }) }
})
generationsContract(
  async () => {
    const on = await open()
    return { generations: dynamodbGenerations(on), images: dynamodbImages({ ...on, newId }), ledger: dynamodbLedger({ ...on, now }) }
  },
  // Many servers share the tables: nobody may take another boot for dead before its lease ends.
  { ownsStore: false },
)

import { generationsContract } from '#core/ports/generations.contract.ts'
import { newId } from '#core/ports/samples.contract.ts'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newTables } from '../../e2e/aws/stores.ts'
import { dynamodbGenerations } from './dynamodb-generations.ts'
import { dynamodbImages } from './dynamodb-images.ts'
import { dynamodbLedger } from './dynamodb-ledger.ts'

const open = async () => {
  const on = await newTables(SERVER_FOR.dynamodb)
  return {
    generations: dynamodbGenerations(on),
    images: dynamodbImages({ ...on, newId }),
    ledger: dynamodbLedger({ ...on, now: Date.now }),
  }
}
// Many servers share the tables: nobody may take another boot for dead before its lease ends.
generationsContract(open, { ownsStore: false })

import { ledgerContract } from '#core/ports/ledger.contract.ts'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newTables } from '../../e2e/aws/stores.ts'
import { dynamodbGenerations } from './dynamodb-generations.ts'
import { dynamodbLedger } from './dynamodb-ledger.ts'

ledgerContract(async () => {
  const on = await newTables(SERVER_FOR.dynamodb)
  return { generations: dynamodbGenerations(on), ledger: dynamodbLedger({ ...on, now: Date.now }) }
})

import { ledgerContract } from '#core/ports/ledger.contract.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteGenerations } from './sqlite-generations.ts'
import { sqliteLedger } from './sqlite-ledger.ts'

ledgerContract(async () => {
  const db = openDatabase(':memory:')
  return { ledger: sqliteLedger({ db }), generations: sqliteGenerations({ db }) }
})

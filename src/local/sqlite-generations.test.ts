import { generationsContract } from '#core/ports/generations.contract.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteGenerations } from './sqlite-generations.ts'
import { sqliteImages } from './sqlite-images.ts'
import { sqliteLedger } from './sqlite-ledger.ts'

generationsContract(
  async () => {
    const db = openDatabase(':memory:')
    return { generations: sqliteGenerations({ db }), images: sqliteImages({ db }), ledger: sqliteLedger({ db }) }
  },
  { ownsStore: true },
)

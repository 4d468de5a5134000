import { searchContract } from '#core/ports/search.contract.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteSearch } from './sqlite-search.ts'

searchContract(async () => sqliteSearch({ db: openDatabase(':memory:') }))

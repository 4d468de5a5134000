import { vectorsContract } from '#core/ports/vectors.contract.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteVectors } from './sqlite-vectors.ts'

vectorsContract(async () => sqliteVectors({ db: openDatabase(':memory:') }))

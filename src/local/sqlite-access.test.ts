import { keysContract } from '#core/ports/keys.contract.ts'
import { linksContract } from '#core/ports/links.contract.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteKeys } from './sqlite-keys.ts'
import { sqliteLinks } from './sqlite-links.ts'

keysContract(async () => sqliteKeys({ db: openDatabase(':memory:') }))
linksContract(async () => sqliteLinks({ db: openDatabase(':memory:') }))

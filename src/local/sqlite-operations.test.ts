import { auditContract, ratesContract, settingsContract } from '#core/ports/operations.contract.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteAudit, sqliteRates, sqliteSettings } from './sqlite-operations.ts'

ratesContract(async () => sqliteRates({ db: openDatabase(':memory:') }))
settingsContract(async () => sqliteSettings({ db: openDatabase(':memory:') }))
auditContract(async () => sqliteAudit({ db: openDatabase(':memory:') }))

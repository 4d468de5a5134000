import { auditContract, ratesContract, settingsContract } from '#core/ports/operations.contract.ts'
import { newId } from '#core/ports/samples.contract.ts'
import { newTables } from '../../e2e/aws/stores.ts'
import { dynamodbAudit, dynamodbRates, dynamodbSettings } from './dynamodb-operations.ts'

ratesContract(async () => dynamodbRates(await newTables('ministack')))
settingsContract(async () => dynamodbSettings(await newTables('ministack')))
auditContract(async () => dynamodbAudit({ ...(await newTables('ministack')), newId }))

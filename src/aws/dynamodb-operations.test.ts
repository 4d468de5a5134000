import { expect, it } from 'vitest'
import { auditContract, ratesContract, settingsContract } from '#core/ports/operations.contract.ts'
import { newId } from '#core/ports/samples.contract.ts'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newTables } from '../../e2e/aws/stores.ts'
import { dynamodbAudit, dynamodbRates, dynamodbSettings } from './dynamodb-operations.ts'

ratesContract(async () => dynamodbRates(await newTables(SERVER_FOR.dynamodb)))
settingsContract(async () => dynamodbSettings(await newTables(SERVER_FOR.dynamodb)))
auditContract(async () => dynamodbAudit({ ...(await newTables(SERVER_FOR.dynamodb)), newId }))

it('never gives more than there is to several processes, each of which remembers another state', async () => {
  const on = await newTables(SERVER_FOR.dynamodb)
  const processes = [dynamodbRates(on), dynamodbRates(on), dynamodbRates(on)]
  const rate = { perMinute: 1, burst: 5, now: 1_000_000 }
  let taken = 0
  for (let round = 0; round < 4; round++) for (const rates of processes) if ((await rates.take('shared', rate)).taken) taken += 1
  expect(taken).toBe(5)
})

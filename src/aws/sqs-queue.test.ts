import { queueContract } from '#core/ports/queue.contract.ts'
import { newQueue } from '../../e2e/aws/stores.ts'
import { sqsQueue } from './sqs-queue.ts'

queueContract(async () => sqsQueue({ ...(await newQueue('ministack')), now: Date.now }))

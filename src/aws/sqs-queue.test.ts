import { queueContract } from '#core/ports/queue.contract.ts'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newQueue } from '../../e2e/aws/stores.ts'
import { sqsQueue } from './sqs-queue.ts'

queueContract(async () => sqsQueue({ ...(await newQueue(SERVER_FOR.sqs)), now: Date.now }))

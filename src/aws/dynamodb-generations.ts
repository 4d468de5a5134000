import { GetCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb'
import { GENERATION_STATES, type Generation, SETTLED_STATES } from '#core/generation.ts'
import type { Generations } from '#core/ports/generations.ts'
import { ask, batchWrite, conditionally, type Dynamo, queryAll, queryDue } from './dynamodb.ts'
import { generationAcceptance, generationOf, keysOfOwner } from './dynamodb-acceptance.ts'
import { newestRows } from './dynamodb-pages.ts'
import { updateWords } from './image-rows.ts'
import type { TableNames } from './tables.ts'

type Tables = Pick<TableNames, 'Generations' | 'ImageMetadata' | 'Ledger' | 'Studio'>

const isSettled = (state: Generation['state'] | undefined) => SETTLED_STATES.some((settled) => settled === state)
const OPEN_STATES = GENERATION_STATES.filter((state) => !isSettled(state))
/** "It is not settled", for every condition below. */
const IS_OPEN = `#state in (${OPEN_STATES.map((_, at) => `:open${at}`).join(', ')})`
const OPEN_VALUES = Object.fromEntries(OPEN_STATES.map((state, at) => [`:open${at}`, state]))

/** Generations in the table `Generations`: every write is one conditional update, under the fence where a worker makes it. */
export function dynamodbGenerations({ dynamo, tables }: { dynamo: Dynamo; tables: Tables }): Generations {
  const find = async (generationId: string) => {
    const request = new GetCommand({ TableName: tables.Generations, Key: { generationId }, ConsistentRead: true })
    return generationOf((await ask(() => dynamo.send(request))).Item)
  }

  const { accept, findRepeat } = generationAcceptance({ dynamo, tables, find })

  type Change = { set: string; condition?: string; values?: Record<string, unknown>; names?: Record<string, string> }
  /** One update of a generation that is not settled. `refused` carries it as it is. */
  const change = (generationId: string, { set, condition, values, names }: Change) => {
    const request: UpdateCommandInput = {
      TableName: tables.Generations,
      Key: { generationId },
      UpdateExpression: set,
      ConditionExpression: condition ? `${IS_OPEN} and ${condition}` : IS_OPEN,
      ExpressionAttributeNames: { ...names, '#state': 'state' },
      ExpressionAttributeValues: { ...OPEN_VALUES, ...values },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }
    return conditionally(() => dynamo.send(new UpdateCommand(request)))
  }
  const changed = async (generationId: string, how: Change) => {
    const outcome = await change(generationId, how)
    return 'done' in outcome ? generationOf(outcome.done.Attributes) : undefined
  }

  return {
    accept,
    findRepeat,
    find,
    claim: (id, { holder, now, leaseUntil }) =>
      changed(id, {
        set: 'set fence = fence + :one, holder = :holder, leaseUntil = :until',
        // Many servers share these tables, so another boot may be alive: nobody's lease is free before its end but the holder's own.
        condition: '(attribute_not_exists(holder) or holder = :holder or leaseUntil <= :now)',
        values: { ':one': 1, ':holder': holder, ':until': leaseUntil, ':now': now },
      }),
    async extend(id, fence, leaseUntil) {
      const values = { ':until': leaseUntil, ':fence': fence }
      const outcome = await change(id, { set: 'set leaseUntil = :until', condition: 'fence = :fence and attribute_exists(holder)', values })
      return 'done' in outcome
    },
    update(id, fence, wanted) {
      // What is settled is never due again, whatever the caller wrote.
      const { UpdateExpression, names, values } = updateWords(isSettled(wanted.state) ? { ...wanted, dueAt: undefined } : { ...wanted })
      if (UpdateExpression === '')
        return changed(id, { set: 'set fence = :fence', condition: 'fence = :fence', values: { ':fence': fence } })
      return changed(id, { set: UpdateExpression, condition: 'fence = :fence', names, values: { ...values, ':fence': fence } })
    },
    updateOutput: (id, fence, output, providerCalls) =>
      // Only this element is written, so outputs that finish at once do not undo each other.
      changed(id, {
        set: `set outputs[${output.index}] = :output, providerCalls = providerCalls + :calls`,
        condition: `fence = :fence and outputs[${output.index}].#index = :index`,
        names: { '#index': 'index' },
        values: { ':output': output, ':calls': providerCalls, ':fence': fence, ':index': output.index },
      }),
    async release(id, fence) {
      await change(id, { set: 'remove holder, leaseUntil', condition: 'fence = :fence', values: { ':fence': fence } })
    },
    async requestCancel(id, at) {
      const outcome = await change(id, { set: 'set cancelRequestedAt = if_not_exists(cancelRequestedAt, :at)', values: { ':at': at } })
      return generationOf('done' in outcome ? outcome.done.Attributes : outcome.refused)
    },
    async listByOwner(ownerId, request) {
      const list = { TableName: tables.Generations, IndexName: 'byOwner', partition: ['ownerId', ownerId], order: 'orderKey' } as const
      const { items, ...rest } = await newestRows(dynamo, list, request)
      return { items: items.map((row) => generationOf(row)!), ...rest }
    },
    listDue: async (now, limit) => (await queryDue(dynamo, tables.Generations, { now, limit })).map((row) => generationOf(row)!),
    async defer(id, dueAt) {
      await change(id, { set: 'set dueAt = :due', values: { ':due': dueAt } })
    },
    async removeByOwner(ownerId) {
      const all = await queryAll(dynamo, {
        TableName: tables.Generations,
        IndexName: 'byOwner',
        KeyConditionExpression: 'ownerId = :owner',
        ExpressionAttributeValues: { ':owner': ownerId },
      })
      await batchWrite(dynamo, tables.Generations, { remove: all.map(({ generationId }) => ({ generationId })) })
      await batchWrite(dynamo, tables.Studio, { remove: await keysOfOwner(dynamo, tables, ownerId) })
      return all.length
    },
  }
}

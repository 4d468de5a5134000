import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { StudioError } from '#core/errors.ts'
import type { Upload, Uploads } from '#core/ports/uploads.ts'
import { ask, conditionally, type Dynamo, dueShard, queryDue, type Row, transact } from './dynamodb.ts'
import { newImageItems } from './dynamodb-images.ts'
import type { TableNames } from './tables.ts'

export type UploadRecords = Pick<Uploads, 'insert' | 'find' | 'arrive' | 'fail' | 'listExpired' | 'remove'>

/** What was promised to those who upload. The end of an upload is its `dueAt`: `Studio` has nothing else that falls due. */
export function dynamodbUploadRecords({
  dynamo,
  tables,
}: {
  dynamo: Dynamo
  tables: Pick<TableNames, 'Studio' | 'ImageMetadata'>
}): UploadRecords {
  const at = (id: string) => ({ TableName: tables.Studio, Key: { pk: `upload#${id}`, sk: '-' } })
  const find = async (id: string) => uploadOf((await ask(() => dynamo.send(new GetCommand({ ...at(id), ConsistentRead: true })))).Item)
  const end = async (id: string, state: 'arrived' | 'failed', expiresAt: number) => {
    const request = new UpdateCommand({
      ...at(id),
      UpdateExpression: 'set #state = :ended, dueAt = :end',
      ConditionExpression: '#state = :open',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':open': 'open', ':ended': state, ':end': expiresAt },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    const outcome = await conditionally(() => dynamo.send(request))
    return uploadOf('done' in outcome ? outcome.done.Attributes : outcome.refused)
  }

  return {
    async insert({ expiresAt, ...upload }, image) {
      const Item = { ...at(upload.id).Key, ...upload, dueAt: expiresAt, dueShard: dueShard(upload.id) }
      const put = { TableName: tables.Studio, Item, ConditionExpression: 'attribute_not_exists(pk)' }
      const isRefused = image
        ? (await transact(dynamo, [{ name: 'upload', item: { Put: put } }, ...newImageItems(tables, image)])) !== undefined
        : 'refused' in (await conditionally(() => dynamo.send(new PutCommand(put))))
      if (isRefused) throw new StudioError('conflict', `upload ${upload.id} exists`)
    },
    find,
    arrive: (id, expiresAt) => end(id, 'arrived', expiresAt),
    fail: (id, expiresAt) => end(id, 'failed', expiresAt),
    async listExpired(now, limit) {
      // "Before now", in whole milliseconds.
      return (await queryDue(dynamo, tables.Studio, { now: now - 1, limit })).map((row) => uploadOf(row)!)
    },
    async remove(id) {
      await ask(() => dynamo.send(new DeleteCommand(at(id))))
    },
  }
}

function uploadOf(row: Row | undefined): Upload | undefined {
  if (!row) return undefined
  const { pk: _, sk: __, dueShard: ___, dueAt, ...upload } = row
  return { ...upload, expiresAt: dueAt } as Upload
}

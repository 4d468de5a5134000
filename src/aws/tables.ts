/** A key attribute: its name and whether it is a string or a number. */
export type KeyAttribute = readonly [name: string, type: 'S' | 'N']
export type TableIndex = { name: string; partition: KeyAttribute; sort?: KeyAttribute }

/** One table as data: what creates it in a test, and in a stack. All are on demand, with point-in-time recovery. */
export type TableDefinition = {
  partition: KeyAttribute
  sort?: KeyAttribute
  /** Global secondary indexes, each with every attribute. Eventually consistent; a row without the index's keys is not in it. */
  indexes: readonly TableIndex[]
  /** The attribute (seconds since 1970) after which DynamoDB may delete a row, within days: a clean-up, never a condition. */
  ttl?: string
}

/**
 * What is due is spread over this many partitions of its index by id, since every write of a busy studio passes through it and
 * one partition takes 1,000 writes a second. Raising it needs a pass over the rows; a sweep asks each once.
 */
export const DUE_SHARDS = 4

const due: TableIndex = { name: 'due', partition: ['dueShard', 'N'], sort: ['dueAt', 'N'] }

/** Every table of the studio. The names given here are suffixes: a stack or a test puts its own in front. */
export const TABLES = {
  /** Images. `libraryKey` is the owner, or the owner's trash, and absent while an image is purged; `orderKey` sorts by creation. */
  ImageMetadata: {
    partition: ['imageId', 'S'],
    indexes: [
      { name: 'library', partition: ['libraryKey', 'S'], sort: ['orderKey', 'S'] },
      { name: 'children', partition: ['parentId', 'S'], sort: ['orderKey', 'S'] },
      due,
    ],
  },
  Generations: {
    partition: ['generationId', 'S'],
    indexes: [{ name: 'byOwner', partition: ['ownerId', 'S'], sort: ['orderKey', 'S'] }, due],
  },
  /** `pk` is an owner (`sk`: a period, or the owner's limits) or a reservation. */
  Ledger: {
    partition: ['pk', 'S'],
    sort: ['sk', 'S'],
    indexes: [{ name: 'top', partition: ['topShard', 'S'], sort: ['microUsd', 'N'] }],
  },
  /** News of one owner in order; `seq` 0 is the counter. */
  Feed: { partition: ['ownerId', 'S'], sort: ['seq', 'N'], indexes: [], ttl: 'ttl' },
  /** Postings (`pk` owner and token, `sk` order and id) and, per image, the words that its postings stand for. */
  Search: { partition: ['pk', 'S'], sort: ['sk', 'S'], indexes: [] },
  /** Small things by their own key: uploads, claims of bytes, history, links, albums, keys, rates, settings, audit, people. */
  Studio: { partition: ['pk', 'S'], sort: ['sk', 'S'], indexes: [due], ttl: 'ttl' },
} as const satisfies Record<string, TableDefinition>

export type TableName = keyof typeof TABLES
/** The name that each table has in this account. */
export type TableNames = Record<TableName, string>

/** The CreateTable request of one table, for tests and for operators without a stack. */
export function createTableRequest(table: TableName, name: string) {
  const { partition, sort, indexes } = TABLES[table] as TableDefinition
  const keys = (hash: KeyAttribute, range?: KeyAttribute) => [
    { AttributeName: hash[0], KeyType: 'HASH' as const },
    ...(range ? [{ AttributeName: range[0], KeyType: 'RANGE' as const }] : []),
  ]
  const attributes = new Map(
    [partition, sort, ...indexes.flatMap((index) => [index.partition, index.sort])].filter((key) => key !== undefined),
  )
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST' as const,
    KeySchema: keys(partition, sort),
    AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keys(index.partition, index.sort),
        Projection: { ProjectionType: 'ALL' as const },
      })),
    }),
  }
}

import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { type KeyAttribute, TABLES, type TableDefinition, type TableName } from '#aws/tables.ts'
import type { Settings } from '../config.ts'
import { stageName } from '../names.ts'

export interface FactsProps {
  /** Names the tables, and says what becomes of them on removal. */
  readonly settings: Settings
  /** Encrypts them. Absent: a key that AWS owns. */
  readonly key: IKey | undefined
}

const attribute = ([name, type]: KeyAttribute) => ({ name, type: type === 'S' ? AttributeType.STRING : AttributeType.NUMBER })

/** Every table of the studio, from the same list that the adapters' tests create them from. */
export class Facts extends Construct {
  readonly tables: Record<TableName, Table>
  /** What the names begin with; functions put the table's own name behind it. */
  readonly tablePrefix: string

  constructor(scope: Construct, id: string, { settings, key }: FactsProps) {
    super(scope, id)
    this.tablePrefix = stageName(settings, '')
    const make = (name: TableName) => {
      const { partition, sort, indexes, ttl } = TABLES[name] as TableDefinition
      const table = new Table(this, name, {
        tableName: `${this.tablePrefix}${name}`,
        partitionKey: attribute(partition),
        ...(sort && { sortKey: attribute(sort) }),
        ...(ttl && { timeToLiveAttribute: ttl }),
        billingMode: BillingMode.PAY_PER_REQUEST,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: settings.onRemoval === 'keep',
        removalPolicy: settings.onRemoval === 'keep' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
        ...(key ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key } : {}),
      })
      for (const index of indexes) {
        table.addGlobalSecondaryIndex({
          indexName: index.name,
          partitionKey: attribute(index.partition),
          ...(index.sort && { sortKey: attribute(index.sort) }),
          projectionType: ProjectionType.ALL,
        })
      }
      return table
    }
    const names = Object.keys(TABLES) as TableName[]
    this.tables = Object.fromEntries(names.map((name) => [name, make(name)])) as Record<TableName, Table>
  }
}

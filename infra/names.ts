import { Aws, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Settings } from './config.ts'

/** What carries the stage's name: tables, buckets, roles' boundary, secrets. */
export const stageName = ({ stage }: Pick<Settings, 'stage'>, name: string): string => `genzo-${stage}-${name}`

/** The name that the boundary has in every account; given by name, so that a stack in another region needs no export of it. */
export const boundaryName = (settings: Pick<Settings, 'stage'>): string => stageName(settings, 'boundary')

/** A bucket's name, known before the bucket is: what it tells, and who may read it, must be able to name it first. */
export const bucketName = (scope: Construct, settings: Settings, name: string): string =>
  `${stageName(settings, name)}-${Aws.ACCOUNT_ID}-${Stack.of(scope).region}`

import type { S3ClientConfig } from '@aws-sdk/client-s3'

/** What every client is made with. On AWS the region alone: credentials are the role's. Tests name a server and an account. */
export type AwsAccess = Pick<S3ClientConfig, 'credentials' | 'requestHandler' | 'disableHostPrefix' | 'forcePathStyle'> & {
  region: string
  endpoint?: string
}

import { RemovalPolicy } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import type { Settings } from '../config.ts'

export interface StudioSecretProps {
  /** Names it. */
  readonly settings: Settings
  /** Encrypts it. Absent: the account's own key for Secrets Manager. */
  readonly key: IKey | undefined
}

/** The keys that sign delivery URLs. Made by AWS, never in a template or a build; changed by docs/runbooks/rotate-delivery-key.md. */
export class StudioSecret extends Construct {
  readonly arn: string
  readonly secret: Secret

  constructor(scope: Construct, id: string, { settings, key }: StudioSecretProps) {
    super(scope, id)
    this.secret = new Secret(this, 'Delivery', {
      secretName: `genzo/${settings.stage}/delivery`,
      description: 'Keys that sign the URLs of pictures: the first signs, all verify',
      // 43 letters and digits: as much as 256 bits, and safe in a header, a URL and the edge's key-value store.
      generateSecretString: {
        secretStringTemplate: '{"kid":"k1"}',
        generateStringKey: 'secret',
        passwordLength: 43,
        excludePunctuation: true,
      },
      removalPolicy: settings.onRemoval === 'keep' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(key && { encryptionKey: key }),
    })
    this.arn = this.secret.secretArn
  }
}

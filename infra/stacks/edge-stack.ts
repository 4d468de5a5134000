import { Stack, type StackProps } from 'aws-cdk-lib'
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager'
import { HostedZone } from 'aws-cdk-lib/aws-route53'
import type { Construct } from 'constructs'
import type { Settings } from '../config.ts'
import { Firewall } from '../constructs/firewall.ts'
import { guardRoles } from '../constructs/guard.ts'
import { stageName } from '../names.ts'

export interface EdgeStackProps extends StackProps {
  /** The stage. */
  readonly settings: Settings
}

/** What CloudFront reads only from us-east-1: the certificate of the stage's domain, and the firewall before everything. */
export class EdgeStack extends Stack {
  readonly certificateArn: string | undefined
  readonly firewallArn: string | undefined

  constructor(scope: Construct, id: string, { settings, ...props }: EdgeStackProps) {
    super(scope, id, props)
    guardRoles(this, settings)
    this.certificateArn = settings.domain?.certificateArn ?? this.makeCertificate(settings)
    this.firewallArn = settings.traits.hasFirewall
      ? new Firewall(this, 'Firewall', { scope: 'CLOUDFRONT', name: stageName(settings, 'site'), requestsPerAddress: 6000 }).arn
      : undefined
  }

  private makeCertificate({ domain }: Settings): string | undefined {
    if (!domain?.hostedZone) return undefined
    const { id: hostedZoneId, name: zoneName } = domain.hostedZone
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName })
    return new Certificate(this, 'Certificate', { domainName: domain.name, validation: CertificateValidation.fromDns(zone) }).certificateArn
  }
}

/** Whether a stage needs one at all. */
export const needsEdge = ({ traits, domain }: Settings): boolean => traits.hasFirewall || (domain !== undefined && !domain.certificateArn)

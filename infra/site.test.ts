import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { ROUTE_TABLE } from '#http/route-table.ts'
import { RUNBOOKS } from './constructs/watch.ts'
import { CREDENTIAL_FUNCTION, PAGE_FUNCTION } from './edge-code.ts'
import { apiPatterns } from './site-routes.ts'
import { synthesized } from './testing.ts'

const domain = { name: 'studio.example.com', hostedZone: { id: 'Z1', name: 'example.com' } }
const { site, operations, edge } = synthesized('prod', {
  domain,
  operators: ['somebody@example.com'],
  corsOrigins: ['https://other.example.com'],
})
const distribution = Object.values(site.findResources('AWS::CloudFront::Distribution'))[0]!.Properties.DistributionConfig
const behaviors: any[] = [distribution.DefaultCacheBehavior, ...distribution.CacheBehaviors]

describe('the distribution', () => {
  it('sends what the route table names to the API, pictures to the store, and everything else to the pages', () => {
    const patterns = distribution.CacheBehaviors.map(({ PathPattern }: any) => PathPattern).sort()
    expect(patterns).toEqual([...apiPatterns(ROUTE_TABLE), '/i/*'].sort())
    for (const wanted of ['/api/*', '/generate-upload-url', '/docs', '/docs/*', '/health']) expect(patterns).toContain(wanted)
  })

  it('speaks HTTPS alone', () => {
    for (const { ViewerProtocolPolicy } of behaviors) expect(['https-only', 'redirect-to-https']).toContain(ViewerProtocolPolicy)
    expect(distribution.ViewerCertificate).toMatchObject({ MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' })
  })

  it('never forwards Host to the gateway, which knows only its own', () => {
    const api = behaviors.find(({ PathPattern }) => PathPattern === '/api/*')
    // AllViewerExceptHostHeader and CachingDisabled, as AWS names them.
    expect(api).toMatchObject({
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
    })
  })

  it('has no error pages of its own, which would also catch the API’s answers', () => {
    expect(distribution.CustomErrorResponses).toBeUndefined()
  })

  it('asks the store for a picture, and the maker for what the store has not', () => {
    const [group] = distribution.OriginGroups.Items
    expect(group.FailoverCriteria.StatusCodes.Items).toEqual([403, 404])
    const picture = behaviors.find(({ PathPattern }) => PathPattern === '/i/*')
    expect(picture.TargetOriginId).toBe(group.Id)
    expect(picture.FunctionAssociations.map(({ EventType }: any) => EventType)).toEqual(['viewer-request', 'viewer-response'])
  })

  it('keeps one copy of a picture, whatever link led to it', () => {
    site.hasResourceProperties('AWS::CloudFront::CachePolicy', {
      CachePolicyConfig: { ParametersInCacheKeyAndForwardedToOrigin: { QueryStringsConfig: { QueryStringBehavior: 'none' } } },
    })
  })

  it('reaches its buckets and the maker by signature, and nobody else does', () => {
    site.resourceCountIs('AWS::CloudFront::OriginAccessControl', 3)
    site.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM' })
    site.hasResourceProperties('AWS::S3::Bucket', { PublicAccessBlockConfiguration: { BlockPublicPolicy: true } })
  })

  it('says how a browser is to treat the pages', () => {
    site.hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
      ResponseHeadersPolicyConfig: {
        SecurityHeadersConfig: {
          StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, IncludeSubdomains: true },
          FrameOptions: { FrameOption: 'DENY' },
        },
      },
    })
    expect(JSON.stringify(site.toJSON())).toMatch(/default-src 'self'; connect-src 'self' .*frame-ancestors 'none'/)
    site.hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
      ResponseHeadersPolicyConfig: { CorsConfig: { AccessControlAllowOrigins: { Items: ['https://other.example.com'] } } },
    })
  })

  it('compresses pages and answers', () => {
    for (const { PathPattern, Compress } of behaviors) expect(Compress, PathPattern).toBe(PathPattern !== '/i/*')
  })

  it('answers under the stage’s domain, with a certificate made in us-east-1, behind a firewall', () => {
    expect(distribution.Aliases).toEqual(['studio.example.com'])
    site.resourceCountIs('AWS::Route53::RecordSet', 2)
    const template = Template.fromStack(edge!)
    template.hasResourceProperties('AWS::CertificateManager::Certificate', { DomainName: 'studio.example.com', ValidationMethod: 'DNS' })
    template.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'CLOUDFRONT',
      Rules: Match.arrayWith([Match.objectLike({ Name: 'one-address' })]),
    })
  })

  it('can leave the pages to Amplify, which builds them from Git', () => {
    const hosting = { kind: 'amplify', repository: 'https://github.com/somebody/studio', tokenSecretName: 'genzo/github' }
    const { site: amplify } = synthesized('dev', { hosting, siteUrl: 'https://main.example.amplifyapp.com' })
    amplify.hasResourceProperties('AWS::Amplify::App', {
      CustomRules: Match.arrayWith([Match.objectLike({ Source: '/api/<*>', Status: '200' })]),
    })
    amplify.resourceCountIs('AWS::S3::Bucket', 0)
  })
})

describe('small functions of the edge', () => {
  const run = (code: string, request: object) => new Function(`${code}; return handler`)()({ request })

  it('show the one page for every path of the studio, and files as they are', () => {
    expect(run(PAGE_FUNCTION, { uri: '/images/0193a1b2' }).uri).toBe('/index.html')
    expect(run(PAGE_FUNCTION, { uri: '/' }).uri).toBe('/index.html')
    expect(run(PAGE_FUNCTION, { uri: '/assets/app-1a2b.js' }).uri).toBe('/assets/app-1a2b.js')
  })

  it('take a key by either header, and never put one in place of a token', () => {
    expect(run(CREDENTIAL_FUNCTION, { headers: { 'api-key': { value: 'gz_1' } } }).headers.authorization.value).toBe('Bearer gz_1')
    const both = { 'api-key': { value: 'gz_1' }, authorization: { value: 'Bearer token' } }
    expect(run(CREDENTIAL_FUNCTION, { headers: both }).headers.authorization.value).toBe('Bearer token')
  })
})

describe('alarms', () => {
  const alarms = Object.values(operations.findResources('AWS::CloudWatch::Alarm'))

  it('each name a runbook that is there, and each runbook has an alarm', () => {
    const named = alarms.map(({ Properties }) => /Runbook: docs\/runbooks\/([a-z-]+)\.md$/.exec(Properties.AlarmDescription)?.[1])
    expect(named).not.toContain(undefined)
    expect([...new Set(named)].sort()).toEqual([...RUNBOOKS].sort())
    for (const name of RUNBOOKS) expect(existsSync(join('docs/runbooks', `${name}.md`)), name).toBe(true)
  })

  it('each tell somebody', () => {
    for (const { Properties } of alarms) expect(Properties.AlarmActions).toHaveLength(1)
    operations.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'somebody@example.com' })
  })

  it('go off at the first dead letter', () => {
    operations.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Threshold: 0,
      AlarmDescription: Match.stringLikeRegexp('docs/runbooks/dead-letters'),
    })
  })

  it('have runbooks that say what it means, what to look at and what to do', () => {
    for (const name of RUNBOOKS) {
      const text = readFileSync(join('docs/runbooks', `${name}.md`), 'utf8')
      for (const heading of ['## What it means', '## Look', '## Do']) expect(text, name).toContain(heading)
    }
  })
})

it('counts every five minutes, and sweeps', () => {
  operations.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(5 minutes)' })
  operations.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(2 minutes)' })
  operations.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 hour)',
    Targets: [Match.objectLike({ Input: '{"task":"upkeep"}' })],
  })
})

it('has a page of numbers and a budget of the stage', () => {
  operations.resourceCountIs('AWS::CloudWatch::Dashboard', 1)
  operations.hasResourceProperties('AWS::Budgets::Budget', { Budget: { BudgetLimit: { Amount: 200, Unit: 'USD' } } })
})

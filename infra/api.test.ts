import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { ROUTE_TABLE, type RouteRow } from '#http/route-table.ts'
import { gatewayDocument, gatewayPath, gatewayRows } from './gateway.ts'
import { synthesized } from './testing.ts'

const { api, data } = synthesized('prod', { partners: [{ name: 'acme', requestsPerSecond: 5, burst: 10, requestsPerMonth: 1000 }] })
const small = synthesized('dev').api
const parts = {
  ...{ title: 't', apiUri: 'uri:api', streamUri: 'uri:stream', uploadUri: 'uri:upload', authorizerUri: 'uri:authorizer' },
  ...{ userPoolArn: 'arn:pool', resource: 'genzo', corsOrigin: 'https://studio.example.com' },
}
const document: any = gatewayDocument(ROUTE_TABLE, parts)
const operation = ({ method, path }: Pick<RouteRow, 'method' | 'path'>) => document.paths[gatewayPath(path)]?.[method.toLowerCase()]

describe.each(gatewayRows(ROUTE_TABLE))('$method $path', (row) => {
  it('is in the gateway, and asks for credentials unless it is public', () => {
    const { security } = operation(row)
    if (row.who === 'public') expect(security).toEqual([])
    else if (row.path === '/generate-upload-url') expect(security).toEqual([{ people: ['genzo/images:write'] }])
    else expect(security).toEqual([{ credentials: [] }])
  })

  it('names the parts of its path, and is checked for them', () => {
    const named = [...row.path.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => name)
    expect(operation(row).parameters.map(({ name }: any) => name)).toEqual(row.path.endsWith('*') ? [...named, 'proxy'] : named)
    expect(operation(row)['x-amazon-apigateway-request-validator']).toMatch(/^(parameters|all)$/)
  })

  it('streams when it is long, and otherwise ends before the gateway does', () => {
    const integration = operation(row)['x-amazon-apigateway-integration']
    if (row.isLongLived) expect(integration).toMatchObject({ uri: 'uri:stream', responseTransferMode: 'STREAM' })
    else expect(integration.timeoutInMillis).toBeLessThanOrEqual(29_000)
  })
})

describe('the gateway', () => {
  it('has no route that the one machine keeps for itself', () => {
    expect(document.paths['/metrics']).toBeUndefined()
    expect(Object.keys(document.paths).filter((path) => path.startsWith('/uploads'))).toEqual([])
  })

  it('gives a variable of a path one name only, as API Gateway wants', () => {
    const names = new Map<string, string>()
    for (const path of Object.keys(document.paths)) {
      const segments = path.split('/')
      segments.forEach((segment, at) => {
        if (!segment.startsWith('{')) return
        const before = segments.slice(0, at).join('/')
        expect(names.get(before) ?? segment, path).toBe(segment)
        names.set(before, segment)
      })
    }
  })

  it('refuses an upload without name, type and length before any function runs', () => {
    expect(document.components.schemas.UploadUrlRequest.required).toEqual(['fileName', 'contentType', 'byteLength'])
    expect(operation({ method: 'POST', path: '/generate-upload-url' })['x-amazon-apigateway-request-validator']).toBe('all')
  })

  it('answers a preflight itself, for the site’s origin', () => {
    const { responses } = document.paths['/api/images'].options['x-amazon-apigateway-integration']
    expect(responses.default.responseParameters['method.response.header.Access-Control-Allow-Origin']).toBe("'https://studio.example.com'")
  })

  it('speaks of errors in the studio’s own form', () => {
    const said = document['x-amazon-apigateway-gateway-responses']
    expect(JSON.parse(said.THROTTLED.responseTemplates['application/json'])).toMatchObject({ code: 'throttled', status: 429 })
    expect(said.MISSING_AUTHENTICATION_TOKEN.statusCode).toBe(404)
  })

  it('takes an authorizer’s word for a minute at most', () => {
    const { credentials } = document.components.securitySchemes
    expect(credentials['x-amazon-apigateway-authorizer']).toMatchObject({ type: 'request', authorizerResultTtlInSeconds: 60 })
  })

  it('bounds every route, and bounds what costs money more', () => {
    api.hasResourceProperties('AWS::ApiGateway::Stage', {
      TracingEnabled: true,
      AccessLogSetting: { DestinationArn: Match.anyValue(), Format: Match.stringLikeRegexp('resourcePath') },
      MethodSettings: Match.arrayWith([
        Match.objectLike({
          HttpMethod: '*',
          ResourcePath: '/*',
          ThrottlingRateLimit: 100,
          ThrottlingBurstLimit: 200,
          DataTraceEnabled: false,
        }),
        Match.objectLike({ HttpMethod: 'POST', ResourcePath: '/~1api~1generations', ThrottlingRateLimit: 20 }),
      ]),
    })
  })

  it('keeps reads of the catalogue alone, encrypted, where the stage pays for a cache', () => {
    api.hasResourceProperties('AWS::ApiGateway::Stage', { CacheClusterEnabled: true, CacheClusterSize: '0.5' })
    const stage = Object.values(api.findResources('AWS::ApiGateway::Stage'))[0]!
    const cached = stage.Properties.MethodSettings.filter((one: any) => one.CachingEnabled)
    expect(cached).toMatchObject([{ HttpMethod: 'GET', ResourcePath: '/~1api~1models', CacheDataEncrypted: true, CacheTtlInSeconds: 300 }])
    expect(Object.values(small.findResources('AWS::ApiGateway::Stage'))[0]!.Properties.CacheClusterEnabled).toBeUndefined()
  })

  it('has a key and a plan for each partner', () => {
    api.hasResourceProperties('AWS::ApiGateway::UsagePlan', {
      Throttle: { RateLimit: 5, BurstLimit: 10 },
      Quota: { Limit: 1000, Period: 'MONTH' },
    })
    api.resourceCountIs('AWS::ApiGateway::ApiKey', 1)
  })

  it('stands behind a firewall with the profile full', () => {
    api.hasResourceProperties('AWS::WAFv2::WebACL', { Scope: 'REGIONAL' })
    api.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1)
    small.resourceCountIs('AWS::WAFv2::WebACL', 0)
  })

  it('keeps api and authorizer warm with the profile full', () => {
    api.resourceCountIs('AWS::Lambda::Alias', 2)
    api.allResourcesProperties('AWS::Lambda::Alias', { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 } })
  })
})

describe('people', () => {
  it('sign in by e-mail with a long password, a code of an app if they like, and an address they have proved', () => {
    data.hasResourceProperties('AWS::Cognito::UserPool', {
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      Policies: { PasswordPolicy: { MinimumLength: 12, RequireNumbers: true, RequireSymbols: true, RequireUppercase: true } },
      MfaConfiguration: 'OPTIONAL',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      DeletionProtection: 'ACTIVE',
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    })
    data.hasResourceProperties('AWS::Cognito::UserPoolGroup', { GroupName: 'admin' })
  })

  it('must give a code where the stage says so', () => {
    synthesized('dev', { identity: { totp: 'required' } }).data.hasResourceProperties('AWS::Cognito::UserPool', { MfaConfiguration: 'ON' })
  })

  it('come by code with PKCE, never by a password sent through our pages', () => {
    data.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      PreventUserExistenceErrors: 'ENABLED',
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    })
    data.hasResourceProperties('AWS::Cognito::UserPoolResourceServer', {
      Identifier: 'genzo',
      Scopes: ['images:read', 'images:write', 'generate'].map((ScopeName) => Match.objectLike({ ScopeName })),
    })
    data.hasResourceProperties('AWS::Cognito::UserPoolDomain', { ManagedLoginVersion: 2 })
  })

  it('get credentials that put into their own inbox and do nothing else', () => {
    data.hasResourceProperties('AWS::Cognito::IdentityPool', { AllowUnauthenticatedIdentities: false, AllowClassicFlow: false })
    data.hasResourceProperties('AWS::Cognito::IdentityPoolPrincipalTag', { PrincipalTags: { owner: 'sub' }, UseDefaults: false })
    const [policy] = Object.values(data.findResources('AWS::IAM::Policy')).filter((one) => JSON.stringify(one).includes('PrincipalTag'))
    const [statement, ...others] = policy!.Properties.PolicyDocument.Statement
    expect(others).toEqual([])
    expect(statement.Action).toBe('s3:PutObject')
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM
    expect(JSON.stringify(statement.Resource)).toContain('/inbox/${aws:PrincipalTag/owner}/*')
  })

  it('may come from elsewhere by configuration, whose secrets stay in Secrets Manager', () => {
    const identity = {
      google: { clientId: 'g', secretName: 'genzo/google' },
      oidc: [{ name: 'Company', issuer: 'https://id.example.com', clientId: 'c', secretName: 'genzo/company' }],
      saml: [{ name: 'School', metadataUrl: 'https://school.example.com/metadata' }],
    }
    const { data: federated } = synthesized('dev', { identity })
    for (const type of ['Google', 'OIDC', 'SAML'])
      federated.hasResourceProperties('AWS::Cognito::UserPoolIdentityProvider', { ProviderType: type })
    expect(JSON.stringify(federated.toJSON())).toContain('{{resolve:secretsmanager:genzo/google')
  })
})

import { Aws, Duration, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib'
import {
  AccountRecovery,
  CfnIdentityPool,
  CfnIdentityPoolPrincipalTag,
  CfnIdentityPoolRoleAttachment,
  CfnManagedLoginBranding,
  type CfnUserPoolClient,
  FeaturePlan,
  LambdaVersion,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  ProviderAttribute,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPoolDomain,
  UserPoolEmail,
  UserPoolIdentityProviderGoogle,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito'
import { Effect, FederatedPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { RESOURCE } from '#entries/aws-config.ts'
import type { Settings } from '../config.ts'
import { stageName } from '../names.ts'

export interface IdentityProps {
  /** The stage: who may register, with what proof, and by which other providers. */
  readonly settings: Settings
  /** Asked who may register, and what tokens say. */
  readonly triggers: IFunction
  /** Whose `inbox/{owner}/` a signed-in browser may write to. */
  readonly originals: IBucket
}

const SCOPES = {
  'images:read': 'See your pictures',
  'images:write': 'Add, change and remove your pictures',
  generate: 'Generate pictures, which costs money',
} as const

/** Who people are: a user pool with managed login, one public client with PKCE, and credentials that reach one's own inbox alone. */
export class Identity extends Construct {
  readonly pool: UserPool
  readonly client: UserPoolClient
  readonly domain: UserPoolDomain
  readonly identityPool: CfnIdentityPool

  constructor(scope: Construct, id: string, { settings, triggers, originals }: IdentityProps) {
    super(scope, id)
    this.pool = this.makePool(settings)
    this.pool.addTrigger(UserPoolOperation.PRE_SIGN_UP, triggers)
    // Version 2 writes into access tokens too; version 1 knows id tokens alone.
    this.pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, triggers, LambdaVersion.V2_0)
    this.pool.addGroup('Admins', { groupName: 'admin', description: 'Operators: they see every queue, person and bill' })
    this.domain = this.pool.addDomain('Login', {
      cognitoDomain: { domainPrefix: settings.identity.loginPrefix ?? `genzo-${settings.stage}-${Aws.ACCOUNT_ID}` },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    })
    this.client = this.makeClient(settings, this.makeProviders(settings))
    // Without a style of its own a client has no managed login pages at all.
    new CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: this.pool.userPoolId,
      clientId: this.client.userPoolClientId,
      useCognitoProvidedValues: true,
    })
    this.identityPool = this.makeIdentityPool(settings, originals)
  }

  /** Origin of the login pages. */
  get loginUrl(): string {
    return this.domain.baseUrl()
  }

  private makePool({ identity, onRemoval, stage, mailFrom }: Settings): UserPool {
    const isKept = onRemoval === 'keep'
    return new UserPool(this, 'People', {
      userPoolName: stageName({ stage }, 'people'),
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      keepOriginal: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      selfSignUpEnabled: identity.isSignUpOpen,
      passwordPolicy: {
        ...{ minLength: 12, requireLowercase: true, requireUppercase: true, requireDigits: true, requireSymbols: true },
        tempPasswordValidity: Duration.days(3),
      },
      mfa: identity.totp === 'required' ? Mfa.REQUIRED : Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      // Managed login and claims in access tokens need it; Lite has neither.
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: isKept,
      removalPolicy: isKept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(mailFrom && { email: UserPoolEmail.withSES({ fromEmail: mailFrom, fromName: 'Genzo', sesRegion: Stack.of(this).region }) }),
    })
  }

  private makeClient({ publicUrl, stage }: Settings, providers: UserPoolClientIdentityProvider[]): UserPoolClient {
    const scopes = Object.entries(SCOPES).map(([scopeName, scopeDescription]) => new ResourceServerScope({ scopeName, scopeDescription }))
    const server = this.pool.addResourceServer('Api', { identifier: RESOURCE, userPoolResourceServerName: 'The studio', scopes })
    // On a first deploy the site has no address yet: only a browser on the developer's own machine can sign in.
    const site = publicUrl ?? 'http://localhost:5173'
    const client = this.pool.addClient('Web', {
      userPoolClientName: stageName({ stage }, 'web'),
      // A page in a browser keeps no secret; the code is bound to it by PKCE, and password flows are off.
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true, implicitCodeGrant: false, clientCredentials: false },
        scopes: [
          OAuthScope.OPENID,
          OAuthScope.EMAIL,
          OAuthScope.PROFILE,
          ...scopes.map((scope) => OAuthScope.resourceServer(server, scope)),
        ],
        callbackUrls: [`${site}/signed-in`],
        logoutUrls: [`${site}/`],
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO, ...providers],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
    })
    // Left out, Cognito would allow SRP and custom flows: passwords belong on its own pages alone.
    const own = client.node.defaultChild as CfnUserPoolClient
    own.explicitAuthFlows = ['ALLOW_REFRESH_TOKEN_AUTH']
    return client
  }

  /** Google, OpenID and SAML, each as configured. Their secrets stay in Secrets Manager: templates carry a reference. */
  private makeProviders({ identity: { google, oidc, saml } }: Settings): UserPoolClientIdentityProvider[] {
    const userPool = this.pool
    const attributeMapping = { email: ProviderAttribute.other('email') }
    const made = [
      ...(google
        ? [
            new UserPoolIdentityProviderGoogle(this, 'Google', {
              ...{ userPool, clientId: google.clientId, clientSecretValue: SecretValue.secretsManager(google.secretName) },
              ...{ scopes: ['openid', 'email', 'profile'], attributeMapping: { email: ProviderAttribute.GOOGLE_EMAIL } },
            }),
          ]
        : []),
      ...oidc.map(
        ({ name, issuer, clientId, secretName }) =>
          new UserPoolIdentityProviderOidc(this, `Oidc${name}`, {
            ...{ userPool, name, issuerUrl: issuer, clientId, attributeMapping, scopes: ['openid', 'email', 'profile'] },
            clientSecret: SecretValue.secretsManager(secretName).unsafeUnwrap(),
          }),
      ),
      ...saml.map(
        ({ name, metadataUrl }) =>
          new UserPoolIdentityProviderSaml(this, `Saml${name}`, {
            ...{ userPool, name, metadata: UserPoolIdentityProviderSamlMetadata.url(metadataUrl) },
            attributeMapping: { email: ProviderAttribute.other('http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress') },
          }),
      ),
    ]
    return made.map(({ providerName }) => UserPoolClientIdentityProvider.custom(providerName))
  }

  /** Credentials for a browser that may put into one folder: its owner's, told by a tag that only the token can set. */
  private makeIdentityPool({ stage }: Settings, originals: IBucket): CfnIdentityPool {
    const providerName = this.pool.userPoolProviderName
    const pool = new CfnIdentityPool(this, 'Inboxes', {
      identityPoolName: stageName({ stage }, 'inboxes'),
      allowUnauthenticatedIdentities: false,
      allowClassicFlow: false,
      cognitoIdentityProviders: [{ providerName, clientId: this.client.userPoolClientId, serverSideTokenCheck: true }],
    })
    const onlyThisPool = {
      StringEquals: { 'cognito-identity.amazonaws.com:aud': pool.ref },
      'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
    }
    const principal = new FederatedPrincipal(
      'cognito-identity.amazonaws.com',
      onlyThisPool,
      'sts:AssumeRoleWithWebIdentity',
    ).withSessionTags()
    const role = new Role(this, 'InboxRole', {
      assumedBy: principal,
      description: 'A signed-in browser: its owner’s inbox, nothing else'.replace('’', "'"),
    })
    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['s3:PutObject'],
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM, settled at each request
        resources: [originals.arnForObjects('inbox/${aws:PrincipalTag/owner}/*')],
      }),
    )
    new CfnIdentityPoolPrincipalTag(this, 'OwnerTag', {
      identityPoolId: pool.ref,
      identityProviderName: providerName,
      principalTags: { owner: 'sub' },
      useDefaults: false,
    })
    new CfnIdentityPoolRoleAttachment(this, 'InboxRoles', { identityPoolId: pool.ref, roles: { authenticated: role.roleArn } })
    return pool
  }
}

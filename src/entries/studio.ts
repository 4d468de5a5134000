import { mkdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Ports } from '#core/ports/index.ts'
import type { Site } from '#http/app.ts'
import type { TrustedIssuer } from '#http/auth/issuers.ts'
import { type StudioTokens, studioTokens } from '#http/auth/studio-tokens.ts'
import { createIssuer, type Issuer } from '#local/issuer/issuer.ts'
import { apiResource, GRANTED_SCOPES, WEB_CLIENT_ID } from '#local/issuer/options.ts'
import { socialNames } from '#local/issuer/social-names.ts'
import { type OutboxMail, outboxMail } from '#local/outbox-mail.ts'
import { type PrometheusTelemetry, prometheusTelemetry } from '#local/prometheus-telemetry.ts'
import { secretsIn } from '#local/secrets.ts'
import { smtpMail } from '#local/smtp-mail.ts'
import { type LocalStudio, localPorts } from '#local/studio.ts'
import { type Config, ROOT } from './config.ts'
import { openModels } from './models.ts'
import { readModeration } from './operator-files.ts'

const PIXELS = new URL('./pixels.worker.ts', import.meta.url)

/** The studio on this machine with what an entry puts around its ports: sign-in, mail, numbers. */
export type Studio = {
  ports: LocalStudio
  tokens: StudioTokens
  telemetry: PrometheusTelemetry
  /** Absent when an outside issuer signs people in. */
  issuer?: Issuer
  /** Absent when letters are mailed. */
  outbox?: OutboxMail
  site: Site
  close(): Promise<void>
}

type Options = { bootId?: string; logLevel?: Config['values']['GENZO_LOG_LEVEL'] }

/** Opens everything of `GENZO_DATA`. Without a `bootId` it is a guest beside the server, as the CLI's operator commands are. */
export async function openStudio(config: Config, { bootId, logLevel = config.values.GENZO_LOG_LEVEL }: Options = {}): Promise<Studio> {
  const { dataDir: dir, publicUrl, policy, signup, mail: mailConfig, oidc, values } = config
  // A folder that was there before, a volume say, may be open to others; what is written into it is not.
  process.umask(0o077)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const now = Date.now
  const telemetry = prometheusTelemetry({ level: logLevel })
  const outbox = mailConfig ? undefined : outboxMail({ dir: join(dir, 'outbox'), now })
  const smtp = mailConfig ? smtpMail(mailConfig) : undefined
  const mail = outbox ?? smtp!
  const issuer = oidc
    ? undefined
    : await createIssuer({
        path: join(dir, 'accounts.sqlite'),
        config: {
          publicUrl,
          secret: secretsIn(join(dir, 'secrets.json')).issuer,
          signup,
          requireVerifiedEmail: mailConfig !== undefined,
          ...(values.GENZO_TERMS_VERSION && { termsVersion: values.GENZO_TERMS_VERSION }),
          ...(values.GENZO_SOCIAL && { social: values.GENZO_SOCIAL }),
        },
        mail,
        now,
      })
  const others: Partial<Ports> = { mail, telemetry, ...(issuer && { directory: issuer.directory }) }
  const moderation = readModeration(config)
  let opened: LocalStudio | undefined
  const models = openModels(config, {
    isServer: bootId !== undefined,
    pixels: { prepare: (...args) => opened!.pixels.prepare(...args) },
    warn: (message) => telemetry.log('warn', message),
  })
  const ports = localPorts({
    ...{ dir, policy, now, ports: { ...others, ...models.ports }, ...(moderation && { moderation }) },
    ...(bootId !== undefined && { bootId, pixelWorker: { url: PIXELS, size: workersOf(config) } }),
  })
  opened = ports
  const tokens = studioTokens({ keys: ports.keys, directory: ports.directory, issuers: [trustedIssuer(config, issuer)], now })

  return {
    ...{ ports, tokens, telemetry, site: siteOf(config), ...(issuer && { issuer }), ...(outbox && { outbox }) },
    async close() {
      await models.close()
      smtp?.close()
      issuer?.close()
      await ports.close()
      telemetry.flush()
    },
  }
}

/** Pictures worked on at once. */
export const workersOf = ({ values }: Config): number => values.GENZO_WORKERS ?? availableParallelism()

function trustedIssuer({ oidc, publicUrl }: Config, issuer: Issuer | undefined): TrustedIssuer {
  if (oidc) return { issuer: oidc.issuer, audiences: [oidc.audience], clientIds: [oidc.clientId] }
  // In this process: no request to ourselves, which would have to wait for ourselves at start.
  const jwks = async () => (await issuer!.jwks()) as Awaited<ReturnType<NonNullable<TrustedIssuer['jwks']>>>
  return { issuer: publicUrl, audiences: [apiResource(publicUrl)], clientIds: [WEB_CLIENT_ID], jwks }
}

function siteOf({ publicUrl, oidc, signup, mail, values }: Config): Site {
  const version = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version
  const terms = values.GENZO_TERMS_VERSION && values.GENZO_TERMS_URL
  return {
    name: values.GENZO_NAME,
    issuer: oidc?.issuer ?? publicUrl,
    clientId: oidc?.clientId ?? WEB_CLIENT_ID,
    scope: GRANTED_SCOPES.join(' '),
    resource: oidc ? oidc.audience : apiResource(publicUrl),
    isEmbeddedIssuer: oidc === undefined,
    signup: oidc ? 'closed' : signup,
    social: oidc ? [] : socialNames(values.GENZO_SOCIAL ?? {}),
    ...(values.OIDC_LOGOUT_URL && { logoutUrl: values.OIDC_LOGOUT_URL }),
    ...(terms && { terms: { version: values.GENZO_TERMS_VERSION!, url: terms } }),
    isMailed: mail !== undefined,
    version,
  }
}

import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { StudioError } from '#core/errors.ts'
import type { Ports } from '#core/ports/index.ts'
import type { StudioTokens } from './auth/studio-tokens.ts'
import type { AppEnv } from './env.ts'
import { answer, errorHandler } from './errors.ts'
import { type FrontOptions, frontOf } from './front.ts'
import type { Aliases } from './openai/aliases.ts'
import { answerOpenAi } from './openai/errors.ts'
import { isOpenAiPath, openAiRoutes } from './openai/routes.ts'
import { ROUTE_TABLE } from './route-table.ts'
import { accountRoutes } from './routes/account.ts'
import { type Invite, invitationRoutes } from './routes/admin-invitations.ts'
import { queueRoutes } from './routes/admin-queues.ts'
import { spendRoutes } from './routes/admin-spend.ts'
import { userRoutes } from './routes/admin-users.ts'
import { albumImageRoutes, albumRoutes } from './routes/albums.ts'
import { deliverRoutes, type WarmStore } from './routes/deliver.ts'
import { type DocsFile, docsRoutes } from './routes/docs.ts'
import { eventRoutes } from './routes/events.ts'
import { exportRoutes } from './routes/exports.ts'
import { generationRoutes } from './routes/generations.ts'
import { historyRoutes, imageRoutes } from './routes/images.ts'
import { linkRoutes } from './routes/links.ts'
import { modelRoutes } from './routes/models.ts'
import { ownDataRoutes } from './routes/own-data.ts'
import { promptRoutes } from './routes/prompts.ts'
import { shareRoutes } from './routes/shares.ts'
import { similarRoutes } from './routes/similar.ts'
import { type StorePut, storeRoutes } from './routes/store.ts'
import { type Site, type SystemOptions, systemRoutes } from './routes/system.ts'
import { uploadRoutes } from './routes/uploads.ts'
import type { StudioPage } from './share-page.ts'

export type { Site }

export type AppOptions = SystemOptions &
  FrontOptions & {
    tokens: StudioTokens
    docsFile?: DocsFile
    /** The studio's page, where this server also answers what links lead to. */
    page?: StudioPage | (() => Promise<StudioPage>)
    /** Where pictures that were answered are kept, for a host that answers them again before the app is asked. */
    warm?: WarmStore
    /** Takes the signed PUTs of uploads, where this server is the store. */
    storePut?: StorePut
    /** False where a host cannot hold a response open: the feed is then a long-poll only. */
    isStreaming?: boolean
    /** Names of models that programs written for OpenAI send → ours. */
    openAiAliases?: Aliases
    /** Absent where an outside issuer has its own invitations. */
    invite?: Invite
    /** Aborted when the server is told to stop: long-polls are answered at once. */
    stopping?: AbortSignal
  }

/** The studio over HTTP. Node, Lambda and tests wrap this same app. */
export function createApp(ports: Ports, options: AppOptions) {
  const { tokens, isStreaming = true, site } = options
  const app = new OpenAPIHono<AppEnv>({ defaultHook: (result) => (result.success ? undefined : refuse(result)) })

  systemRoutes(app, ports, options)
  modelRoutes(app, ports)
  promptRoutes(app, ports)
  generationRoutes(app, ports)
  uploadRoutes(app, ports)
  imageRoutes(app, ports)
  historyRoutes(app, ports)
  similarRoutes(app, ports)
  albumRoutes(app, ports)
  albumImageRoutes(app, ports)
  linkRoutes(app, ports)
  shareRoutes(app, ports, { siteName: site.name, ...(options.page && { page: options.page }) })
  deliverRoutes(app, ports, options.warm ? { warm: options.warm } : {})
  eventRoutes(app, ports, { isStreaming, ...(options.stopping && { stopping: options.stopping }) })
  accountRoutes(app, ports, tokens)
  ownDataRoutes(app, ports, tokens)
  exportRoutes(app, ports)
  openAiRoutes(app, ports, {
    isStreaming,
    ...(options.openAiAliases && { aliases: options.openAiAliases }),
    ...(options.stopping && { stopping: options.stopping }),
  })
  if (options.storePut) storeRoutes(app, ports, options.storePut)
  queueRoutes(app, ports)
  userRoutes(app, ports, tokens)
  if (options.invite) invitationRoutes(app, ports, options.invite)
  spendRoutes(app, ports)
  docsRoutes(app, { version: site.version, ...(options.docsFile && { file: options.docsFile }) })

  const told = (c: Context<AppEnv>, error: StudioError) => (isOpenAiPath(c.req.path) ? answerOpenAi : answer)(c, error)
  return frontOf(ports, { rows: ROUTE_TABLE, routes: app.routes, onError: errorHandler(ports, told) }, options)
}

type Issue = { path: PropertyKey[]; message: string; code?: string; keys?: string[]; expected?: string }
/** Names each wrong field with what would be right. */
function refuse({ target, error }: { target: string; error: { issues: Issue[] } }): never {
  const fields = error.issues.flatMap((issue) => wrongFields(issue, target)).slice(0, 20)
  throw new StudioError('invalid_input', `the ${target === 'json' ? 'body' : target} is not valid: ${fields.map(said).join('; ')}`, {
    fields,
  })
}

/** In our words where the schema library's name its own notions; of what it says, only the first letter is lowered, as it quotes names. */
function wrongFields({ path, message, code, keys, expected }: Issue, target: string): { path: string; problem: string }[] {
  const at = path.join('.')
  if (code === 'unrecognized_keys' && keys)
    return keys.map((key) => ({ path: [...path, key].join('.').slice(0, 80), problem: 'not known here; leave it out' }))
  const isMissing = code === 'invalid_type' && message.endsWith('received undefined')
  return [{ path: at || (target === 'json' ? 'body' : target), problem: isMissing ? `missing; give a ${expected}` : lowered(message) }]
}
const lowered = (message: string) => message.charAt(0).toLowerCase() + message.slice(1)
const said = ({ path, problem }: { path: string; problem: string }) => `${path}: ${problem}`

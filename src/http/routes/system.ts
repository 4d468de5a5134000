import { z } from '@hono/zod-openapi'
import { errorName } from '#core/best-effort.ts'
import { iso } from '#core/iso-time.ts'
import type { Ports } from '#core/ports/index.ts'
import type { Letter } from '#core/ports/news.ts'
import { Time } from '../schemas/common.ts'
import { type Api, describe, json } from './route.ts'

const tags = ['System']

/** What the server tells everybody about itself before sign-in. */
export const Site = z
  .object({
    name: z.string(),
    issuer: z.string(),
    clientId: z.string(),
    scope: z.string(),
    resource: z.string().optional().openapi({ description: 'The audience to ask for (RFC 8707).' }),
    logoutUrl: z.string().optional(),
    isEmbeddedIssuer: z.boolean(),
    signup: z.enum(['open', 'invite', 'closed']),
    social: z.array(z.object({ id: z.string(), name: z.string() })).openapi({ description: 'Other ways to sign in here.' }),
    terms: z.object({ version: z.string(), url: z.string() }).optional(),
    isMailed: z.boolean().openapi({ description: 'False: letters go to the outbox that administrators see.' }),
    version: z.string(),
  })
  .openapi('Site')
export type Site = z.infer<typeof Site>
const SiteNow = Site.extend({
  features: z
    .object({ wording: z.boolean(), embeddings: z.boolean() })
    .openapi({ description: 'What is configured now: help with prompts, and search by meaning with similar images.' }),
}).openapi('SiteNow')
export type SiteNow = z.infer<typeof SiteNow>

const Ready = z.object({ status: z.enum(['ready', 'not ready']), checks: z.record(z.string(), z.enum(['ok', 'failed'])) })
const SentLetter = z.object({ at: Time, to: z.string(), subject: z.string(), text: z.string() })

export type SystemOptions = {
  site: Site
  /** The letters that were not mailed, newest first; where there is no mail server. */
  outbox?: () => Promise<(Letter & { at: number })[]>
  /** What this host needs beside its ports, by name: each rejects while it is not to be had. Cheap: probes ask every few seconds. */
  checks?: Readonly<Record<string, () => Promise<unknown>>>
  /** Prometheus text, where this process keeps its own numbers. */
  metrics?: () => Promise<{ contentType: string; body: string }>
}

/** How the server is, for probes and operators. */
export function systemRoutes(app: Api, ports: Ports, { site, outbox, metrics, checks: own = {} }: SystemOptions): void {
  app.openapi(
    describe({
      method: 'get',
      path: '/health',
      tags,
      security: [],
      summary: 'Alive?',
      responses: { 200: json(z.object({ status: z.literal('ok') }), 'This process answers') },
    }),
    (c) => c.json({ status: 'ok' as const }, 200),
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/ready',
      tags,
      security: [],
      summary: 'Can it do its work?',
      responses: { 200: json(Ready, 'Everything it needs answers'), 503: json(Ready, 'Something does not') },
    }),
    async (c) => {
      const checks = await probe(ports, own)
      const isReady = Object.values(checks).every((check) => check === 'ok')
      return isReady ? c.json({ status: 'ready' as const, checks }, 200) : c.json({ status: 'not ready' as const, checks }, 503)
    },
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/site',
      tags,
      security: [],
      summary: 'How to sign in here',
      responses: { 200: json(SiteNow, 'About this studio') },
    }),
    (c) => {
      c.header('cache-control', 'public, max-age=60')
      const features = { wording: ports.wording.isConfigured, embeddings: ports.embeddings.isConfigured }
      return c.json({ ...site, features }, 200)
    },
  )
  if (metrics)
    app.get('/metrics', async (c) => {
      const { contentType, body } = await metrics()
      return c.body(body, 200, { 'content-type': contentType })
    })
  if (outbox)
    app.openapi(
      describe({
        method: 'get',
        path: '/api/admin/outbox',
        tags: ['Administration'],
        summary: 'Letters that had no mail server to go to',
        responses: { 200: json(z.object({ items: z.array(SentLetter) }), 'Newest first') },
      }),
      async (c) => {
        const letters = await outbox()
        return c.json({ items: letters.map(({ at, to, subject, text }) => ({ at: iso(at), to, subject, text })) }, 200)
      },
    )
}

const PROBE_ID = '00000000-0000-7000-8000-000000000000'
/** A probe that hangs is a failure. Milliseconds. */
const PROBE_MS = 3_000

/** One cheap question to each store, and what the host adds. Which failed is told to everybody, why only to the log. */
async function probe(
  ports: Pick<Ports, 'images' | 'blobs' | 'queues' | 'telemetry'>,
  own: NonNullable<SystemOptions['checks']>,
): Promise<Record<string, 'ok' | 'failed'>> {
  const asked: Record<string, () => Promise<unknown>> = {
    images: () => ports.images.find(PROBE_ID),
    blobs: () => ports.blobs.stat('health/probe'),
    'generation queue': () => ports.queues.generation.depth(),
    'processing queue': () => ports.queues.processing.depth(),
    ...own,
  }
  const answers = Object.entries(asked).map(
    async ([name, ask]) =>
      [name, await within(ask, (error) => ports.telemetry.log('warn', 'not ready', { check: name, error: errorName(error) }))] as const,
  )
  return Object.fromEntries(await Promise.all(answers))
}

async function within(ask: () => Promise<unknown>, onFailure: (error: unknown) => void): Promise<'ok' | 'failed'> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'failed'>((resolve) => {
    timer = setTimeout(() => resolve('failed'), PROBE_MS)
  })
  const asking = ask().then(
    () => 'ok' as const,
    (error) => {
      onFailure(error)
      return 'failed' as const
    },
  )
  return Promise.race([asking, late]).finally(() => clearTimeout(timer))
}

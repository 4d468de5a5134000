import type { Context } from 'hono'
import type { AppEnv } from '../env.ts'
import type { Api } from '../routes/route.ts'
import { type Aliases, OPENAI_ALIASES } from './aliases.ts'
import { answerOf, formatIgnored, toldHeaders } from './answer.ts'
import { readAsked } from './body.ts'
import { type FilePorts, fileRoutes } from './files.ts'
import { openAiModelRoutes } from './models.ts'
import type { Kind } from './plan.ts'
import { begin, finish, type RunPorts } from './run.ts'
import { answerStream } from './stream.ts'

export type OpenAiOptions = {
  /** Names of models that other programs send → ours; laid over the usual ones. */
  aliases?: Aliases
  /** Aborted when the server is told to stop: who waits is told to ask again, and joins what is under way. */
  stopping?: AbortSignal
  /** False where a host cannot hold a response open: `stream` is then answered in one piece. */
  isStreaming?: boolean
}

/**
 * OpenAI's images API, so that programs written for it use this studio unchanged: the same people, limits, gallery and marks are behind.
 */
export function openAiRoutes(app: Api, ports: RunPorts & FilePorts, options: OpenAiOptions = {}): void {
  const { stopping, isStreaming = true } = options
  const aliases = { ...OPENAI_ALIASES, ...options.aliases }

  const answer = (kind: Kind) => async (c: Context<AppEnv>) => {
    const asked = await readAsked(c, { needsPicture: kind !== 'generate' })
    const { fields } = asked
    const begun = await begin(ports, c, { kind, asked, aliases })
    const told = toldHeaders({ ...begun, ignored: [...begun.ignored, ...formatIgnored(fields)] })
    for (const [name, value] of Object.entries(told)) c.header(name, value)
    if (fields.stream && isStreaming && kind !== 'variation')
      return answerStream(c, ports, { begun, asked, verb: kind === 'edit' ? 'image_edit' : 'image_generation', stopping })
    const { signal } = c.req.raw
    const finished = await finish(ports, c.get('actor'), begun.generation, {
      signal: stopping ? AbortSignal.any([signal, stopping]) : signal,
    })
    return c.json(await answerOf(ports, finished, asked))
  }

  app.post('/v1/images/generations', answer('generate'))
  app.post('/v1/images/edits', answer('edit'))
  app.post('/v1/images/variations', answer('variation'))
  openAiModelRoutes(app, ports, aliases)
  fileRoutes(app, ports)
}

/** True for what this door answers, errors included: its clients read OpenAI's shape only. */
export const isOpenAiPath = (path: string): boolean => path === '/v1' || path.startsWith('/v1/')

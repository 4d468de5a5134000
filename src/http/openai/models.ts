import { modelRetired } from '#core/catalogue.ts'
import type { Model } from '#core/model.ts'
import type { Ports } from '#core/ports/index.ts'
import type { Api } from '../routes/route.ts'
import { type Aliases, aliasOf, modelNamed, noModel } from './aliases.ts'

/** Ids that other programs know; listed where an alias answers them, since some offer only what is listed. */
const WELL_KNOWN = ['gpt-image-1', 'gpt-image-1-mini', 'gpt-image-1.5', 'gpt-image-2', 'dall-e-2', 'dall-e-3', 'default']

const entry = (id: string, model?: Model) => ({
  ...{ id, object: 'model' as const, created: model ? Math.floor(Date.parse(model.price.asOf) / 1000) : 0 },
  owned_by: model?.provider === 'bedrock' ? 'amazon-bedrock' : 'genzo',
})

/** `GET /v1/models`: what can be asked for by name, aliases included. */
export function openAiModelRoutes(app: Api, { models }: Pick<Ports, 'models'>, aliases: Aliases): void {
  app.get('/v1/models', async (c) => {
    const live = (await models.list()).filter(({ lifecycle }) => lifecycle.state !== 'retired')
    const names = [...WELL_KNOWN, ...Object.keys(aliases).filter((name) => !name.endsWith('*'))]
    const others = [...new Set(names)].filter((name) => aliasOf(aliases, name) !== undefined && !modelNamed(live, name))
    return c.json({ object: 'list', data: [...live.map((model) => entry(model.id, model)), ...others.map((name) => entry(name))] })
  })

  app.get('/v1/models/:id', async (c) => {
    const id = c.req.param('id')
    const model = modelNamed(await models.list(), id)
    if (model?.lifecycle.state === 'retired') throw modelRetired(model)
    if (!model && aliasOf(aliases, id) === undefined) throw noModel(id)
    return c.json(entry(id, model))
  })
}

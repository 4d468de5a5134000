import { StudioError } from '#core/errors.ts'
import type { Model } from '#core/model.ts'

/** Every live image model is served here (reference date 2026-11-21). */
export const DEFAULT_REGION = 'us-west-2'

/** The region to ask: the preferred one where it serves the model, else us-west-2, else the first that does. */
export function servingRegion({ id, regions = {} }: Pick<Model, 'id' | 'regions'>, preferred: string = DEFAULT_REGION): string {
  const serving = Object.keys(regions)
  const region = [preferred, DEFAULT_REGION].find((one) => serving.includes(one)) ?? serving[0]
  if (region) return region
  throw new StudioError('unavailable', `${id} names no region; give it one under regions in genzo.models.json`, { service: 'bedrock' })
}

/** The id to invoke in a region: an inference profile where the bare id is refused. */
export function invokeId({ id, regions = {} }: Pick<Model, 'id' | 'regions'>, region: string): string {
  const found = Object.hasOwn(regions, region) ? regions[region] : undefined
  if (found) return found
  const serving = Object.keys(regions).join(', ') || 'none'
  throw new StudioError('unavailable', `${id} is not served in ${region}; it is in ${serving}`, { service: 'bedrock' })
}

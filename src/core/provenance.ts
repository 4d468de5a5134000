import type { Image } from './image.ts'
import type { Model } from './model.ts'
import type { ProvenanceMark } from './ports/pixels.ts'

/**
 * What is written into the bytes of a picture that a model made (IPTC DigitalSourceType); undefined for a person's own upload. A model
 * that is no longer in the catalogue is taken for a trained one: saying "AI" too often misleads nobody.
 */
export function provenanceOf(
  image: Pick<Image, 'origin'>,
  model: Pick<Model, 'isProcedural' | 'name'> | undefined,
): ProvenanceMark | undefined {
  if (image.origin === 'upload') return undefined
  const creatorTool = model ? `Genzo (${model.name})` : 'Genzo'
  if (model?.isProcedural) return { digitalSourceType: 'algorithmicMedia', creatorTool }
  return {
    digitalSourceType: image.origin === 'edited' ? 'compositeWithTrainedAlgorithmicMedia' : 'trainedAlgorithmicMedia',
    creatorTool,
  }
}

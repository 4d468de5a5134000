/** How a model of the simulator is served. Written down from the reference, apart from the product's own catalogue, which it checks. */
export type Family =
  | 'core'
  | 'ultra'
  | 'sd3'
  | 'inpaint'
  | 'outpaint'
  | 'erase'
  | 'search-replace'
  | 'search-recolor'
  | 'remove-background'
  | 'control'
  | 'style-guide'
  | 'style-transfer'
  | 'creative-upscale'
  | 'conservative-upscale'
  | 'fast-upscale'
  | 'nova'
  | 'titan-v2'
  | 'titan-v1'
  | 'sdxl'
  | 'titan-embed'
  | 'nova-embed'
  | 'text'

export type Served = {
  family: Family
  name: string
  provider: string
  regions: readonly string[]
  onlyProfile?: true
  isRetired?: true
  output: string
}

const OREGON = ['us-west-2']
const US = ['us-east-1', 'us-east-2', 'us-west-2']
const anywhere = [...US, 'eu-west-1', 'ap-northeast-1']
const generator = (family: Family, name: string): Served => ({ family, name, provider: 'Stability AI', regions: OREGON, output: 'IMAGE' })
const service = (family: Family, name: string): Served => ({
  family,
  name,
  provider: 'Stability AI',
  regions: US,
  onlyProfile: true,
  output: 'IMAGE',
})
const retired = (family: Family, name: string, regions: readonly string[]): Served => ({
  ...{ family, name, provider: family === 'sdxl' ? 'Stability AI' : 'Amazon', regions, isRetired: true, output: 'IMAGE' },
})

export const SERVED: Readonly<Record<string, Served>> = {
  'stability.stable-image-core-v1:1': generator('core', 'Stable Image Core 1.0'),
  'stability.stable-image-ultra-v1:1': generator('ultra', 'Stable Image Ultra 1.0'),
  'stability.sd3-5-large-v1:0': generator('sd3', 'Stable Diffusion 3.5 Large'),
  'stability.stable-image-inpaint-v1:0': service('inpaint', 'Stable Image Inpaint'),
  'stability.stable-outpaint-v1:0': service('outpaint', 'Stable Image Outpaint'),
  'stability.stable-image-erase-object-v1:0': service('erase', 'Stable Image Erase Object'),
  'stability.stable-image-search-replace-v1:0': service('search-replace', 'Stable Image Search and Replace'),
  'stability.stable-image-search-recolor-v1:0': service('search-recolor', 'Stable Image Search and Recolor'),
  'stability.stable-image-remove-background-v1:0': service('remove-background', 'Stable Image Remove Background'),
  'stability.stable-image-control-sketch-v1:0': service('control', 'Stable Image Control Sketch'),
  'stability.stable-image-control-structure-v1:0': service('control', 'Stable Image Control Structure'),
  'stability.stable-image-style-guide-v1:0': service('style-guide', 'Stable Image Style Guide'),
  'stability.stable-style-transfer-v1:0': service('style-transfer', 'Stable Image Style Transfer'),
  'stability.stable-creative-upscale-v1:0': service('creative-upscale', 'Stable Image Creative Upscale'),
  'stability.stable-conservative-upscale-v1:0': service('conservative-upscale', 'Stable Image Conservative Upscale'),
  'stability.stable-fast-upscale-v1:0': service('fast-upscale', 'Stable Image Fast Upscale'),
  'amazon.nova-canvas-v1:0': retired('nova', 'Nova Canvas', ['us-east-1', 'eu-west-1', 'ap-northeast-1']),
  'amazon.titan-image-generator-v2:0': retired('titan-v2', 'Titan Image Generator G1 v2', ['us-east-1', 'us-west-2']),
  'amazon.titan-image-generator-v1': retired('titan-v1', 'Titan Image Generator G1', ['us-east-1', 'us-west-2']),
  'stability.stable-diffusion-xl-v1': retired('sdxl', 'SDXL 1.0', ['us-east-1', 'us-west-2']),
  'amazon.titan-embed-image-v1': {
    family: 'titan-embed',
    name: 'Titan Multimodal Embeddings G1',
    provider: 'Amazon',
    regions: anywhere,
    output: 'EMBEDDING',
  },
  'amazon.nova-2-multimodal-embeddings-v1:0': {
    family: 'nova-embed',
    name: 'Nova Multimodal Embeddings',
    provider: 'Amazon',
    regions: ['us-east-1'],
    output: 'EMBEDDING',
  },
  'amazon.nova-lite-v1:0': { family: 'text', name: 'Nova Lite', provider: 'Amazon', regions: anywhere, output: 'TEXT' },
}

/** `us.` and ARN wrappers off; whether a profile was named. */
export function unwrapId(id: string): { base: string; isProfile: boolean } {
  const last = id.startsWith('arn:') ? (id.split('/').at(-1) ?? '') : id
  const isProfile = /^(us|eu|apac|global)\./.test(last)
  return { base: isProfile ? last.slice(last.indexOf('.') + 1) : last, isProfile }
}

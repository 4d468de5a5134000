import type { InputLimits, Model, ModelTask, ParameterSpec, SizeRule } from '#core/model.ts'
import type { InputRole, Task } from '#core/task.ts'

/** The names of reference §2.6, so that a form filled for another model fits this one. */
const STYLE_PRESET: ParameterSpec = {
  name: 'stylePreset',
  type: 'choice',
  options: [
    '3d-model',
    'analog-film',
    'anime',
    'cinematic',
    'comic-book',
    'digital-art',
    'enhance',
    'fantasy-art',
    'isometric',
    'line-art',
    'low-poly',
    'modeling-compound',
    'neon-punk',
    'origami',
    'photographic',
    'pixel-art',
    'tile-texture',
  ],
}
const unit = (name: string, initial: number, min = 0, max = 1): ParameterSpec => ({
  name,
  type: 'number',
  min,
  max,
  default: initial,
  step: 0.05,
})
const GROW_MASK: ParameterSpec = { name: 'growMask', type: 'integer', min: 0, max: 20, default: 5, unit: 'px', advanced: true }
const margin = (name: string): ParameterSpec => ({ name, type: 'integer', min: 0, max: 2000, default: 0, unit: 'px' })
const words = (name: string, required: boolean): ParameterSpec => ({ name, type: 'text', maxLength: 1000, required })

const FREE: SizeRule = { kind: 'range', min: 64, max: 2048, multipleOf: 1, maxPixels: 4_194_304, maxAspect: 32, default: [1024, 1024] }
const INPUT: SizeRule = { kind: 'input' }
const LIMITS: InputLimits = { formats: ['png', 'jpeg', 'webp'], minSide: 32, maxSide: 4096, maxPixels: 4_194_304, alpha: 'kept' }
/** Four times a side is sixteen times the pixels: kept under 16 million. */
const SMALL: InputLimits = { ...LIMITS, maxPixels: 1_048_576, maxSide: 1536 }

type About = {
  prompt?: ModelTask['prompt']
  inputs?: readonly [InputRole, 'required' | 'optional'][]
  size?: SizeRule
  limits?: InputLimits
}

function task(name: Task, about: About, parameters: readonly ParameterSpec[] = []): ModelTask {
  const { prompt = 'optional', inputs = [['source', 'required']], size = INPUT, limits = LIMITS } = about
  return {
    task: name,
    prompt,
    maxPromptLength: 10_000,
    negativePrompt: prompt !== 'none',
    inputs: inputs.map(([role, need]) => ({ role, required: need === 'required' })),
    ...(inputs.length > 0 && { inputLimits: limits }),
    size,
    parameters,
    seed: { min: 0, max: 4_294_967_295, zeroIsRandom: false },
  }
}

/** The studio's own model: works with no account and no network, and never claims to be more than rules and noise. */
export const SKETCH: Model = {
  id: 'sketch',
  name: 'Sketch',
  provider: 'local',
  family: 'sketch',
  isProcedural: true,
  tasks: [
    task('text-to-image', { prompt: 'required', inputs: [], size: FREE }, [STYLE_PRESET]),
    task('image-to-image', { prompt: 'required' }, [unit('strength', 0.6), STYLE_PRESET]),
    task(
      'inpaint',
      {
        inputs: [
          ['source', 'required'],
          ['mask', 'required'],
        ],
      },
      [GROW_MASK, STYLE_PRESET],
    ),
    task('outpaint', { size: { kind: 'margins' } }, [
      margin('left'),
      margin('right'),
      margin('up'),
      margin('down'),
      unit('creativity', 0.5, 0.1, 1),
      STYLE_PRESET,
    ]),
    task(
      'erase',
      {
        prompt: 'none',
        inputs: [
          ['source', 'required'],
          ['mask', 'required'],
        ],
      },
      [GROW_MASK],
    ),
    task('replace', { prompt: 'required' }, [words('searchPrompt', true), GROW_MASK, STYLE_PRESET]),
    task('recolor', { prompt: 'required' }, [words('selectPrompt', true), GROW_MASK, STYLE_PRESET]),
    task('remove-background', { prompt: 'none' }),
    task('control-sketch', { prompt: 'required' }, [unit('controlStrength', 0.7), STYLE_PRESET]),
    task('control-structure', { prompt: 'required' }, [unit('controlStrength', 0.7), STYLE_PRESET]),
    task('style-guide', { prompt: 'required', inputs: [['style', 'required']], size: FREE }, [unit('fidelity', 0.5), STYLE_PRESET]),
    task(
      'style-transfer',
      {
        inputs: [
          ['source', 'required'],
          ['style', 'required'],
        ],
      },
      [unit('compositionFidelity', 0.9), unit('styleStrength', 1), unit('changeStrength', 0.9, 0.1, 1)],
    ),
    task('upscale-fast', { prompt: 'none', size: { kind: 'scale', factor: 4 }, limits: SMALL }),
    task('upscale-conservative', { size: { kind: 'scale', factor: 4 }, limits: SMALL }, [unit('creativity', 0.35, 0.1, 0.5)]),
    task('upscale-creative', { size: { kind: 'scale', factor: 4 }, limits: SMALL }, [unit('creativity', 0.3, 0.1, 0.5), STYLE_PRESET]),
  ],
  imagesPerCall: 4,
  maskPolarity: 'white',
  promptLanguages: ['en', 'ja', 'zh'],
  price: { microUsdPerImage: 0, asOf: '2026-11-21', source: 'computed on this machine' },
  requestsPerMinute: 600,
  concurrency: 2,
  typicalSeconds: 1,
  lifecycle: { state: 'active' },
  note: 'Procedural, not AI: pictures are computed from rules, noise and the words this program knows, on this machine, at no cost.',
}

import type { Task } from '#core/task.ts'
import { type Codec, present } from './codec.ts'
import { sendInputs } from './inputs.ts'
import { chosenSeed } from './seed.ts'
import { decodeStability } from './stability-answer.ts'
import { aspectOf } from './stability-image.ts'

/** Our parameter → the service's, for every one that any of the 13 tools takes; each task's own list says which reach it. */
const NATIVE = {
  growMask: 'grow_mask',
  stylePreset: 'style_preset',
  outputFormat: 'output_format',
  creativity: 'creativity',
  left: 'left',
  right: 'right',
  up: 'up',
  down: 'down',
  searchPrompt: 'search_prompt',
  selectPrompt: 'select_prompt',
  controlStrength: 'control_strength',
  fidelity: 'fidelity',
  compositionFidelity: 'composition_fidelity',
  styleStrength: 'style_strength',
  changeStrength: 'change_strength',
} as const
/** Where a mask without a picture of its own says nothing: growing one that is not sent. */
const NEEDS_MASK_OR_ALPHA: ReadonlySet<Task> = new Set<Task>(['inpaint', 'erase'])

/** The 13 Stability Image Services: one model per tool, one flat body. White masks change, grey is partial strength. */
export const stabilityServices: Codec = {
  async encode(request, prepare) {
    const { task, parameters } = request
    const sent = await sendInputs(request, prepare, { polarity: 'white', binary: false })
    const only = (role: 'style' | 'structure') => sent.others[role]?.[0]
    const images =
      task === 'style-transfer'
        ? { init_image: sent.source, style_image: only('style') }
        : { image: sent.source ?? only('structure') ?? only('style'), mask: NEEDS_MASK_OR_ALPHA.has(task) ? sent.mask : undefined }
    const knobs = Object.entries(NATIVE).map(([ours, native]) => [native, parameters[ours]])
    const body = present({
      prompt: request.prompt,
      negative_prompt: request.negativePrompt,
      ...images,
      aspect_ratio: aspectOf(request),
      ...Object.fromEntries(knobs),
      seed: chosenSeed(request),
    })
    return { body, adjustments: sent.adjustments }
  },
  decode: decodeStability,
}

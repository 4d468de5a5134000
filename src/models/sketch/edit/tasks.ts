import type { Task } from '#core/task.ts'
import type { Pixels } from '../png.ts'
import type { Job } from './job.ts'
import { upscaleConservative, upscaleCreative, upscaleFast } from './upscale.ts'
import { controlSketch, controlStructure, imageToImage, styleGuide, styleTransfer } from './whole.ts'
import { erase, inpaint, outpaint, recolor, removeBackground, replace } from './within.ts'

/** How each task that begins from a picture is done. */
export const EDITS: Record<Exclude<Task, 'text-to-image'>, (job: Job) => Promise<Pixels>> = {
  'image-to-image': imageToImage,
  inpaint,
  outpaint,
  erase,
  replace,
  recolor,
  'remove-background': removeBackground,
  'control-sketch': controlSketch,
  'control-structure': controlStructure,
  'style-guide': styleGuide,
  'style-transfer': styleTransfer,
  'upscale-fast': upscaleFast,
  'upscale-conservative': upscaleConservative,
  'upscale-creative': upscaleCreative,
}

import { z } from 'zod'

/** Everything the studio can be asked to make or change. A closed list: codecs, forms and documents are tables over it. */
export const TASKS = [
  'text-to-image',
  'image-to-image',
  'inpaint',
  'outpaint',
  'erase',
  'replace',
  'recolor',
  'remove-background',
  'control-sketch',
  'control-structure',
  'style-guide',
  'style-transfer',
  'upscale-fast',
  'upscale-conservative',
  'upscale-creative',
] as const

export const Task = z.enum(TASKS)
export type Task = z.infer<typeof Task>

/** What an input picture is for. `source` is changed, `mask` says where (white = change), the others guide. */
export const INPUT_ROLES = ['source', 'mask', 'style', 'structure', 'reference'] as const
export const InputRole = z.enum(INPUT_ROLES)
export type InputRole = z.infer<typeof InputRole>

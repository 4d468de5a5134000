/** The tasks, as people call them. */
export default {
  'text-to-image': 'Make from words',
  'image-to-image': 'Remake a picture',
  inpaint: 'Fill in',
  outpaint: 'Extend beyond the edges',
  erase: 'Erase',
  replace: 'Find and replace',
  recolor: 'Find and recolour',
  'remove-background': 'Remove the background',
  'control-sketch': 'From a sketch',
  'control-structure': 'Keep the structure',
  'style-guide': 'In the style of a picture',
  'style-transfer': 'Transfer a style',
  'upscale-fast': 'Enlarge ×4, fast',
  'upscale-conservative': 'Enlarge, faithful',
  'upscale-creative': 'Enlarge, creative',
} as const

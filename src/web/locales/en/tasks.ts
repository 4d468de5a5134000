/** The tasks, as people call them. */
export default {
  'text-to-image': 'Text to image',
  'image-to-image': 'Image to image',
  inpaint: 'Fill in',
  outpaint: 'Extend the edges',
  erase: 'Erase',
  replace: 'Find and replace',
  recolor: 'Find and recolour',
  'remove-background': 'Remove the background',
  'control-sketch': 'Sketch to image',
  'control-structure': 'Keep the structure',
  'style-guide': 'Match a style',
  'style-transfer': 'Transfer a style',
  'upscale-fast': 'Upscale ×4, fast',
  'upscale-conservative': 'Upscale, faithful',
  'upscale-creative': 'Upscale, creative',
} as const

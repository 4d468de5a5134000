/** The tasks, as people call them. */
export default {
  'text-to-image': '文字生成图片',
  'image-to-image': '图片生成图片',
  inpaint: '局部重绘',
  outpaint: '向外扩展',
  erase: '擦除',
  replace: '查找并替换',
  recolor: '查找并重新着色',
  'remove-background': '移除背景',
  'control-sketch': '根据草图生成',
  'control-structure': '保持构图生成',
  'style-guide': '按图片风格生成',
  'style-transfer': '风格迁移',
  'upscale-fast': '放大四倍（快速）',
  'upscale-conservative': '放大（忠实）',
  'upscale-creative': '放大（创意）',
}

/** The tasks, as people call them. */
export default {
  'text-to-image': 'テキストから生成',
  'image-to-image': '画像から生成',
  inpaint: '部分的に描き直す',
  outpaint: '外側を描き足す',
  erase: '消去',
  replace: '指定したものを置き換え',
  recolor: '指定したものの色を変更',
  'remove-background': '背景を削除',
  'control-sketch': 'スケッチから生成',
  'control-structure': '構図を保って生成',
  'style-guide': '画像のスタイルで生成',
  'style-transfer': 'スタイルを適用',
  'upscale-fast': '4 倍に拡大（高速）',
  'upscale-conservative': '拡大（忠実）',
  'upscale-creative': '拡大（創造的）',
}

/** The tasks, as people call them. */
export default {
  'text-to-image': '言葉から作成',
  'image-to-image': '画像から作成',
  inpaint: '塗りつぶして描き直す',
  outpaint: '外側を描き足す',
  erase: '消去',
  replace: '探して置き換え',
  recolor: '探して色を変更',
  'remove-background': '背景を削除',
  'control-sketch': 'スケッチから作成',
  'control-structure': '構図を保って作成',
  'style-guide': '画像のスタイルで作成',
  'style-transfer': 'スタイルを移す',
  'upscale-fast': '4 倍に拡大（高速）',
  'upscale-conservative': '拡大（忠実）',
  'upscale-creative': '拡大（創造的）',
}

/** What is said of how a picture came to be. */
export default {
  procedural: 'プログラム描画・非 AI',
  ai: 'AI で生成',
  edited: 'AI で編集',
  animated: 'アニメーション',
}

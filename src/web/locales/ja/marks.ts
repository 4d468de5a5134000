/** What is said of how a picture came to be. */
export default {
  procedural: '手続き型・非 AI',
  ai: 'AI で作成',
  edited: 'AI で編集',
  animated: 'アニメーション',
}

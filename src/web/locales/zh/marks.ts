/** What is said of how a picture came to be. */
export default {
  procedural: '程序绘制，非 AI',
  ai: '由 AI 生成',
  edited: '经 AI 编辑',
  animated: '动图',
}

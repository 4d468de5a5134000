export default {
  download: '下载',
  madeWith: '由 {{name}} 制作',
  tryIt: '我也要创作',
  until: '有效期至 {{when}}',
  expiredTitle: '此链接已过期',
  expiredBody: '请让分享者重新创建链接。',
  goneTitle: '这里没有分享的图片',
  goneBody: '地址可能不完整，或者分享者已撤销此链接。',
  brokenTitle: '图片未能加载',
  untitled: '分享的图片',
}

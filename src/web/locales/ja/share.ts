export default {
  download: 'ダウンロード',
  madeWith: '{{name}} で作成',
  tryIt: '自分でも作ってみる',
  until: '{{when}} まで公開',
  expiredTitle: 'このリンクは期限切れです',
  expiredBody: '公開期間が終わりました。共有した方に、新しいリンクを作ってもらってください。',
  goneTitle: '共有されている画像はありません',
  goneBody: 'アドレスが途中で切れているか、共有した方がリンクを取り消したようです。',
  brokenTitle: '画像を読み込めませんでした',
  untitled: '共有された画像',
}

/** Taking everything along. */
export default {
  title: 'データの持ち出し',
  lead: '元の画像ファイルと、タイトル・タグ・プロンプト・設定・アルバム・履歴などの記録を、1 つの ZIP にまとめます。',
  begin: 'アーカイブを準備',
  running: '準備中…',
  runningHint: 'このまま作業を続けられます。あとでここから受け取ってください。',
  ready: 'アーカイブの準備ができました（{{size}}）。{{when}} まで保管します。',
  download: 'ZIP をダウンロード',
  again: '新しく作り直す',
  failed: 'アーカイブを作成できませんでした。データは失われていません。もう一度お試しください。',
}

/** Taking everything along. */
export default {
  title: '导出我的数据',
  lead: '将所有原始文件以及标题、标签、提示词、设置、相册、历史等记录打包成一个 ZIP 文件。',
  begin: '准备导出文件',
  running: '正在准备…',
  runningHint: '您可以继续其他操作，稍后回到这里下载。',
  ready: '导出文件已就绪（{{size}}），保留至 {{when}}。',
  download: '下载 ZIP',
  again: '重新准备',
  failed: '未能生成导出文件。您的数据没有丢失，请重试。',
}

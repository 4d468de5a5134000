/** Taking everything along. */
export default {
  title: 'Export your data',
  lead: 'One ZIP with every original and all records as text: titles, tags, prompts, settings, albums, history.',
  begin: 'Prepare my archive',
  running: 'Being prepared…',
  runningHint: 'You can carry on meanwhile; come back here to download it.',
  ready: 'Your archive is ready: {{size}}. It is kept until {{when}}.',
  download: 'Download the ZIP',
  again: 'Prepare a new one',
  failed: 'The archive could not be made. Nothing of yours is lost; try again.',
} as const

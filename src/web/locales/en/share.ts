export default {
  download: 'Download',
  madeWith: 'Made with {{name}}',
  tryIt: 'Make your own',
  until: 'Available until {{when}}',
  expiredTitle: 'This link has expired',
  expiredBody: 'Ask whoever shared it for a new one.',
  goneTitle: 'Nothing is shared here',
  goneBody: 'The address is incomplete, or whoever shared the picture has taken the link back.',
  brokenTitle: 'The picture did not load',
  untitled: 'A shared picture',
} as const

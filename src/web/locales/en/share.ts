export default {
  download: 'Download',
  madeWith: 'Made with {{name}}',
  tryIt: 'Make your own',
  until: 'Open until {{when}}',
  expiredTitle: 'This link has ended',
  expiredBody: 'Its time is over. Whoever shared it with you can make a new one.',
  goneTitle: 'Nothing is shared here',
  goneBody: 'The address is incomplete, or whoever shared the picture has taken the link back.',
  brokenTitle: 'The picture did not load',
  untitled: 'A shared picture',
} as const

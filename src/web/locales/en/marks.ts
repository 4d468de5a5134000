/** What is said of how a picture came to be. */
export default {
  procedural: 'Procedural, not AI',
  ai: 'Made with AI',
  edited: 'Edited with AI',
  animated: 'Animated',
} as const

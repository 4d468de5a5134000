import type { Ports } from '../ports/index.ts'
import { WORDS_RULE } from '../words.ts'
import { type WalkPorts, walkLibrary } from './walk-library.ts'

/** Images put into the index before others have their turn. */
const AT_ONCE = 10

/**
 * Makes the index of an older rule of words say what today's does, until the time given; then it goes on at the next call. Nothing to do
 * costs one read. True when all is of today's rule. Until then older pictures are found by what both rules have in common.
 */
export const reindexSearch = (ports: WalkPorts & Pick<Ports, 'search'>, { until }: { until: number }): Promise<boolean> =>
  walkLibrary(ports, { name: 'search', version: String(WORDS_RULE), until }, async (images) => {
    const indexed = images.filter(({ state }) => ['ready', 'failed', 'rejected'].includes(state))
    for (let at = 0; at < indexed.length; at += AT_ONCE) {
      await Promise.all(indexed.slice(at, at + AT_ONCE).map((image) => ports.search.put(image)))
      // A store in this process answers without the event loop ever turning: requests would wait until all is done.
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
  })

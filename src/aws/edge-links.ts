import type { Links } from '#core/ports/links.ts'
import type { EdgeKeys } from './kvs-edge-keys.ts'

/**
 * Links whose keys the edge holds as well: it opens a link by its key alone and never asks for the image, so a key is there exactly while
 * its link may open. A key goes before its record and comes after it: what fails in between opens too little, never too much.
 */
export function edgeLinks(links: Links, keys: EdgeKeys): Links {
  const kidsOf = async (imageId: string) => (await links.listByImage(imageId)).map(({ kid }) => kid)
  return {
    ...links,
    async insert(link) {
      await links.insert(link)
      await keys.update({ put: { [link.kid]: link.secret } })
    },
    async revoke(id) {
      const link = await links.find(id)
      if (link) await keys.update({ remove: [link.kid] })
      await links.revoke(id)
    },
    async removeByImage(imageId) {
      await keys.update({ remove: await kidsOf(imageId) })
      await links.removeByImage(imageId)
    },
    async setShown(imageId, isShown) {
      const kids = await kidsOf(imageId)
      if (!isShown) return keys.update({ remove: kids })
      const known = await Promise.all(kids.map(async (kid) => [kid, await links.secretOf(kid)] as const))
      await keys.update({ put: Object.fromEntries(known.filter((pair): pair is [string, string] => pair[1] !== undefined)) })
    },
  }
}

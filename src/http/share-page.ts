import type { Share, ShareMark } from '#core/use-cases/open-share.ts'

/** The studio's page as it is built, and the content security policy that it needs. */
export type StudioPage = { html: string; csp: string }

const SAID: Record<ShareMark, string> = {
  ai: 'Made with AI',
  edited: 'Edited with AI',
  procedural: 'Procedural, not AI',
}
/** Previews are read by programs without a language of their own. */
const LONGEST_TITLE = 120

type About = { siteName: string; address: string; share?: Share }

/**
 * The studio's page with what a preview of a shared picture is made of (ogp.me, and Twitter's names where they differ). Without a share it
 * tells nothing. Never for search engines: a link is for those who were given it.
 */
export function sharePage({ html }: StudioPage, { siteName, address, share }: About): string {
  const title = share ? [...share.title.trim()].slice(0, LONGEST_TITLE).join('') || siteName : siteName
  const head = [`<title>${escaped(share ? `${title} · ${siteName}` : siteName)}</title>`, meta('name', 'robots', 'noindex, nofollow')]
  if (share) head.push(...cardOf(share, { title, siteName, address }))
  const bare = html.replace(/\s*<meta name="description"[^>]*>/, '')
  // By a function: in a plain replacement `$&` and the like, which a title may hold, would mean something.
  return bare.replace(/<title>[^<]*<\/title>/, () => head.join('\n    '))
}

function cardOf({ marks, card, width, height }: Share, { title, siteName, address }: { title: string; siteName: string; address: string }) {
  const description = [...marks.map((mark) => SAID[mark]), `${width} × ${height}`, `Shared with ${siteName}`].join(' · ')
  return [
    meta('name', 'description', description),
    meta('property', 'og:type', 'website'),
    meta('property', 'og:site_name', siteName),
    meta('property', 'og:url', address),
    meta('property', 'og:title', title),
    meta('property', 'og:description', description),
    meta('property', 'og:image', card.url),
    meta('property', 'og:image:width', String(card.width)),
    meta('property', 'og:image:height', String(card.height)),
    meta('property', 'og:image:alt', title),
    meta('name', 'twitter:card', 'summary_large_image'),
    meta('name', 'twitter:title', title),
    meta('name', 'twitter:description', description),
    meta('name', 'twitter:image', card.url),
  ]
}

const meta = (by: 'name' | 'property', name: string, content: string) => `<meta ${by}="${name}" content="${escaped(content)}" />`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.toWellFormed().replace(/[&<>"']/g, (char) => ENTITIES[char]!)

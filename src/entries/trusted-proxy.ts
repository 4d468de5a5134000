import { BlockList, isIP } from 'node:net'

/** Names in place of addresses. `none` is for a studio that strangers reach through something that adds no header, as an SSH tunnel. */
const NAMED: Record<string, string[]> = { loopback: ['127.0.0.0/8', '::1/128'], none: [] }

/** Tells who sent a request: `address` is the socket's, `forwardedFor` the header as it came. */
export type ClientOf = (address: string | undefined, forwardedFor: string | null | undefined) => string

/**
 * Who a request is from, for limits on sign-in: the socket's address, or where that is a proxy of `list` (addresses and networks, separated
 * by commas; `loopback`; `none`), the last one of `X-Forwarded-For` that no proxy of the list wrote about another. What stands further left
 * was sent by the client and is never looked at. Throws a sentence on anything else in the list.
 */
export function trustedProxies(list: string): ClientOf {
  const trusted = new BlockList()
  for (const entry of list.split(',').flatMap((part) => NAMED[part.trim()] ?? part.trim())) add(trusted, entry)
  const isTrusted = (address: string) => isIP(address) !== 0 && trusted.check(address, familyOf(address))

  return (address, forwardedFor) => {
    const hops = (forwardedFor ?? '').split(',').map(bare).reverse()
    let client = bare(address ?? '')
    for (const hop of hops) {
      if (!isTrusted(client) || isIP(hop) === 0) break
      client = hop
    }
    return client
  }
}

/** True for what `trustedProxies` takes. */
export function isProxyList(list: string): boolean {
  try {
    trustedProxies(list)
    return true
  } catch {
    return false
  }
}

function add(trusted: BlockList, entry: string) {
  const [address = '', bits, ...more] = entry.split('/')
  const most = isIP(address) === 6 ? 128 : 32
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (isIP(address) === 0 || !(prefix <= most) || more.length > 0) throw new Error(`"${entry}" is no address or network`)
  trusted.addSubnet(address, prefix, familyOf(address))
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** As some write it: with a port, in brackets, or an IPv4 address inside an IPv6 one. One form, so that nobody has two counts. */
function bare(text: string): string {
  const [, inside] = /^\s*\[?([^\]\s]*?)(?:\](?::\d+)?|(?<=^[^:]*):\d+)?\s*$/.exec(text) ?? [undefined, text.trim()]
  return inside!.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase()
}

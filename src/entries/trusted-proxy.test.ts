import { describe, expect, it } from 'vitest'
import { isProxyList, trustedProxies } from './trusted-proxy.ts'

describe('by default', () => {
  const clientOf = trustedProxies('loopback')

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.8.9.1'])('believes a proxy at %s', (proxy) => {
    expect(clientOf(proxy, '203.0.113.7')).toBe('203.0.113.7')
  })

  it('takes what the proxy added last, not what the client sent along', () => {
    expect(clientOf('127.0.0.1', '198.51.100.1, 127.0.0.1, 203.0.113.7')).toBe('203.0.113.7')
  })

  it.each(['203.0.113.9', '10.0.0.1', '2001:db8::1'])('ignores the header of %s, which is no proxy', (peer) => {
    expect(clientOf(peer, '198.51.100.1')).toBe(peer)
  })

  it.each([
    ['nothing', undefined, '127.0.0.1'],
    ['an empty header', '', '127.0.0.1'],
    ['a name', 'unknown', '127.0.0.1'],
    ['a script', '203.0.113.7, <script>', '127.0.0.1'],
    ['an address with a port', '203.0.113.7:4711', '203.0.113.7'],
    ['IPv6 in brackets with a port', '[2001:DB8::7]:4711', '2001:db8::7'],
    ['IPv6', '2001:db8::7', '2001:db8::7'],
    ['IPv4 in IPv6', '::ffff:203.0.113.7', '203.0.113.7'],
  ])('of %s makes an address', (_, header, client) => {
    expect(clientOf('127.0.0.1', header)).toBe(client)
  })
})

describe('with proxies named', () => {
  const clientOf = trustedProxies('10.0.0.0/8, 192.0.2.1,fd00::/8')

  it('follows a chain of them to the first that is none', () => {
    expect(clientOf('192.0.2.1', '198.51.100.1, 203.0.113.7, 10.1.2.3')).toBe('203.0.113.7')
    expect(clientOf('fd00::5', '203.0.113.7, 192.0.2.1, 10.1.2.3')).toBe('203.0.113.7')
  })

  it('believes no other, also none on this machine', () => {
    expect(clientOf('127.0.0.1', '203.0.113.7')).toBe('127.0.0.1')
    expect(clientOf('192.0.2.2', '203.0.113.7')).toBe('192.0.2.2')
  })

  it('answers the outermost proxy where all are', () => {
    expect(clientOf('10.0.0.1', '10.0.0.3, 10.0.0.2')).toBe('10.0.0.3')
  })
})

it('believes nobody when told so', () => {
  expect(trustedProxies('none')('127.0.0.1', '203.0.113.7')).toBe('127.0.0.1')
})

it.each(['proxy.example', '10.0.0.0/33', '10.0.0/8', '::/129', '10.0.0.1/8/9', '', '10.0.0.1,', '*', '10.0.0.0/-1'])(
  'refuses %j',
  (list) => {
    expect(isProxyList(list)).toBe(false)
    expect(() => trustedProxies(list)).toThrow('is no address or network')
  },
)

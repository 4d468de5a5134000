import { expect, it } from 'vitest'
import { newId } from '#core/ports/samples.contract.ts'
import { freshAccount } from '../../e2e/aws/servers.ts'
import { newTables } from '../../e2e/aws/stores.ts'
import { dynamodbLinks } from './dynamodb-links.ts'
import { edgeLinks } from './edge-links.ts'
import { kvsEdgeKeys } from './kvs-edge-keys.ts'

/** A new KeyValueStore on MiniStack, in its default account: it tells accounts apart by Signature 4, and these requests have 4A. */
async function newEdge() {
  const { endpoint, credentials } = freshAccount('ministack')
  const xmlns = 'http://cloudfront.amazonaws.com/doc/2020-05-31/'
  const body = `<CreateKeyValueStoreRequest xmlns="${xmlns}"><Name>links-${newId()}</Name></CreateKeyValueStoreRequest>`
  const made = await fetch(`${endpoint}/2020-05-31/key-value-store`, { method: 'POST', body })
  const arn = /<ARN>(.+)<\/ARN>/.exec(await made.text())![1]!
  const keys = kvsEdgeKeys({ arn, endpoint, credentials })
  const held = async () => {
    const listed = await fetch(`${endpoint}/key-value-stores/${encodeURIComponent(arn)}/keys`)
    const { Items = [] } = (await listed.json()) as { Items?: { Key: string; Value: string }[] }
    return Object.fromEntries(Items.map(({ Key, Value }) => [Key, Value]))
  }
  const valueAt = async (key: string) => {
    const found = await fetch(`${endpoint}/key-value-stores/${encodeURIComponent(arn)}/keys/${key}`)
    return ((await found.json()) as { Value?: string }).Value
  }
  return { keys, held, valueAt, links: edgeLinks(dynamodbLinks(await newTables('ministack')), keys) }
}
const linkOf = (imageId: string) => ({
  ...{ id: newId(), kid: `l${newId()}`, imageId, ownerId: newId(), transform: { w: 800 }, createdAt: 1, secret: `s-${newId()}` },
})

it('keeps a link’s key at the edge exactly while the link may open', async () => {
  const { links, held } = await newEdge()
  const [a, b, other] = [linkOf('i1'), linkOf('i1'), linkOf('i2')]
  for (const link of [a, b, other]) await links.insert(link)
  const all = { [a.kid]: a.secret, [b.kid]: b.secret, [other.kid]: other.secret }
  expect(await held()).toEqual(all)

  await links.setShown('i1', false)
  expect(await held()).toEqual({ [other.kid]: other.secret })
  await links.setShown('i1', true)
  expect(await held()).toEqual(all)
  await links.revoke(a.id)
  expect(Object.keys(await held()).sort()).toEqual([b.kid, other.kid].sort())
  await links.removeByImage('i1')
  expect(await held()).toEqual({ [other.kid]: other.secret })
})

it('takes more changes than one request may hold, and those that meet another’s', async () => {
  const { keys, valueAt } = await newEdge()
  const many = Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`k${at}`, `v${at}`]))
  await Promise.all([keys.update({ put: many }), keys.update({ put: { mine: '1' } })])
  expect(await Promise.all(['mine', 'k0', 'k60', 'k119'].map(valueAt))).toEqual(['1', 'v0', 'v60', 'v119'])
})

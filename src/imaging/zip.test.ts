import { expect, it } from 'vitest'
import { filesInZip } from './fixtures/read-zip.ts'
import { zip } from './zip.ts'

const AT = Date.UTC(2026, 10, 21, 12)
const bytesOf = async (stream: ReadableStream<Uint8Array>) => new Uint8Array(await new Response(stream as BodyInit).arrayBuffer())
async function* lines() {
  yield 'one\n'
  yield 'two\n'
}
const streamOf = (bytes: Uint8Array) => new Response(bytes as BodyInit).body as ReadableStream<Uint8Array>

it('holds texts, streams and names in any language', async () => {
  const picture = crypto.getRandomValues(new Uint8Array(50_000))
  async function* entries() {
    yield { name: 'readme.txt', modifiedAt: AT, body: 'hello 現像' }
    yield { name: 'originals/山 🍁.png', modifiedAt: AT, body: streamOf(picture) }
    yield { name: 'images.jsonl', modifiedAt: AT, body: lines() }
  }
  const files = filesInZip(await bytesOf(zip(entries())))
  expect([...files.keys()]).toEqual(['readme.txt', 'originals/山 🍁.png', 'images.jsonl'])
  expect(new TextDecoder().decode(files.get('readme.txt'))).toBe('hello 現像')
  expect(new TextDecoder().decode(files.get('images.jsonl'))).toBe('one\ntwo\n')
  expect(Buffer.from(files.get('originals/山 🍁.png')!).equals(picture)).toBe(true)
})

it('asks for the next file only when the one before has been read', async () => {
  let asked = 0
  async function* entries() {
    for (; asked < 100; asked++) yield { name: `${asked}`, modifiedAt: AT, body: streamOf(new Uint8Array(1_000_000)) }
  }
  const reader = zip(entries()).getReader()
  for (let read = 0; read < 2_500_000; ) read += (await reader.read()).value!.byteLength
  expect(asked).toBeLessThan(10)
  await reader.cancel()
})

it('fails when a file fails, so that half an archive is never taken for a whole one', async () => {
  async function* entries() {
    yield { name: 'a', modifiedAt: AT, body: 'a' }
    throw new Error('the disk is gone')
  }
  await expect(bytesOf(zip(entries()))).rejects.toThrow('the disk is gone')
})

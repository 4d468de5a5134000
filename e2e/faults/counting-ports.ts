import type { Ports } from '#core/ports/index.ts'
import type { LocalStudio } from '#local/studio.ts'

/** Every method that changes something outside this process, by port. */
const WRITES: { [P in keyof Ports]?: readonly string[] } = {
  blobs: ['put', 'purge'],
  uploads: ['begin', 'complete', 'abort', 'insert', 'arrive', 'remove'],
  derivatives: ['purge'],
  images: ['insert', 'update', 'claimHash', 'releaseHash', 'remove', 'note'],
  search: ['put', 'remove'],
  generations: ['accept', 'claim', 'extend', 'update', 'updateOutput', 'release', 'requestCancel', 'defer', 'removeByOwner'],
  ledger: ['settle'],
  links: ['removeByImage'],
  rates: ['take'],
  keys: ['removeByOwner'],
  directory: ['setDisabled', 'remove'],
  events: ['append', 'removeByOwner'],
  audit: ['append'],
}
const QUEUE_WRITES = ['send', 'receive', 'remove', 'extend', 'postpone', 'setAside']

export type Watch = { before(name: string): void; after(name: string): void }

/** The same ports, telling of every write as it begins and when it is done. */
export function countWrites(studio: LocalStudio, watch: Watch): Partial<LocalStudio> {
  const wrapped = Object.entries(WRITES).map(([port, methods]) => [
    port,
    watched(port, studio[port as keyof Ports] as object, { methods, watch }),
  ])
  const queues = Object.entries(studio.queues).map(([name, queue]) => [
    name,
    watched(`queues.${name}`, queue, { methods: QUEUE_WRITES, watch }),
  ])
  const storePut: LocalStudio['storePut'] = async (put) => {
    watch.before('client.put')
    const receipt = await studio.storePut(put)
    watch.after('client.put')
    return receipt
  }
  return { ...Object.fromEntries(wrapped), queues: Object.fromEntries(queues), storePut }
}

function watched<T extends object>(port: string, target: T, { methods, watch }: { methods: readonly string[]; watch: Watch }): T {
  return new Proxy(target, {
    get(object, method, receiver) {
      const value: unknown = Reflect.get(object, method, receiver)
      if (typeof value !== 'function' || !methods.includes(String(method))) return value
      const name = `${port}.${String(method)}`
      return async (...parameters: unknown[]) => {
        watch.before(name)
        const result: unknown = await value.apply(object, parameters)
        // Looking into an empty queue changes nothing.
        if (!(Array.isArray(result) && result.length === 0)) watch.after(name)
        return result
      }
    },
  })
}

import type { UploadItem } from './queue.ts'

/** A file kept by the browser with what is known of its upload and the tab that sends it, so that a reload or a crash goes on from it. */
export type Shelved = { item: UploadItem; file: File; tab: string }

const open = () =>
  new Promise<IDBDatabase>((resolve, reject) => {
    const asking = indexedDB.open('genzo', 1)
    asking.onupgradeneeded = () => asking.result.createObjectStore('uploads', { keyPath: 'item.id' })
    asking.onsuccess = () => resolve(asking.result)
    asking.onerror = () => reject(asking.error)
  })

async function withStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  // A private window or a full disk has no shelf: uploads then live as long as the page.
  const database = await open().catch(() => undefined)
  if (!database) return undefined
  try {
    return await new Promise<T>((resolve, reject) => {
      const asking = work(database.transaction('uploads', mode).objectStore('uploads'))
      asking.onsuccess = () => resolve(asking.result)
      asking.onerror = () => reject(asking.error)
    })
  } catch {
    return undefined
  } finally {
    database.close()
  }
}

export const shelve = (shelved: Shelved): Promise<unknown> => withStore('readwrite', (store) => store.put(shelved))
export const unshelve = (id: string): Promise<unknown> => withStore('readwrite', (store) => store.delete(id))
export const shelved = async (): Promise<Shelved[]> => (await withStore<Shelved[]>('readonly', (store) => store.getAll())) ?? []

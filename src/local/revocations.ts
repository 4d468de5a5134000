import type { Ports } from '#core/ports/index.ts'

/** What was withdrawn of late: image ids and link keys. What is kept ready in memory asks here on every hit. */
export type Revocations = {
  /** Names this moment: taken before looking something up that will be kept. */
  ticket(): number
  /** What was kept of this subject until now is no longer true. */
  revoke(subject: string): void
  /** True when the subject was withdrawn after the ticket, and when too much happened since to know. */
  isRevokedSince(subject: string, ticket: number): boolean
}

/** Remembers the last `kept` subjects; tickets from before those count as revoked, so that forgetting is safe. */
export function revocations({ kept = 10_000 } = {}): Revocations {
  const times = new Map<string, number>()
  let last = 0
  let floor = 0
  return {
    ticket: () => last,
    revoke(subject) {
      times.delete(subject)
      times.set(subject, ++last)
      if (times.size <= kept) return
      const [oldest, at] = times.entries().next().value!
      times.delete(oldest)
      floor = at
    },
    // Mostly nothing at all was withdrawn since, and then nothing has to be looked up.
    isRevokedSince: (subject, ticket) => ticket !== last && (ticket < floor || (times.get(subject) ?? 0) > ticket),
  }
}

/**
 * The ports with every change of an image, and every end of a link, told to `revocations`: trash, purge, a new title and a revoked link
 * then hold for warm answers at once. What another process does on the same data is seen when a warm answer is looked up anew.
 */
export function tellingRevocations<P extends Pick<Ports, 'images' | 'links' | 'derivatives'>>(ports: P, { revoke }: Revocations): P {
  const { images, links, derivatives } = ports
  /** After the change, since a look-up may take its ticket while the change is under way. */
  const then = async <T>(change: Promise<T>, ...subjects: string[]): Promise<T> => {
    try {
      return await change
    } finally {
      for (const subject of subjects) revoke(subject)
    }
  }
  return {
    ...ports,
    images: {
      ...images,
      update: (id, when, change) => then(images.update(id, when, change), id),
      remove: (id) => then(images.remove(id), id),
    },
    links: {
      ...links,
      async revoke(id) {
        const link = await links.find(id)
        await then(links.revoke(id), ...(link ? [link.kid] : []))
      },
      removeByImage: (imageId) => then(links.removeByImage(imageId), imageId),
    },
    derivatives: { ...derivatives, purge: (imageId) => then(derivatives.purge(imageId), imageId) },
  }
}

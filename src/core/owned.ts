import type { Actor } from './actor.ts'
import { StudioError } from './errors.ts'
import type { Generation } from './generation.ts'
import { isUuid } from './ids.ts'
import type { Image } from './image.ts'
import type { Album } from './ports/albums.ts'
import type { Ports } from './ports/index.ts'

/** The actor's own image, or `not_found`: another's is not found either, since a 403 would confirm that the id exists. */
export async function ownImage(ports: Pick<Ports, 'images'>, actor: Pick<Actor, 'id'>, id: string): Promise<Image> {
  const image = isUuid(id) ? await ports.images.find(id) : undefined
  if (image?.ownerId !== actor.id || image.state === 'purging') throw noImage(id)
  return image
}

/** The actor's own generation, or `not_found`. */
export async function ownGeneration(ports: Pick<Ports, 'generations'>, actor: Pick<Actor, 'id'>, id: string): Promise<Generation> {
  const generation = isUuid(id) ? await ports.generations.find(id) : undefined
  if (generation?.ownerId !== actor.id)
    throw new StudioError('not_found', `no generation ${id.slice(0, 64)}`, { what: 'generation', id: id.slice(0, 64) })
  return generation
}

/** The actor's own album, or `not_found`. */
export async function ownAlbum(ports: Pick<Ports, 'albums'>, actor: Pick<Actor, 'id'>, id: string): Promise<Album> {
  const album = isUuid(id) ? await ports.albums.find(id) : undefined
  if (album?.ownerId !== actor.id) throw noAlbum(id)
  return album
}

export const noAlbum = (id: string): StudioError =>
  new StudioError('not_found', `no album ${id.slice(0, 64)}`, { what: 'album', id: id.slice(0, 64) })

export const noImage = (id: string): StudioError =>
  new StudioError('not_found', `no image ${id.slice(0, 64)}`, { what: 'image', id: id.slice(0, 64) })

import type { Actor } from '../actor.ts'
import { ownAlbum } from '../owned.ts'
import type { Ports } from '../ports/index.ts'
import { type CoveredAlbum, withCover } from './album-covers.ts'

/** One album of the actor's, with its cover. */
export const getAlbum = async (ports: Pick<Ports, 'albums' | 'images'>, actor: Actor, id: string): Promise<CoveredAlbum> =>
  withCover(ports, await ownAlbum(ports, actor, id))

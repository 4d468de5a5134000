import type { Actor } from '../actor.ts'
import type { Image } from '../image.ts'
import { ownImage } from '../owned.ts'
import type { Ports } from '../ports/index.ts'

/** One image of the actor's, the trash included. Another's is `not_found`, for operators too: they see numbers, not pictures. */
export const getImage = (ports: Pick<Ports, 'images'>, actor: Actor, id: string): Promise<Image> => ownImage(ports, actor, id)

import type { Actor } from '../actor.ts'
import type { Generation } from '../generation.ts'
import { ownGeneration } from '../owned.ts'
import type { Ports } from '../ports/index.ts'

/** One generation of the actor's. Another's is `not_found`. */
export const getGeneration = (ports: Pick<Ports, 'generations'>, actor: Actor, id: string): Promise<Generation> =>
  ownGeneration(ports, actor, id)

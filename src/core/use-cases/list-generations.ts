import type { Actor } from '../actor.ts'
import type { Generation } from '../generation.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Ports } from '../ports/index.ts'

/** The actor's generations, newest first. A page may be short while a cursor is present. */
export const listGenerations = (ports: Pick<Ports, 'generations'>, actor: Actor, page: PageRequest): Promise<Page<Generation>> =>
  ports.generations.listByOwner(actor.id, page)

import { modelTask } from '#core/catalogue.ts'
import type { ModelRequest } from '#core/ports/models.ts'

/** The seed to send. Absent instead of 0 where 0 asks for a random one: the answer then says which was drawn. */
export function chosenSeed({ model, task, seed }: ModelRequest): number | undefined {
  const rule = modelTask(model, task).seed
  if (!rule || seed === undefined || (seed === 0 && rule.zeroIsRandom)) return undefined
  return Math.min(rule.max, Math.max(rule.min, seed))
}

import type { ParseArgsConfig } from 'node:util'
import type { World } from './world.ts'

type Options = NonNullable<ParseArgsConfig['options']>
export type Given = { values: Record<string, string | boolean | (string | boolean)[] | undefined>; positionals: string[]; isJson: boolean }

/** One verb of `genzo`. Resolves when it did what was asked; throws what to tell. */
export type Command = {
  name: string
  /** What follows the name. */
  usage: string
  about: string
  /** One line for each option, as help shows it. */
  help?: readonly string[]
  options?: Options
  run(world: World, given: Given): Promise<void>
}

export const text = (given: Given, name: string): string | undefined => {
  const value = given.values[name]
  return typeof value === 'string' ? value : undefined
}
export const flag = (given: Given, name: string): boolean => given.values[name] === true

import { expect } from 'vitest'

/** Looks again until it is so; a minute, for machines that do much else. */
export const eventually = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 60_000, interval: 50 })

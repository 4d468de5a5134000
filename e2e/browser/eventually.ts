import { expect } from 'vitest'
import { PATIENCE_MS } from './studio.ts'

/** Looks again until it is so. */
export const eventually = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: PATIENCE_MS, interval: 50 })

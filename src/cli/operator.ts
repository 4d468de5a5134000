import type { Ports } from '#core/ports/index.ts'
import type { World } from './world.ts'

/** Runs an operator's work on the ports of `GENZO_DATA` and closes them whatever happens. */
export async function withPorts(world: World, work: (ports: Ports) => Promise<void>): Promise<void> {
  const { ports, close } = await world.openPorts()
  try {
    await work(ports)
  } finally {
    await close()
  }
}

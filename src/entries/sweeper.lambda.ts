import { sweep } from '#core/use-cases/sweep.ts'
import { ENV, readAwsEnv } from './aws-config.ts'
import { engineParts } from './engine-parts.ts'

const ports = engineParts(readAwsEnv(ENV.sweeper), 'sweeper')

/** By the clock, every minute: sends again what is due, ends what was abandoned. Answers what it repaired. */
export const handler = () => sweep(ports, { now: ports.now() })

#!/usr/bin/env node
// `npx genzo …`: the same bootstrap as `npm start`, so that it works in a fresh clone too.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const bootstrap = fileURLToPath(new URL('../bootstrap.mjs', import.meta.url))
const child = spawn(process.execPath, [bootstrap, 'cli', ...process.argv.slice(2)], {
  stdio: 'inherit',
  // The bootstrap works in the project's folder; file names on the command line are of the caller's.
  env: { ...process.env, GENZO_CWD: process.env.GENZO_CWD ?? process.cwd() },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 128 : 1)))

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleFunction } from './bundles.ts'
import { FUNCTIONS, type FunctionDefinition, type FunctionName } from './functions.ts'

const ROOT = join(import.meta.dirname, '..')
/** Lambda's processors. Functions run on Arm; a test of a bundle runs on whatever machine it has. */
export type Processor = 'arm64' | 'x64'

/**
 * Puts sharp for Lambda's Linux on the given processor under dist/sharp, whatever this machine is: npm is told the other system, and
 * brings its ready-made parts. No Docker, no compiler. Does nothing when it is there already. Returns its `node_modules`.
 */
export function sharpFor(processor: Processor): string {
  const dir = join(ROOT, 'dist/sharp', processor)
  const version: string = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).dependencies.sharp
  const stamp = join(dir, 'node_modules/sharp/package.json')
  const modules = join(dir, 'node_modules')
  if (existsSync(stamp) && JSON.parse(readFileSync(stamp, 'utf8')).version === version) return modules
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ private: true, dependencies: { sharp: version } }))
  const asked = ['install', '--os=linux', `--cpu=${processor}`, '--libc=glibc', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const done = spawnSync('npm', asked, { cwd: dir, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  if (done.status !== 0) throw new Error(`\`npm ${asked.join(' ')}\` in ${dir} failed: see above; it needs the package registry once`)
  const native = join(dir, `node_modules/@img/sharp-linux-${processor}`)
  if (!existsSync(native)) throw new Error(`${native} is missing after npm install: npm 10 or later knows --os and --cpu`)
  return modules
}

/**
 * Every function's code in a folder of its own under dist/lambda, sharp beside it where it opens pictures. Throws for a function that
 * reaches sharp without saying so: it would fail on its first call.
 */
export async function functionFolders(processor: Processor): Promise<Map<FunctionName, string>> {
  const folders = new Map<FunctionName, string>()
  for (const name of Object.keys(FUNCTIONS) as FunctionName[]) {
    const folder = join(ROOT, 'dist/lambda', processor, name)
    rmSync(folder, { recursive: true, force: true })
    const { outputs } = await bundleFunction(name, folder)
    const { hasPixels }: FunctionDefinition = FUNCTIONS[name]
    const reachesSharp = Object.values(outputs).some(({ imports }) => imports.some(({ path }) => path === 'sharp'))
    if (reachesSharp && !hasPixels)
      throw new Error(`function ${name} reaches sharp: write hasPixels in infra/functions.ts, or keep it out of its entry`)
    if (hasPixels) cpSync(sharpFor(processor), join(folder, 'node_modules'), { recursive: true })
    folders.set(name, folder)
  }
  return folders
}

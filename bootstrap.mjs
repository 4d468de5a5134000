// What `npm start` and `npm test` run first. It needs nothing but Node 20 and npm: it installs the packages when the lockfile has changed,
// builds the web app when its sources have, says so, and hands over to the Node 24 that came as a package.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
const node = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
const say = (text) => process.stderr.write(`genzo: ${text}\n`)
const bin = (path) => join(root, 'node_modules', path)

/** Installs when the lockfile differs from the one that the installed packages came from. One process at a time; the others wait for it. */
function install() {
  const lockfile = join(root, 'package-lock.json')
  const hash = createHash('sha256').update(readFileSync(lockfile)).digest('hex')
  const stamp = join(root, 'node_modules/.genzo-lock')
  // npm's own record is newer than the lockfile after somebody ran `npm install` by hand.
  const record = join(root, 'node_modules/.package-lock.json')
  const isInstalled = () =>
    existsSync(node) &&
    ((existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) ||
      (existsSync(record) && statSync(record).mtimeMs >= statSync(lockfile).mtimeMs))
  if (isInstalled()) return
  const unlock = lock(join(root, '.cache/install.lock'))
  try {
    if (isInstalled()) return
    say('installing packages (first run, or package-lock.json changed; about a minute) …')
    if (npm('ci', '--no-audit', '--no-fund', '--loglevel=error') !== 0)
      fail('`npm ci` did not succeed; its messages are above. Check the network, then run the same command again')
    // The program of the package `node` comes by its install script, which some npm settings leave out.
    if (!existsSync(node)) npm('rebuild', 'node')
    if (!existsSync(node))
      fail('the package `node` came without its program: allow its install script (`npm config set ignore-scripts false`)')
    writeFileSync(stamp, hash)
  } finally {
    unlock()
  }
}

function npm(...args) {
  const script = process.env.npm_execpath
  // npm's own CLI is a script: running it by path works on every system, where a bare `npm` needs a shell on Windows.
  const done = script?.endsWith('.js')
    ? spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  return done.status
}

/** Holds a file while its process lives. A lock whose holder is gone is taken over. */
function lock(path) {
  mkdirSync(dirname(path), { recursive: true })
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = Number(existsSync(path) ? readFileSync(path, 'utf8') : 0)
    if (!isAlive(holder)) rmSync(path, { force: true })
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
  }
}

function isAlive(pid) {
  if (!pid) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Builds the web app when its sources, or what they are built with, are newer than the last build. */
function buildWeb() {
  if (!existsSync(join(root, 'src/web/index.html'))) return
  const built = join(root, 'dist/web/index.html')
  const newest = Math.max(...['src/web', 'src/core'].map(newestIn), statSync(join(root, 'package-lock.json')).mtimeMs)
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return
  const unlock = lock(join(root, '.cache/build.lock'))
  say('building the studio (a few seconds) …')
  mkdirSync(join(root, 'dist'), { recursive: true })
  const done = spawnSync(node, [bin('vite/bin/vite.js'), 'build', '--logLevel', 'warn'], { cwd: root, stdio: ['ignore', 2, 2] })
  unlock()
  if (done.status !== 0) fail('the web app did not build; the messages are above', done.status)
}

function newestIn(folder) {
  let newest = 0
  for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) newest = Math.max(newest, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs)
  }
  return newest
}

function fail(why, status = 1) {
  say(why)
  process.exit(status || 1)
}

/** Runs a script under Node 24 with signals passed on, and ends as it ended. */
function run(script, args) {
  const child = spawn(node, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` },
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  // `npm start` runs us under a shell, and some (dash) end at a signal without handing it on: a server that nobody can stop would remain.
  const parent = process.ppid
  const orphaned = setInterval(() => {
    if (!process.env.npm_lifecycle_event || process.ppid === parent) return
    clearInterval(orphaned)
    child.kill('SIGTERM')
  }, 500)
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 128 : 1)))
}

/** One after the other; the first failure ends it. */
function runAll(steps) {
  for (const [script, ...args] of steps) {
    const done = spawnSync(node, [script, ...args], { cwd: root, stdio: 'inherit' })
    if (done.status !== 0) process.exit(done.status ?? 1)
  }
}

const VITEST = bin('vitest/vitest.mjs')
const [command = 'serve', ...rest] = process.argv.slice(2)
const BINARIES = {
  biome: '@biomejs/biome/bin/biome',
  tsc: 'typescript/bin/tsc',
  vite: 'vite/bin/vite.js',
  vitest: 'vitest/vitest.mjs',
  knip: 'knip/bin/knip.js',
}
const checks = [
  [bin(BINARIES.biome), 'check', '--error-on-warnings'],
  [bin(BINARIES.tsc), '-p', '.'],
]

install()
switch (command) {
  case 'serve':
    buildWeb()
    run(join(root, 'src/entries/serve.ts'), rest)
    break
  case 'test':
    buildWeb()
    run(VITEST, ['run', '--project', 'offline', ...rest])
    break
  case 'check':
    buildWeb()
    runAll([...checks, [VITEST, 'run', '--project', 'offline', 'architecture.test.ts', 'src', ...rest]])
    break
  case 'test-aws':
    run(join(root, 'e2e/aws/run.ts'), rest)
    break
  case 'bench':
    run(join(root, 'bench/run.ts'), rest)
    break
  case 'synth':
    buildWeb()
    run(join(root, 'infra/app.ts'), rest)
    break
  case 'deploy':
  case 'destroy':
    buildWeb()
    run(join(root, 'infra/deploy.ts'), [command, ...rest])
    break
  case 'cost':
    run(join(root, 'infra/cost/main.ts'), rest)
    break
  case 'bedrock-sim':
    run(join(root, 'e2e/bedrock-sim/main.ts'), rest)
    break
  case 'contact-sheets':
    buildWeb()
    run(join(root, 'e2e/browser/contact-sheets.ts'), rest)
    break
  case 'cli':
    run(join(root, 'src/entries/cli.ts'), rest)
    break
  case 'run':
    run(bin(BINARIES[rest[0]] ?? fail(`no program ${rest[0]}; there are ${Object.keys(BINARIES).join(', ')}`)), rest.slice(1))
    break
  default:
    fail(`no command ${command}`)
}

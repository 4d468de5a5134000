import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, relative } from 'node:path'

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt')
/** Outside the tree, kept between runs, safe to delete. */
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'genzo-test-servers')

const DYNAMODB = join(import.meta.dirname, 'dynamodb-local/pom.xml')
/** The version in the one place where it is pinned. */
export const dynamodbVersion = (): string =>
  /DynamoDBLocal<\/artifactId>\s*<version>(.+?)</.exec(readFileSync(DYNAMODB, 'utf8'))?.[1] ?? 'unpinned'

/** The folder of DynamoDB Local and its libraries; fetched when absent or of another pin. Throws a sentence on failure. */
export function installedDynamodb(): string {
  const missing = ['java', 'mvn'].filter((program) => spawnSync(program, ['-version']).error)
  if (missing.length > 0) {
    console.error(`test:aws: there is no ${missing.join(' and no ')}; installing Maven and a Java runtime …`)
    installPackages('maven', 'default-jre-headless')
  }
  const dir = join(CACHE, `dynamodb-${createHash('sha256').update(readFileSync(DYNAMODB)).digest('hex').slice(0, 16)}`)
  const done = join(dir, 'installed')
  if (existsSync(done)) return dir
  console.error(`test:aws: installing DynamoDB Local ${dynamodbVersion()} (first run, or another version) …`)
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  must('mvn', ['--batch-mode', '--quiet', '--file', DYNAMODB, 'dependency:copy-dependencies', `-DoutputDirectory=${dir}`])
  writeFileSync(done, '')
  return dir
}

/** The version of a package in requirements.txt, for the closing line. */
export const pinnedVersion = (name: string): string =>
  new RegExp(`^${name}==(.+)$`, 'im').exec(readFileSync(REQUIREMENTS, 'utf8'))?.[1] ?? 'unpinned'

/** The Python of a virtual environment with exactly the pinned packages; made when absent or of other pins. Throws a sentence on failure. */
export function installedPython(requirements = REQUIREMENTS): string {
  const version = spawnSync('python3', ['--version'], { encoding: 'utf8' })
  if (version.status !== 0) throw new Error('the AWS test servers need python3 (3.10 or later) on the path; install it and run this again')
  const stamp = createHash('sha256').update(readFileSync(requirements)).update(version.stdout).digest('hex').slice(0, 16)
  const dir = join(CACHE, stamp)
  const python = join(dir, 'bin/python')
  const done = join(dir, 'installed')
  if (existsSync(done)) return python

  console.error(`test:aws: installing ${relative(process.cwd(), requirements)} (first run, or other versions) …`)
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(CACHE, { recursive: true })
  makeEnvironment(dir)
  must(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--requirement', requirements])
  writeFileSync(done, '')
  return python
}

function makeEnvironment(dir: string): void {
  const made = spawnSync('python3', ['-m', 'venv', dir], { encoding: 'utf8' })
  if (made.status === 0) return
  // Debian leaves ensurepip out of python3.
  console.error('test:aws: python3 has no ensurepip; installing python3-venv …')
  installPackages('python3-venv')
  rmSync(dir, { recursive: true, force: true })
  must('python3', ['-m', 'venv', dir])
}

/** Debian's packages, as root or by sudo where it asks nothing. Throws where neither can. */
function installPackages(...names: string[]): void {
  const asRoot = process.getuid?.() === 0 ? ['env'] : ['sudo', '--non-interactive', 'env']
  const apt = (...args: string[]) => must(asRoot[0]!, [...asRoot.slice(1), 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args])
  apt('update', '-qq')
  apt('install', '-y', '-qq', '--no-install-recommends', ...names)
}

function must(program: string, args: string[]): void {
  const ran = spawnSync(program, args, { stdio: ['ignore', 2, 2] })
  if (ran.status !== 0) throw new Error(`\`${program} ${args.join(' ')}\` failed (${ran.error?.message ?? `exit ${ran.status}`})`)
}

// `npm run test:aws`: the adapters' contract suites and the flows of the product on AWS servers that other people wrote.
// Absent servers are a failure, never a skip. `--serve` starts them, prints their addresses and waits; other arguments go to vitest.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { dynamodbVersion, installedDynamodb, installedPython, pinnedVersion } from './install.ts'
import { type Server, startServer } from './processes.ts'

const root = join(import.meta.dirname, '../..')
const args = process.argv.slice(2)
const started = Date.now()
const logDir = mkdtempSync(join(tmpdir(), 'genzo-aws-'))
const servers: Server[] = []

async function startAll(): Promise<Record<string, string>> {
  const python = installedPython()
  const starting = [startMinistack(python, 'ministack'), startMinistack(python, 'guarded'), startMoto(python), startDynamodb(python)]
  for (const server of await Promise.all(starting)) servers.push(server)
  return {
    GENZO_TEST_MINISTACK: servers[0]!.url,
    GENZO_TEST_GUARDED: servers[1]!.url,
    GENZO_TEST_MOTO: servers[2]!.url,
    GENZO_TEST_DYNAMODB: servers[3]!.url,
    // Whatever this machine is signed in to, no test may reach it.
    AWS_ACCESS_KEY_ID: '000000000001',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

/** The guarded one looks at credentials and at every policy, as AWS does; its root is `test`, `test`. */
async function startMinistack(python: string, name: 'ministack' | 'guarded'): Promise<Server> {
  const port = await freePort()
  const isGuarded = name === 'guarded'
  const guard = {
    AUTH: 'true',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    PYTHONPATH: import.meta.dirname,
    PYTHONDONTWRITEBYTECODE: '1',
  }
  return startServer({
    ...{ name, python, port, logDir },
    // No workers: MiniStack keeps everything in memory, and a worker of hypercorn's would outlive it when it is killed.
    command: [
      python,
      '-m',
      'hypercorn',
      isGuarded ? 'behind_tls:app' : 'ministack.app:app',
      '--workers',
      '0',
      '--bind',
      `127.0.0.1:${port}`,
    ],
    env: {
      ...{ GATEWAY_PORT: `${port}`, LOG_LEVEL: 'WARNING', S3_DATA_DIR: join(logDir, `${name}-s3`) },
      // Its listener for IoT devices would be open to the whole network.
      IOT_MTLS_ENABLED: '0',
      // Functions inherit the address, and so find this server.
      ...(isGuarded && { ...guard, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }),
    },
  })
}

async function startMoto(python: string): Promise<Server> {
  const port = await freePort()
  const command = [python, '-m', 'moto.server', '-H', '127.0.0.1', '-p', `${port}`]
  return startServer({ name: 'moto', python, port, command, logDir })
}

/** Amazon's own, in memory; it keeps accounts apart by their access key, and looks at no signature. */
async function startDynamodb(python: string): Promise<Server> {
  const [port, dir] = [await freePort(), installedDynamodb()]
  const options = ['-Xmx512m', `-Djava.library.path=${dir}`, '-cp', join(dir, '*')]
  const main = ['com.amazonaws.services.dynamodbv2.local.main.ServerRunner', '-inMemory', '-disableTelemetry', '-port', `${port}`]
  return startServer({ name: 'dynamodb', python, port, command: ['/usr/bin/env', 'java', ...options, ...main], logDir })
}

async function runVitest(env: Record<string, string>): Promise<number> {
  const results = join(logDir, 'results.json')
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  const { AWS_PROFILE: _, AWS_SESSION_TOKEN: __, ...ours } = process.env
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'aws', ...reporters, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...ours, ...env },
  })
  const [code] = await once(child, 'exit')
  if (!existsSync(results)) throw new Error('vitest ended without results')
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, 'utf8'))
  const on = `MiniStack ${pinnedVersion('ministack')}, moto ${pinnedVersion('moto')} and DynamoDB Local ${dynamodbVersion()}`
  const seconds = Math.round((Date.now() - started) / 1000)
  console.log(`test:aws: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped on ${on}, ${seconds} s in all`)
  return numPassedTests === 0 ? 1 : (code ?? 1)
}

async function stopAll(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stopAll().finally(() => process.exit(1)))

try {
  const env = await startAll()
  if (args[0] === '--serve') {
    for (const [name, value] of Object.entries(env)) console.log(`export ${name}=${value}`)
    await new Promise(() => setInterval(() => {}, 60_000))
  }
  process.exitCode = await runVitest(env)
  if (process.exitCode === 0) rmSync(logDir, { recursive: true, force: true })
  else console.error(`test:aws: the servers' logs are in ${logDir}`)
} catch (error) {
  console.error(`test:aws: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await stopAll()
}

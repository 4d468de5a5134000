import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeZip } from 'client-zip'
import { bundleFunction } from '../../../infra/bundles.ts'
import { FUNCTIONS, type FunctionName } from '../../../infra/functions.ts'

const ROOT = join(import.meta.dirname, '../../..')
/** What sharp needs beside itself, for this machine. */
const PIXELS = ['sharp', '@img', 'detect-libc', 'semver']

/** The bundle of a function as a stack deploys it, with the program that calls it in a custom runtime, in a folder of the tree. */
export async function layOut(name: FunctionName): Promise<{ dir: string; remove(): void }> {
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  const dir = mkdtempSync(join(ROOT, '.cache/function-'))
  await bundleFunction(name, dir)
  cpSync(join(import.meta.dirname, 'runtime.mjs'), join(dir, 'runtime.mjs'))
  const bootstrap = `#!/bin/sh\nexec "${process.execPath}" "$LAMBDA_TASK_ROOT/runtime.mjs"\n`
  writeFileSync(join(dir, 'bootstrap'), bootstrap, { mode: 0o755 })
  if ('hasPixels' in FUNCTIONS[name])
    for (const one of PIXELS.filter((name) => existsSync(join(ROOT, 'node_modules', name))))
      cpSync(join(ROOT, 'node_modules', one), join(dir, 'node_modules', one), { recursive: true, dereference: true })
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

/** A folder as Lambda takes it. */
export async function zipped(dir: string): Promise<Uint8Array> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
  const entries = files.map((file) => {
    const path = join(file.parentPath, file.name)
    return { name: path.slice(dir.length + 1), input: readFileSync(path) }
  })
  return new Uint8Array(await new Response(makeZip(entries)).arrayBuffer())
}

/** The laid out bundle, zipped. */
export async function zipOf(name: FunctionName): Promise<Uint8Array> {
  const { dir, remove } = await layOut(name)
  const bytes = await zipped(dir)
  remove()
  return bytes
}

import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { FUNCTIONS, type FunctionDefinition, type FunctionName } from './functions.ts'

const ROOT = join(import.meta.dirname, '..')
/** Where bundles lie, and what they are packed from. Safe to delete. */
export const BUNDLES = join(ROOT, 'dist/lambda')
const SHARP = join(ROOT, 'dist/sharp')

/** Lambda's processors. Functions run on Arm; a test of a bundle runs on whatever machine it has. */
export type Processor = 'arm64' | 'x64'
export type Bundle = { name: FunctionName; dir: string; bytes: number }

/** CommonJS inside an ES module asks for these by name. */
const BANNER = [
  "import { createRequire as genzoRequire } from 'node:module'",
  'const require = genzoRequire(import.meta.url)',
  'const __dirname = import.meta.dirname, __filename = import.meta.filename',
].join(';')

const OPTIONS: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  sourcemap: 'linked',
  // Sources would double the bundle, and stack traces need only names and lines.
  sourcesContent: false,
  mainFields: ['module', 'main'],
  external: ['sharp'],
  banner: { js: BANNER },
  legalComments: 'none',
  logLevel: 'error',
}

/**
 * One function as a folder that Lambda takes: `index.mjs` with only what its entry reaches, and sharp beside it where it opens pictures.
 * Needs no Docker: sharp's native parts come ready-made from npm. Throws when the entry is not there.
 */
export async function bundleFunction(name: FunctionName, processor: Processor = 'arm64', into = BUNDLES): Promise<Bundle> {
  const { entry, hasPixels }: FunctionDefinition = FUNCTIONS[name]
  const source = join(ROOT, `src/entries/${entry}.lambda.ts`)
  if (!existsSync(source)) throw new Error(`function ${name} has no entry: write src/entries/${entry}.lambda.ts`)
  const dir = join(into, name)
  rmSync(dir, { recursive: true, force: true })
  const { metafile } = await build({
    ...OPTIONS,
    absWorkingDir: ROOT,
    entryPoints: [source],
    outfile: join(dir, 'index.mjs'),
    metafile: true,
  })
  const needsSharp = Object.values(metafile.outputs).some(({ imports }) => imports.some(({ path }) => path === 'sharp'))
  if (needsSharp && !hasPixels)
    throw new Error(`function ${name} reaches sharp: write hasPixels in infra/functions.ts, or keep it out of its entry`)
  if (needsSharp) cpSync(sharpFolder(processor), join(dir, 'node_modules'), { recursive: true })
  const bytes = Object.entries(metafile.outputs).find(([path]) => path.endsWith('index.mjs'))![1].bytes
  return { name, dir, bytes }
}

/** Every function, one after the other: esbuild itself uses all cores. */
export async function bundleAll(processor: Processor = 'arm64'): Promise<Map<FunctionName, Bundle>> {
  const bundles = new Map<FunctionName, Bundle>()
  for (const name of Object.keys(FUNCTIONS) as FunctionName[]) bundles.set(name, await bundleFunction(name, processor))
  return bundles
}

/** `node_modules` with sharp for Lambda's Linux, put there by `npm run synth` (see infra/sharp-for.ts). */
function sharpFolder(processor: Processor): string {
  const folder = join(SHARP, processor, 'node_modules')
  if (existsSync(join(folder, 'sharp'))) return folder
  throw new Error(`${folder} has no sharp: run \`npm run sharp-for-lambda -- ${processor}\` once; npm run synth does`)
}

/** The place of sharp for one processor, and the version that this project uses. */
export const sharpAt = (processor: Processor) => ({ dir: join(SHARP, processor), version: sharpVersion() })
const sharpVersion = (): string => JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).dependencies.sharp

/**
 * A CloudFront Function as its one text: modules of the runtime stay imports, and the handler is a plain function, since exports are not
 * known there.
 */
export async function bundleEdge(entry: string): Promise<string> {
  const source = join(ROOT, `src/entries/${entry}.edge.ts`)
  if (!existsSync(source)) throw new Error(`the edge has no entry: write src/entries/${entry}.edge.ts`)
  const wrapper = `import { handler as own } from ${JSON.stringify(source)}\nexport async function handler(event) { return own(event) }`
  const { outputFiles } = await build({
    stdin: { contents: wrapper, resolveDir: dirname(source), loader: 'ts' },
    ...{ bundle: true, write: false, format: 'esm', target: 'es2020', external: ['cloudfront', 'crypto'], legalComments: 'none' },
    ...{ minifySyntax: true, minifyWhitespace: true, absWorkingDir: ROOT, charset: 'ascii' },
  })
  return outputFiles[0]!.text.replace(/export\s*\{[^}]*\};?\s*$/, '')
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from '@swc/core'
import { build, buildSync, type Metafile, type Plugin } from 'esbuild'
import { FUNCTIONS, type FunctionName } from './functions.ts'

const ROOT = join(import.meta.dirname, '..')
const ENTRIES = join(ROOT, 'src/entries')
const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version
/** Some packages are CommonJS inside: they ask for Node's own modules by `require`, and where they lie. */
const COMMON_JS = [
  "import { createRequire } from 'node:module'",
  'const require = createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;',
].join(';')

/** Later syntax that CloudFront's runtime does not name as its own. */
const LOWERED = [
  ...['destructuring', 'for-of', 'spread', 'object-rest-spread', 'shorthand-properties', 'computed-properties', 'parameters', 'classes'],
  ...['optional-chaining', 'nullish-coalescing-operator', 'optional-catch-binding', 'logical-assignment-operators', 'numeric-separator'],
].map((name) => `transform-${name}`)

/**
 * Zod is a third of a megabyte, most of it sentences in fifty languages: English alone comes along, and where our own code takes `z` as a
 * namespace, only the parts that it uses.
 */
export const leanZod: Plugin = {
  name: 'lean-zod',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /locales\/index\.js$/ }, ({ path, resolveDir }) =>
      resolveDir.includes('/zod/') ? { path: join(resolveDir, path), namespace: 'zod-locales', sideEffects: false } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'zod-locales' }, ({ path }) => ({
      contents: `export { default as en } from '${join(path, '../en.js')}'`,
      resolveDir: ROOT,
    }))
    onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      return { contents: text.replace("import { z } from 'zod'", "import * as z from 'zod'"), loader: 'ts' }
    })
  },
}

/** No module of core does anything when it is loaded: of one that only hands names on, nothing comes along that nobody takes. */
const quietCore: Plugin = {
  name: 'quiet-core',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /\.ts$/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === quietCore) return undefined
      const found = await resolve(path, { ...from, pluginData: quietCore })
      return found.path.includes('/src/core/') ? { ...found, sideEffects: false } : found
    })
  },
}

/**
 * What the SDK would load where no function ever is: a browser's name for itself, and streams of events, which we never ask for. Only what
 * it loads on demand stays outside: some of its clients have the same file in their beginning.
 */
const neverLoaded: Plugin = {
  name: 'never-loaded',
  setup({ onResolve }) {
    onResolve({ filter: /^(bowser|@smithy\/core\/event-streams)$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
  },
}
/**
 * A function has its role's keys in its environment, and nowhere else. The SDK's chain of seven other places, from profiles to the metadata
 * of machines, is a quarter of a megabyte in every bundle, and tears it into a dozen files that are all read at the start.
 */
const environmentCredentials: Plugin = {
  name: 'environment-credentials',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/credential-provider(-node|s)$/ }, () => ({
      path: 'credentials',
      namespace: 'environment',
      sideEffects: false,
    }))
    onLoad({ filter: /.*/, namespace: 'environment' }, () => ({
      contents: "export { fromEnv as defaultProvider, fromEnv as fromNodeProviderChain } from '@aws-sdk/credential-provider-env'",
      resolveDir: ROOT,
    }))
  },
}

/** Bytes that a CloudFront Function may have. */
export const MOST_EDGE_BYTES = 10_240

/**
 * The code of one function in `outDir`: `index.mjs`, and beside it what is loaded on first use. Everything is in it but sharp, which is
 * native and laid beside it for the function's processor. Returns what went into it.
 */
export async function bundleFunction(name: FunctionName, outDir: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: { index: join(ENTRIES, `${FUNCTIONS[name].entry}.lambda.ts`) },
    ...{ outdir: outDir, outExtension: { '.js': '.mjs' }, chunkNames: 'part-[hash]' },
    ...{ bundle: true, splitting: true, minify: true, format: 'esm', platform: 'node', target: 'node24', metafile: true },
    ...{ mainFields: ['module', 'main'], external: ['sharp'], banner: { js: COMMON_JS } },
    ...{ logLevel: 'error', plugins: [leanZod, quietCore, neverLoaded, environmentCredentials] },
    ...{ legalComments: 'none', define: { GENZO_VERSION: JSON.stringify(VERSION) } },
  })
  return metafile
}

/**
 * The CloudFront Function of `/i`, as runtime 2.0 takes it: one script with a global `handler`. The runtime is ECMAScript 5.1 with some
 * later parts (docs.aws.amazon.com/AmazonCloudFront, "JavaScript runtime 2.0 features"): arrows, templates, `const`, rest parameters and
 * `async` are among them, the rest of later syntax is written in what is.
 */
export function edgeFunctionCode(): string {
  const common = { bundle: true, write: false, format: 'iife', globalName: 'edge' } as const
  const [bundled] = buildSync({ ...common, entryPoints: [join(ENTRIES, 'delivery.edge.ts')], target: 'es2022' }).outputFiles
  const lowered = transformSync(bundled!.text, {
    ...{ isModule: false, jsc: { assumptions: { iterableIsArray: true, setSpreadProperties: true, ignoreFunctionLength: true } } },
    env: { targets: { node: '24' }, include: LOWERED },
  }).code
  const [minified] = buildSync({
    stdin: { contents: lowered },
    minify: true,
    write: false,
    ...{ supported: { destructuring: false, 'for-of': false, class: false, 'optional-chain': false, 'nullish-coalescing': false } },
  }).outputFiles
  const given = `import cloudfront from 'cloudfront';import hashes from 'crypto';`
  return `${given}${minified!.text}function handler(event){return edge.handler(event)}`
}

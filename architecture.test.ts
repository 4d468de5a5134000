import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Folder → what its files may import: our folders by name, packages by prefix (`node:` and `@scope/` end so), `name` alone as types only when listed below. */
const MAY_IMPORT: Record<string, string[]> = {
  'src/core': ['zod'],
  'src/imaging': ['src/core', 'node:', 'sharp', 'thumbhash', 'heic-decode', 'exif-reader', 'client-zip'],
  'src/models': [
    'src/core',
    'src/imaging',
    'node:',
    '@aws-sdk/client-bedrock',
    '@aws-sdk/client-bedrock-runtime',
    '@smithy/',
    '@techstark/opencv-js',
    'cockatiel',
    're2js',
    'zod',
  ],
  'src/local': [
    'src/core',
    'src/imaging',
    'src/models',
    'node:',
    'better-auth',
    '@better-auth/',
    'aws-local-stepfunctions',
    'nodemailer',
    'prom-client',
    'sonic-boom',
    'cockatiel',
  ],
  'src/aws': ['src/core', 'src/imaging', 'src/models', 'node:', '@aws-sdk/', '@smithy/'],
  'src/http': ['src/core', 'hono', '@hono/zod-openapi', 'zod', 'jose'],
  'src/cli': ['src/core', 'src/http', 'node:', 'hono/client', 'zod'],
  'src/edge': ['src/core'],
  'src/web': [
    'src/core',
    'src/http',
    'react',
    'react-dom',
    'radix-ui',
    '@tanstack/',
    'wouter',
    'i18next',
    'react-i18next',
    'oidc-client-ts',
    'hono/client',
    'lucide-react',
    'vite',
    'thumbhash',
    'uqr',
  ],
  'src/entries': [
    'src/core',
    'src/imaging',
    'src/models',
    'src/local',
    'src/aws',
    'src/http',
    'src/edge',
    'src/cli',
    'node:',
    'hono',
    '@hono/node-server',
    'zod',
    'swagger-ui-dist',
    '@aws-sdk/',
    'aws-lambda',
  ],
  infra: [
    'src/entries/aws-config.ts',
    'src/entries/config.ts',
    'src/http/route-table.ts',
    'src/aws/tables.ts',
    'src/models/catalogue',
    'src/models/linear-patterns.ts',
    'src/core',
    'node:',
    'aws-cdk-lib',
    'constructs',
    'cdk-nag',
    'zod',
    'esbuild',
    '@swc/core',
  ],
}
/** Imports that must be `import type`: they may not reach the bundle. */
const TYPES_ONLY: Record<string, string[]> = { 'src/web': ['src/http'], 'src/cli': ['src/http'] }
/** Tables of data, long by nature. */
const LONG_BY_NATURE = [/^src\/models\/.*catalogue.*\.data\.ts$/, /^src\/models\/.*\.data\.ts$/, /^src\/web\/locales\//, /config\.ts$/]
const IMPORT = /(?:^(?:import\b( type)?[^'"]*?|export\b( type)?[^'"]*?\bfrom )|\bimport\()\s*['"]([^'"]+)['"]/gm

const sources = globSync('{src,infra}/**/*.{ts,tsx}').filter((file) => !/\.(test|contract)\.tsx?$/.test(file))
const folderOf = (path: string) => (path.startsWith('src/') ? path.split('/').slice(0, 2).join('/') : path.split('/')[0]!)
const text = (file: string) => readFileSync(file, 'utf8')

/** Where an import leads: a path of ours, or a package's name as written. */
const resolve = (file: string, target: string) =>
  target.startsWith('.') ? join(dirname(file), target) : target.startsWith('#') ? `src/${target.slice(1)}` : target
const importsOf = (file: string) =>
  [...text(file).matchAll(IMPORT)].map(([, type, exportType, target]) => ({
    isType: Boolean(type ?? exportType),
    to: resolve(file, target!),
  }))

function allows(folder: string, to: string) {
  const own = to === folder || to.startsWith(`${folder}/`)
  return own || MAY_IMPORT[folder]!.some((name) => to === name || to.startsWith(/[/:]$/.test(name) ? name : `${name}/`))
}

describe.each(sources)('%s', (file) => {
  const folder = folderOf(file)

  it('stands in a room of the architecture and imports only what the room may', () => {
    expect(Object.keys(MAY_IMPORT)).toContain(folder)
    for (const { isType, to } of importsOf(file)) {
      expect.soft(allows(folder, to), `${folder} may not import ${to}`).toBe(true)
      if (TYPES_ONLY[folder]?.includes(folderOf(to))) expect.soft(isType, `${folder} sees ${to} as types only`).toBe(true)
    }
  })

  it('reads the environment only in an entry', () => {
    if (folder !== 'src/entries') expect(text(file)).not.toMatch(/process\.env/)
  })

  it('fits on a few screens', () => {
    const lines = text(file).split('\n')
    if (!LONG_BY_NATURE.some((pattern) => pattern.test(file))) expect(lines.length).toBeLessThanOrEqual(301)
    const longest = lines.reduce((max, line, at) => (line.length > max.length ? { length: line.length, at: at + 1 } : max), {
      length: 0,
      at: 0,
    })
    if (!/\.data\.ts$|\/locales\//.test(file)) expect(longest.length, `line ${longest.at}`).toBeLessThanOrEqual(140)
  })
})

it('has no cycle of imports', () => {
  const graph = new Map(
    sources.map((file) => [
      file,
      importsOf(file)
        .filter(({ isType }) => !isType)
        .map(({ to }) => to),
    ]),
  )
  const done = new Set<string>()
  const visit = (file: string, trail: string[]): void => {
    if (trail.includes(file))
      throw new Error(`cycle: ${[...trail.slice(trail.indexOf(file)), file].map((at) => relative('.', at)).join(' → ')}`)
    if (done.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
    done.add(file)
  }
  for (const file of sources) visit(file, [])
})

it('leaves no unfinished marks in the code', () => {
  const marked = sources.filter((file) => /\b(TODO|FIXME|XXX)\b/.test(text(file)))
  expect(marked).toEqual([])
})

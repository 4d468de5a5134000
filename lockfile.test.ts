import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

type Lock = {
  packages: Record<string, { version?: string; resolved?: string; link?: boolean; optionalDependencies?: Record<string, string> }>
}
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock

it('has a version of every package, those of other platforms included, so that `npm ci` passes everywhere', () => {
  const names = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)))
  const empty = Object.entries(packages).filter(([path, { version, link }]) => path !== '' && !version && !link)
  const missing = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies).filter((name) => !names.has(name)),
  )
  expect({ empty: empty.map(([path]) => path), missing }).toEqual({ empty: [], missing: [] })
})

it('names no download address, so that any registry may serve it', () => {
  expect(Object.values(packages).filter(({ resolved }) => resolved)).toEqual([])
})

it('pins every direct dependency to one version', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<'dependencies' | 'devDependencies', Record<string, string>>
  const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    ([, range]) => !/^(npm:.+@)?\d+\.\d+\.\d+/.test(range),
  )
  expect(loose).toEqual([])
})

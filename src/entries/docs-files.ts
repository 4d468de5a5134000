import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { DocsFile } from '#http/routes/docs.ts'

/** The two files that the documentation page loads; nothing else of the package is reachable. */
const FILES: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
}

/** Reads a file of the documentation page's program out of its package. */
export const docsFile: DocsFile = async (name) => {
  const contentType = Object.hasOwn(FILES, name) ? FILES[name] : undefined
  if (!contentType) return undefined
  const path = fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`))
  return { bytes: new Uint8Array(await readFile(path)), contentType }
}

// Control characters move the cursor and worse; marks of direction turn the rest of the line around. Titles and file names may hold both.
const UNSAFE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu
/** Words of other people as a terminal may show them. */
const plain = (text: string): string => text.replace(UNSAFE, '�')

/** Columns with two spaces between, as wide as they need. Empty for no rows. */
export function table(given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map(plain))
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']
/** `4.2 MB`. */
export function bytesText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power]}`
}

/** `$0.0400`, from integer micro-dollars. */
export const dollars = (microUsd: number): string => `$${(microUsd / 1e6).toFixed(microUsd % 10_000 === 0 ? 2 : 4)}`

const WIDTH = 24
/** `[######------------------] 25 %`. */
export function bar(done: number, of: number): string {
  const share = of > 0 ? Math.min(1, done / of) : 1
  const filled = Math.floor(share * WIDTH)
  return `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}] ${Math.floor(share * 100)} %`
}

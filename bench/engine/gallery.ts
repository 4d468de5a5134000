import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ratios, tell } from '../harness.ts'

type Cell = Record<'ours' | 'table' | 'tableOurUrls' | 'rows' | 'tableRows', number[]>

/** Row 12. CPU of a page of fifty with signed URLs, at ten thousand and at a million images. */
export function benchGallery(count: number, { rows = 1_000_000 } = {}): void {
  const cell = (images: number) => {
    const script = join(import.meta.dirname, 'gallery-worker.ts')
    return JSON.parse(execFileSync(process.execPath, [script, `${images}`, `${count}`], { encoding: 'utf8' })) as Cell
  }
  const [few, many] = [cell(10_000), cell(rows)]
  tell('  a page of 50 with urls, 10,000 images', few.ours, ' µs')
  tell(`  a page of 50 with urls, ${rows.toLocaleString('en')} images`, many.ours, ' µs')
  tell('    of it without urls', many.rows, ' µs')
  tell('  the table of columns, each url signed', many.table, ' µs')
  tell(`12 a page at ${rows.toLocaleString('en')} / at 10,000`, ratios(many.ours, few.ours), '×', '≤ 1.2')
  tell('12 indexed table, a signature a url, JSON.stringify / ours', ratios(many.table, many.ours), '×', '≥ 2.5')
  tell('12   the same table with our own signing / ours', ratios(many.tableOurUrls, many.ours))
  tell('12   nothing signed on either side', ratios(many.tableRows, many.rows))
}

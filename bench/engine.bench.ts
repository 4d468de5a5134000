// The engine beside its floors and peers, in one run: PERFORMANCE rows 1–4, 10–12 and 14, the way from a PUT's last byte to `ready`, and the
// interpreter. `npm run bench -- engine FOLDER [ROUNDS [ROW…]]`: FOLDER holds photographs, 12 megapixel ones named *12mp*; ROW is one of
// ingest avif http gallery ready. It needs python3 with venv (Pillow, pinned) and wrk.
import { readdirSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { resolve } from 'node:path'
import sharp from 'sharp'
import { benchAvif } from './engine/avif.ts'
import { benchGallery } from './engine/gallery.ts'
import { benchHttp } from './engine/http.ts'
import { benchIngest } from './engine/ingest.ts'
import { benchInterpreter, benchReady } from './engine/ready.ts'

const [folder, count = '3', ...rows] = process.argv.slice(2)
if (!folder) throw new Error('give a folder of photographs, 12 megapixel ones named *12mp*.jpg')
const rounds = Number(count)
const all = readdirSync(folder)
  .filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
  .map((name) => resolve(folder, name))
const photos = all.filter((path) => /12mp[^/]*\.jpe?g$/i.test(path))
if (photos.length === 0) throw new Error(`no *12mp*.jpg in ${folder}`)

const BENCHES: Record<string, () => unknown> = {
  ingest: () => benchIngest(photos, all, rounds),
  avif: () => benchAvif(photos, rounds),
  http: () => benchHttp(rounds),
  gallery: () => benchGallery(rounds),
  ready: async () => {
    await benchReady(photos, rounds)
    await benchInterpreter(rounds)
  },
}
console.log(
  `${new Date().toISOString()}, ${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.version}, sharp ${sharp.versions.sharp}, load ${loadavg()[0]?.toFixed(1)}, ${rounds} rounds; median [min–max]`,
)
for (const row of rows.length > 0 ? rows : Object.keys(BENCHES)) {
  const bench = BENCHES[row]
  if (!bench) throw new Error(`no row ${row}; there are ${Object.keys(BENCHES).join(', ')}`)
  await bench()
}
process.exit(0)

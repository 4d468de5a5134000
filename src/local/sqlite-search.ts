import { StudioError } from '#core/errors.ts'
import type { Image } from '#core/image.ts'
import type { Search, SearchQuery } from '#core/ports/search.ts'
import { edgeOf, edgesOf, searchTextOf, tokensOf, wantedWords } from '#core/words.ts'
import { cursorOf, placeOf } from './cursor.ts'
import type { Db } from './sqlite.ts'

/** Full-text rows read for one page at most, as the port states. */
const MAX_CANDIDATES = 2_000

/** Beginnings of words that are tokens of their own: joining the lists of many words for a few letters would take time with the library. */
const EDGES = Array.from({ length: 12 }, (_, at) => at + 1)

/** Facets are tokens beside the words; `=` cannot come from a word. Hex, since a tag may hold any character. */
const facet = (name: string, value: string | boolean) => `=${name}=${Buffer.from(String(value)).toString('hex')}`

const facetsOf = (image: Image) => [
  '=all',
  facet('origin', image.origin),
  facet('state', image.state),
  facet('favourite', image.isFavourite),
  ...image.tags.map((tag) => facet('tag', tag)),
  ...(image.madeWith ? [facet('task', image.madeWith.task), facet('model', image.madeWith.modelId)] : []),
]

const wantedFacets = (query: SearchQuery) => {
  const wanted = {
    origin: query.origin,
    state: query.state,
    favourite: query.isFavourite,
    tag: query.tag,
    task: query.task,
    model: query.modelId,
  }
  return Object.entries(wanted).flatMap(([name, value]) => (value === undefined ? [] : [facet(name, value)]))
}

export function sqliteSearch({ db }: { db: Db }): Search {
  const ordinal = db.prepare('select ordinal from search_owner where owner_id = ?')
  const addOwner = db.prepare('insert into search_owner (owner_id) values (?) on conflict do nothing')
  const known = db.prepare('select cast(place as text) as place, revision, is_found from search_doc where image_id = ?')
  const free = db.prepare(
    `select cast(coalesce(max(place) + 1, ?1 << 16) as text) as place from search_doc
     where place >= ?1 << 16 and place < (?1 + 1) << 16`,
  )
  const putDoc = db.prepare(
    `insert into search_doc values (?, ?, ?, ?, ?, ?) on conflict (image_id) do update
     set revision = excluded.revision, pixels = excluded.pixels, is_found = excluded.is_found`,
  )
  const dropDoc = db.prepare('delete from search_doc where image_id = ?')
  const dropOwner = db.prepare('delete from search_owner where owner_id = ?1 and not exists (select 1 from search_doc where owner_id = ?1)')
  const putWords = db.prepare('insert into search_words (rowid, words) values (?, ?)')
  const dropWords = db.prepare('delete from search_words where rowid = ?')
  const candidates = db.prepare(`
    select cast(w.rowid as text) as place, d.image_id, d.pixels
    from (select rowid from search_words where search_words match ?1 and rowid >= ?2 and rowid < ?3 order by rowid desc limit ?4) w
    join search_doc d on d.place = w.rowid order by w.rowid desc`)

  const ordinalOf = (ownerId: string) => {
    addOwner.run(ownerId)
    return ordinal.get(ownerId)!['ordinal'] as number
  }
  const ownToken = (owner: number, token: string) => `${owner.toString(36)}_${token}`
  /** An indexed beginning is one list of rows; of a longer one FTS5 joins the lists of the words themselves, which are few by then. */
  const begins = (owner: number, beginning: string) => {
    const edge = edgeOf(beginning, EDGES)
    return edge.endsWith(`=${beginning}`) ? `"${ownToken(owner, edge)}"` : `"${ownToken(owner, beginning)}" *`
  }
  const placeOfTime = (ms: number) => BigInt(Math.max(0, Math.trunc(ms))) << 16n

  return {
    put: async (image) =>
      db.transaction(() => {
        const row = known.get(image.id)
        if (row && Number(row['revision']) > image.revision) return
        const place = BigInt((row ?? free.get(image.createdAt)!)['place'] as string)
        const isFound = image.state !== 'trashed' && image.state !== 'purging'
        if (row?.['is_found'] === 1) dropWords.run(place)
        putDoc.run(place, image.id, image.ownerId, image.revision, image.width * image.height, isFound ? 1 : 0)
        if (!isFound) return
        const owner = ordinalOf(image.ownerId)
        const words = tokensOf(searchTextOf(image))
        const tokens = [...facetsOf(image), ...words, ...edgesOf(words, EDGES)]
        putWords.run(place, tokens.map((token) => ownToken(owner, token)).join(' '))
      }),
    remove: async ({ id, ownerId }) =>
      db.transaction(() => {
        const row = known.get(id)
        if (!row) return
        if (row['is_found'] === 1) dropWords.run(BigInt(row['place'] as string))
        dropDoc.run(id)
        dropOwner.run(ownerId)
      }),
    async query(query, { cursor, limit }) {
      const owner = ordinal.get(query.ownerId)?.['ordinal'] as number | undefined
      const { words, beginning } = wantedWords(query.text ?? '')
      // Text of nothing but signs finds nothing: an empty answer is honester than everything.
      if (owner === undefined || (query.text?.trim() && words.length === 0 && !beginning)) return { items: [] }
      const whole = [...wantedFacets(query), ...words].map((token) => `"${ownToken(owner, token)}"`)
      const terms = beginning ? [...whole, begins(owner, beginning)] : whole
      const match = terms.join(' AND ') || `"${ownToken(owner, '=all')}"`
      const from = placeOfTime(query.from ?? 0)
      const until = query.to === undefined ? 1n << 62n : placeOfTime(query.to + 1)
      const before = cursor === undefined ? until : bigintOf(placeOf(cursor, ['string'])[0] as string)
      const isExact = query.minPixels === undefined && query.maxPixels === undefined
      const most = isExact ? Math.min(limit + 1, MAX_CANDIDATES) : MAX_CANDIDATES
      const rows = candidates.all(match, from, before < until ? before : until, most)

      const fits = (pixels: number) => pixels >= (query.minPixels ?? 0) && pixels <= (query.maxPixels ?? Number.POSITIVE_INFINITY)
      const found = rows.filter((row) => fits(Number(row['pixels'])))
      const items = found.slice(0, limit).map((row) => row['image_id'] as string)
      if (found.length > limit) return { items, nextCursor: cursorOf(found[limit - 1]!['place'] as string) }
      if (rows.length === most) return { items, nextCursor: cursorOf(rows.at(-1)!['place'] as string) }
      return { items }
    },
  }
}

function bigintOf(text: string): bigint {
  if (!/^\d{1,19}$/.test(text)) throw new StudioError('invalid_input', 'the cursor was not given by this list: start again without one')
  return BigInt(text)
}

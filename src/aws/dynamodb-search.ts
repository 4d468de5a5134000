import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Image } from '#core/image.ts'
import type { Search, SearchQuery } from '#core/ports/search.ts'
import { edgeOf, edgesOf, searchTextOf, tokensOf, wantedWords } from '#core/words.ts'
import { cursorOf, ORDER_KEY, placeOf } from './cursor.ts'
import { ask, batchGet, batchWrite, conditionally, type Dynamo, orderKey, type Row } from './dynamodb.ts'
import type { TableNames } from './tables.ts'

/** Postings read for one page at most, as the port states. */
const MAX_CANDIDATES = 2_000
/** Postings read at a time: as many documents as DynamoDB gives in one batch. */
const STEP = 100
/** The last time that an `orderKey` can hold, and what sorts after every id. */
const LAST_MS = 10 ** 15 - 1
const AFTER_IDS = '~'

/** What the index knows of one image: the judge of every posting, so that a stale posting is never an answer. */
type Doc = { revision: number; tokens: string[]; pixels: number; place: string }

/** Facets are tokens beside the words; `=` cannot come from a word. Most selective first: the first one wanted is read. */
const facetsOf = (about: Pick<SearchQuery, 'tag' | 'modelId' | 'task' | 'isFavourite' | 'origin' | 'state'>): string[] => {
  const named = {
    tag: about.tag,
    model: about.modelId,
    task: about.task,
    favourite: about.isFavourite,
    origin: about.origin,
    state: about.state,
  }
  return Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`=${name}=${value}`]))
}

function tokensOfImage(image: Image): string[] {
  if (image.state === 'trashed' || image.state === 'purging') return []
  const { isFavourite, origin, state, madeWith, tags } = image
  const facets = facetsOf({ isFavourite, origin, state, ...(madeWith && { modelId: madeWith.modelId, task: madeWith.task }) })
  const tagged = tags.flatMap((tag) => facetsOf({ tag }))
  return [...new Set(['=all', ...facets, ...tagged, ...tokensOf(searchTextOf(image))])]
}

/** Beginnings of a word that have postings, since each is paid for: the rest of what was typed is looked for in the documents. */
const EDGES = [1, 2, 4, 7]

/** All that lead to an image: its tokens, and the beginnings of its words, which follow from them. */
const postingsOf = (tokens: readonly string[]) => [
  ...tokens,
  ...edgesOf(
    tokens.filter((token) => !token.startsWith('=')),
    EDGES,
  ),
]

/**
 * Words in DynamoDB: a posting per owner and token, ordered by creation, and one document per image. A query reads the postings of its
 * most telling token, newest first, and asks the documents for the rest. Each posting is a write unit when an image is put: a prompt of
 * twelve words makes some twenty for words and facets and some thirty for beginnings, together about $0.00003.
 */
export function dynamodbSearch({ dynamo, tables }: { dynamo: Dynamo; tables: Pick<TableNames, 'Search'> }): Search {
  const TableName = tables.Search
  const docKey = (imageId: string) => ({ pk: `doc#${imageId}`, sk: '-' })
  const posting = (ownerId: string, token: string, place: string) => ({ pk: `${ownerId}#${token}`, sk: place })
  const imageIdOf = (place: string) => place.slice(place.indexOf('#') + 1)

  /** Removes postings, unless a newer revision wrote them again meanwhile. */
  const dropPostings = async (ownerId: string, doc: Pick<Doc, 'place' | 'revision'>, tokens: readonly string[]) => {
    const drop = (token: string) => {
      const request = new DeleteCommand({
        TableName,
        Key: posting(ownerId, token, doc.place),
        ConditionExpression: 'attribute_not_exists(revision) or revision <= :revision',
        ExpressionAttributeValues: { ':revision': doc.revision },
      })
      return conditionally(() => dynamo.send(request))
    }
    for (let at = 0; at < tokens.length; at += 25) await Promise.all(tokens.slice(at, at + 25).map(drop))
  }

  const putDoc = (imageId: string, doc: Doc) => {
    const request = new PutCommand({
      TableName,
      Item: { ...docKey(imageId), ...doc },
      ConditionExpression: 'attribute_not_exists(pk) or revision <= :revision',
      ExpressionAttributeValues: { ':revision': doc.revision },
      ReturnValues: 'ALL_OLD',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    return conditionally(() => dynamo.send(request))
  }

  /** Places of a posting list, newest first. `after` is a place already given. */
  const readPostings = async (pk: string, range: { from: string; to: string; after: string | undefined }) => {
    const request = new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk and sk between :from and :to',
      ExpressionAttributeValues: { ':pk': pk, ':from': range.from, ':to': range.to },
      ScanIndexForward: false,
      Limit: STEP,
      ...(range.after !== undefined && { ExclusiveStartKey: { pk, sk: range.after } }),
    })
    return ((await ask(() => dynamo.send(request))).Items ?? []).map(({ sk }) => String(sk))
  }

  return {
    async put(image) {
      const { id, ownerId, revision } = image
      const tokens = tokensOfImage(image)
      const doc: Doc = { revision, tokens, pixels: image.width * image.height, place: orderKey(image.createdAt, id) }
      // Postings first, the document next, what is stale last: a crash anywhere leaves postings too many, never too few.
      await batchWrite(dynamo, TableName, { put: postingsOf(tokens).map((token) => ({ ...posting(ownerId, token, doc.place), revision })) })
      const outcome = await putDoc(id, doc)
      const isNewest = 'done' in outcome
      const other = isNewest ? outcome.done.Attributes : outcome.refused
      const [stale, kept] = isNewest ? [tokensIn(other), tokens] : [tokens, tokensIn(other)]
      await dropPostings(ownerId, doc, [...new Set(postingsOf(stale)).difference(new Set(postingsOf(kept)))])
    },
    async remove({ id, ownerId }) {
      const [doc] = (await batchGet(dynamo, TableName, [docKey(id)])) as (Doc & Row)[]
      if (!doc) return
      await dropPostings(ownerId, doc, postingsOf(doc.tokens))
      await ask(() => dynamo.send(new DeleteCommand({ TableName, Key: docKey(id) })))
    },
    async query(query, { cursor, limit }) {
      const { words, beginning } = wantedWords(query.text ?? '')
      // Text of nothing but signs finds nothing: an empty answer is honester than everything.
      if (query.text?.trim() && words.length === 0 && !beginning) return { items: [] }
      // The longest word is the rarest, as far as one can tell without asking.
      const lists = [...words, ...(beginning ? [edgeOf(beginning, EDGES)] : [])].sort((a, b) => b.length - a.length)
      const wanted = new Set([...words, ...facetsOf(query)])
      const pk = `${query.ownerId}#${lists[0] ?? [...wanted][0] ?? '=all'}`
      const [from, to] = [orderKey(query.from ?? 0, ''), orderKey(query.to ?? LAST_MS, AFTER_IDS)]
      let after = cursor === undefined ? undefined : placeOf(cursor, ORDER_KEY)
      if (from > to || (after !== undefined && after <= from)) return { items: [] }
      if (after !== undefined && after > to) after = undefined
      const fits = (doc: Row | undefined) =>
        doc !== undefined &&
        wanted.isSubsetOf(new Set(tokensIn(doc))) &&
        (!beginning || tokensIn(doc).some((token) => token.startsWith(beginning))) &&
        Number(doc.pixels) >= (query.minPixels ?? 0) &&
        Number(doc.pixels) <= (query.maxPixels ?? Number.POSITIVE_INFINITY)

      const items: string[] = []
      for (let read = 0; read < MAX_CANDIDATES; read += STEP) {
        const places = await readPostings(pk, { from, to, after })
        const docs = await batchGet(
          dynamo,
          TableName,
          places.map((place) => docKey(imageIdOf(place))),
        )
        const byPlace = new Map(docs.map((doc) => [doc.place, doc]))
        for (const place of places) {
          if (!fits(byPlace.get(place))) continue
          // One more than asked for was found: there is a next page, and it begins after the last one given.
          if (items.length === limit) return { items, nextCursor: cursorOf(after!) }
          items.push(imageIdOf(place))
          after = place
        }
        if (places.length < STEP) return { items }
        after = items.length === limit ? after : places.at(-1)!
      }
      return { items, nextCursor: cursorOf(after!) }
    },
  }
}

const tokensIn = (doc: Row | undefined): string[] => (doc?.tokens as string[] | undefined) ?? []

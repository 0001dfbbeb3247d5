// Detections as one block of bytes: what the cache keeps on disk and what workers share. Reading it costs little, because a rule's parts are decoded when they are asked for; what is read is what was written.

import { isPlain } from '../engine/engine.ts'
import { Latest } from '../engine/latest.ts'
import { type Detection, levels, statuses } from '../ir/detection.ts'
import type { From, Pipeline } from '../ir/pipeline.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { Source } from '../text/source.ts'
import { Blocks, BlockWriter } from './blocks.ts'

/** Detections with the texts they are from and what was wrong with these. */
export interface RuleSet {
  readonly detections: readonly Detection[]
  readonly findings: readonly Diagnostic[]
  readonly sources: readonly Source[]
}

/** A rule set read from an image; `plain` tells the engine what it need not look at again. */
export interface ImageRules extends RuleSet {
  plain(detection: Detection): boolean
}

/** Bytes that may be shared among threads. */
export type ImageBytes = Uint8Array<ArrayBufferLike>

const magic = 0x4d495254
/** Raised when the layout changes. */
const layout = 3

/** The index of an image. `froms` and `kinds` are tables: what many detections share stands there once. */
interface Index {
  readonly names: readonly string[]
  readonly froms: readonly ClassFrom[]
  readonly kinds: readonly Kind[]
  /** Names of queries that are called otherwise than their document, by detection. */
  readonly queries: readonly (readonly [place: number, name: string])[]
  readonly findings: readonly StoredFinding[]
  /** Texts that are no part of a document as it stands: queries that a document folds, escapes or names otherwise. */
  readonly texts: readonly StoredOwn[]
}

/** A text of its own, and where it stands in a larger one where it does. */
interface StoredOwn {
  readonly name: string
  readonly text: string
  readonly in?: StoredSource
  readonly at?: number
}

type ClassFrom = From & { readonly kind: 'class' }

interface Kind {
  readonly schema: string
  readonly silent?: boolean
  readonly rules?: Pipeline['rules']
  readonly format: string
  readonly language: string
}

/** The numbers of one detection, one behind the other: -1 in `from` is a query of several events, in `at` one that is all of its document; -2 in `at` is the text of its own that `end` counts. */
const columns = ['level', 'status', 'kind', 'from', 'document', 'at', 'end', 'queryEnd', 'moreEnd'] as const
const width = columns.length
type Column = (typeof columns)[number]
const column = Object.fromEntries(columns.map((name, place) => [name, place])) as Readonly<Record<Column, number>>

/** A document by its place, a part of one, or (`own`) a text of the index. */
type StoredSource =
  | number
  | { readonly own: number }
  | { readonly name: string; readonly in: StoredSource; readonly at: number; readonly end: number }

interface StoredFinding extends Omit<Diagnostic, 'source'> {
  readonly source?: StoredSource
}

/** What a detection has besides its query and the table. */
type More = Omit<Detection, 'level' | 'status' | 'query' | 'schema' | 'silent' | 'written'>

/** Gives each value a place in a table; values with the same key are one. */
function tableOf<T>(): { readonly all: T[]; place(key: string, value: T): number } {
  const places = new Map<string, number>()
  const all: T[] = []
  return {
    all,
    place(key, value) {
      let place = places.get(key)
      if (place === undefined) {
        place = all.push(value) - 1
        places.set(key, place)
      }
      return place
    },
  }
}

/** A rule set as bytes; undefined when something in it would not be the same when it is read back. */
export function writeImage({ detections, findings, sources }: RuleSet): Uint8Array | undefined {
  const places = new Map(sources.map((source, place) => [source, place]))
  const body = new BlockWriter()
  const numbers: number[] = []
  for (const source of sources) {
    if (source.inside !== undefined) return undefined
    numbers.push(body.add(source.text))
  }
  const sourceOf = (source: Source): StoredSource | undefined => {
    const place = places.get(source)
    if (place !== undefined) return place
    const known = ownPlaces.get(source)
    if (known !== undefined) return { own: known }
    const outer = source.inside === undefined ? undefined : sourceOf(source.inside.source)
    if (source.inside !== undefined && outer !== undefined) {
      const { at } = source.inside
      const end = at + source.text.length
      if (source.inside.source.text.slice(at, end) === source.text) return { name: source.name, in: outer, at, end }
      return { own: ownPlace(source, { name: source.name, text: source.text, in: outer, at }) }
    }
    return source.inside === undefined ? { own: ownPlace(source, { name: source.name, text: source.text }) } : undefined
  }
  const texts: StoredOwn[] = []
  const ownPlaces = new Map<Source, number>()
  const ownPlace = (source: Source, stored: StoredOwn): number => {
    const place = texts.push(stored) - 1
    ownPlaces.set(source, place)
    return place
  }
  const froms = tableOf<ClassFrom>()
  const kinds = tableOf<Kind>()
  const queries: [number, string][] = []
  const rows: Omit<Record<Column, number>, 'moreEnd'>[] = []
  const rest: string[] = []
  for (const [place, detection] of detections.entries()) {
    const { level, status, query, schema, silent, written, ...more } = detection
    const document = places.get(written.document)
    if (document === undefined) return undefined
    // A query is a part of its document, or is all of it.
    let at = -1
    let end = -1
    if (written.query !== written.document) {
      const stored = sourceOf(written.query)
      if (stored === undefined) return undefined
      if (typeof stored === 'object' && 'own' in stored) {
        at = -2
        end = stored.own
      } else if (typeof stored === 'object' && stored.in === document) {
        at = stored.at
        end = stored.end
        if (written.query.name !== written.document.name) queries.push([place, written.query.name])
      } else return undefined
    }
    const { rules: format, language } = written
    const kind: Kind = { schema, silent, rules: query.rules, format, language }
    const asked = exactJson(query)
    const told = exactJson(more)
    if (asked === undefined || told === undefined) return undefined
    const from = query.from.kind === 'class' && isPlain(detection) ? froms.place(JSON.stringify(query.from), query.from) : -1
    // Queries stand side by side, because those of one log source are asked for together; what else there is of rules behind them.
    const row = { kind: kinds.place(JSON.stringify(kind), kind), from, document, at, end, queryEnd: body.add(asked) }
    rows.push({ ...row, level: levels.indexOf(level), status: statuses.indexOf(status) })
    rest.push(told)
  }
  for (const [place, row] of rows.entries()) {
    const all: Readonly<Record<Column, number>> = { ...row, moreEnd: body.add(rest[place]!) }
    for (const name of columns) numbers.push(all[name])
  }
  const told: StoredFinding[] = []
  for (const { source, ...finding } of findings) {
    const stored = source === undefined ? undefined : sourceOf(source)
    if (source !== undefined && stored === undefined) return undefined
    told.push({ ...finding, source: stored })
  }
  const names = sources.map(source => source.name)
  const index = exactJson({ names, froms: froms.all, kinds: kinds.all, queries, findings: told, texts } satisfies Index)
  if (index === undefined || body.size > largestBody) return undefined
  const indexBytes = Buffer.from(index)
  const { ends, packed, size } = body.finish()
  const head = Uint32Array.of(magic, layout, sources.length, detections.length, ends.length, indexBytes.length, size)
  return Buffer.concat([bytesOf(head), bytesOf(Int32Array.from(numbers)), bytesOf(ends), indexBytes, ...packed])
}

const headWords = 7
const headSize = 4 * headWords
const largestBody = 1 << 30

function bytesOf(words: Uint32Array | Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
}

/** The rule set of an image; undefined when the bytes are not one of this layout, or its index is not sound. The bytes are kept and must not change. */
export function readImage(image: ImageBytes): ImageRules | undefined {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength)
  if (bytes.length < headSize) return undefined
  const head = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + headSize))
  const [kind, form, sourceCount = 0, count = 0, endCount = 0, indexSize = 0, size = 0] = head
  if (kind !== magic || form !== layout) return undefined
  const numbersEnd = headSize + 4 * (sourceCount + width * count)
  const endsEnd = numbersEnd + 4 * endCount
  const indexEnd = endsEnd + indexSize
  if (indexEnd + size !== bytes.length) return undefined
  const wordsOf = (from: number, to: number) => new Int32Array(bytes.buffer.slice(bytes.byteOffset + from, bytes.byteOffset + to))
  const numbers = wordsOf(headSize, numbersEnd)
  const ends = wordsOf(numbersEnd, endsEnd)
  const index = readIndex(bytes.toString('utf8', endsEnd, indexEnd))
  if (index === undefined || !Blocks.areSound(ends, size)) return undefined
  const body = new Blocks(ends, bytes.subarray(indexEnd))
  if (!areSound(numbers, index, sourceCount, count, body)) return undefined
  const texts = numbers.subarray(0, sourceCount)
  const sources = index.names.map(
    (name, place): Source => new StoredText(name, body, place === 0 ? 0 : texts[place - 1]!, texts[place]!),
  )
  const shelf: Shelf = {
    body,
    index,
    rows: numbers.subarray(sourceCount),
    textsEnd: texts.at(-1) ?? 0,
    queriesEnd: numbers.length === sourceCount ? 0 : numbers.at(column.queryEnd - width)!,
    sources,
    queries: new Map(index.queries),
    latest: new Latest(),
    own: place => ownOf(place),
  }
  const detections: StoredDetection[] = []
  for (let place = 0; place < count; place++) detections.push(new StoredDetection(shelf, place))
  const made = new Map<number, Source>()
  const ownOf = (place: number): Source => {
    let own = made.get(place)
    if (own === undefined) {
      const { name, text, in: outer, at } = index.texts[place]!
      own = { name, text, ...(outer === undefined ? {} : { inside: { source: sourceOf(outer), at: at ?? 0 } }) }
      made.set(place, own)
    }
    return own
  }
  const sourceOf = (stored: StoredSource): Source => {
    if (typeof stored === 'number') return sources[stored]!
    if ('own' in stored) return ownOf(stored.own)
    const source = sourceOf(stored.in)
    return { name: stored.name, text: source.text.slice(stored.at, stored.end), inside: { source, at: stored.at } }
  }
  let findings: readonly Diagnostic[]
  try {
    findings = index.findings.map(
      ({ source, ...finding }): Diagnostic => (source === undefined ? finding : { ...finding, source: sourceOf(source) }),
    )
  } catch {
    // A block that is not what it was: these texts are looked at at once.
    return undefined
  }
  return {
    detections,
    findings,
    sources,
    plain: detection => detection instanceof StoredDetection && detection.plain,
  }
}

/** What the detections of an image are read from. */
interface Shelf {
  readonly body: Blocks
  readonly index: Index
  readonly rows: Int32Array
  readonly textsEnd: number
  readonly queriesEnd: number
  readonly sources: readonly Source[]
  readonly queries: ReadonlyMap<number, string>
  /** Stages of which nobody needs two at a time: a hunt makes tables of them and lets them go. */
  readonly latest: Latest<Pipeline['stages']>
  /** A text of the index. */
  own(place: number): Source
}

/** A text that is decoded when it is asked for. */
class StoredText implements Source {
  readonly name: string
  readonly #body: Blocks
  readonly #start: number
  readonly #end: number
  #text: string | undefined

  constructor(name: string, body: Blocks, start: number, end: number) {
    this.name = name
    this.#body = body
    this.#start = start
    this.#end = end
  }

  get text(): string {
    this.#text ??= this.#body.text(this.#start, this.#end)
    return this.#text
  }
}

/** A detection whose parts are decoded when they are asked for. They are no properties of its own: a copy by `...` has none of them. */
class StoredDetection implements Detection {
  readonly #shelf: Shelf
  readonly #place: number
  #query: Pipeline | undefined
  #more: More | undefined
  #written: Detection['written'] | undefined

  constructor(shelf: Shelf, place: number) {
    this.#shelf = shelf
    this.#place = place
  }

  #number(name: Column): number {
    return this.#shelf.rows[width * this.#place + column[name]]!
  }

  get #kind(): Kind {
    return this.#shelf.index.kinds[this.#number('kind')]!
  }

  #decode(start: number, end: number): unknown {
    return parseExact(this.#shelf.body.text(start, end))
  }

  /** Where what ends at a column begins: where that of the detection before ends. */
  #start(name: 'queryEnd' | 'moreEnd'): number {
    const { rows, textsEnd, queriesEnd } = this.#shelf
    if (this.#place === 0) return name === 'queryEnd' ? textsEnd : queriesEnd
    return rows[width * (this.#place - 1) + column[name]]!
  }

  #whole(): Pipeline {
    return this.#decode(this.#start('queryEnd'), this.#number('queryEnd')) as Pipeline
  }

  get #rest(): More {
    this.#more ??= this.#decode(this.#start('moreEnd'), this.#number('moreEnd')) as More
    return this.#more
  }

  /** Whether it asks one question of single events, and can be run. */
  get plain(): boolean {
    return this.#number('from') !== -1
  }

  get query(): Pipeline {
    if (this.#query === undefined) {
      const from = this.#shelf.index.froms[this.#number('from')]
      if (from === undefined) this.#query = this.#whole()
      else {
        const { rules } = this.#kind
        const stages = () => this.#shelf.latest.of(this, () => this.#whole().stages)
        this.#query = {
          from,
          get stages() {
            return stages()
          },
          ...(rules === undefined ? {} : { rules }),
        }
      }
    }
    return this.#query
  }

  get written(): Detection['written'] {
    if (this.#written === undefined) {
      const document = this.#shelf.sources[this.#number('document')]!
      const at = this.#number('at')
      const name = this.#shelf.queries.get(this.#place) ?? document.name
      const end = this.#number('end')
      const query = at === -2 ? this.#shelf.own(end) : at === -1 ? document : new StoredPart(name, document, at, end)
      const { format: rules, language } = this.#kind
      this.#written = { document, rules, language, query }
    }
    return this.#written
  }

  get level(): Detection['level'] {
    return levels[this.#number('level')]!
  }
  get status(): Detection['status'] {
    return statuses[this.#number('status')]!
  }
  get schema(): string {
    return this.#kind.schema
  }
  get silent(): boolean | undefined {
    return this.#kind.silent
  }
  get id(): string {
    return this.#rest.id
  }
  get name(): string | undefined {
    return this.#rest.name
  }
  get title(): string {
    return this.#rest.title
  }
  get description(): string {
    return this.#rest.description
  }
  get attack(): readonly string[] {
    return this.#rest.attack
  }
  get authors(): readonly string[] {
    return this.#rest.authors
  }
  get references(): readonly string[] {
    return this.#rest.references
  }
  get falsePositives(): readonly string[] {
    return this.#rest.falsePositives
  }
  get created(): string | undefined {
    return this.#rest.created
  }
  get modified(): string | undefined {
    return this.#rest.modified
  }
  get risk(): Detection['risk'] {
    return this.#rest.risk
  }
  get tests(): Detection['tests'] {
    return this.#rest.tests
  }
  get rest(): Detection['rest'] {
    return this.#rest.rest
  }
}

/** A part of a text that is cut out when it is asked for. */
class StoredPart implements Source {
  readonly name: string
  readonly inside: { readonly source: Source; readonly at: number }
  readonly #end: number

  constructor(name: string, source: Source, at: number, end: number) {
    this.name = name
    this.inside = { source, at }
    this.#end = end
  }

  get text(): string {
    return this.inside.source.text.slice(this.inside.at, this.#end)
  }
}

/** The index, when it has the form of one. */
function readIndex(text: string): Index | undefined {
  let read: unknown
  try {
    read = parseExact(text)
  } catch {
    return undefined
  }
  return isIndex(read) ? read : undefined
}

function isIndex(value: unknown): value is Index {
  if (!isObject(value)) return false
  const { names, froms, kinds, queries, findings, texts } = value
  return (
    isList(names) &&
    names.every(isText) &&
    isList(froms) &&
    froms.every(from => isObject(from) && from.kind === 'class' && isObject(from.class)) &&
    isList(kinds) &&
    kinds.every(kind => isObject(kind) && [kind.schema, kind.format, kind.language].every(isText)) &&
    isList(queries) &&
    queries.every(one => isList(one) && Number.isInteger(one[0]) && isText(one[1])) &&
    isList(findings) &&
    isList(texts) &&
    texts.every((own, place) => isOwn(own, names.length, place)) &&
    findings.every(finding => isFinding(finding, names.length, texts.length))
  )
}

/** Whether the numbers point at what is there, and places in the body rise to its end: texts, then queries, then the rest. */
function areSound(numbers: Int32Array, index: Index, sources: number, count: number, body: Blocks): boolean {
  if (index.names.length !== sources || numbers.length !== sources + width * count) return false
  let last = 0
  const rises = (place: number): boolean => {
    const sound = body.holds(last, place)
    last = place
    return sound
  }
  for (let place = 0; place < sources; place++) if (!rises(numbers[place]!)) return false
  for (let row = sources; row < numbers.length; row += width) if (!rises(numbers[row + column.queryEnd]!)) return false
  for (let row = sources; row < numbers.length; row += width) {
    if (!rises(numbers[row + column.moreEnd]!)) return false
    const from = numbers[row + column.from]!
    const at = numbers[row + column.at]!
    const end = numbers[row + column.end]!
    if (!within(numbers[row + column.level]!, levels.length) || !within(numbers[row + column.status]!, statuses.length))
      return false
    if (!within(numbers[row + column.kind]!, index.kinds.length) || (from !== -1 && !within(from, index.froms.length)))
      return false
    if (!within(numbers[row + column.document]!, sources) || at < -2 || end < at) return false
    if (at === -2 && !within(end, index.texts.length)) return false
  }
  return last === body.size
}

const within = (place: number, count: number): boolean => place >= 0 && place < count

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string'

function isFinding(value: unknown, sources: number, texts: number): boolean {
  if (!isObject(value) || !isText(value.code) || !isText(value.message)) return false
  return (
    ['error', 'warning', 'note'].includes(String(value.severity)) &&
    (value.source === undefined || isSource(value.source, sources, texts))
  )
}

/** Whether something points at a document, a part of one, or one of the first `texts` texts. */
function isSource(value: unknown, sources: number, texts: number): boolean {
  let source = value
  for (let depth = 0; isObject(source) && depth < 8; depth++) {
    if (Object.hasOwn(source, 'own')) return Number.isInteger(source.own) && Number(source.own) >= 0 && Number(source.own) < texts
    if (!isText(source.name) || !Number.isInteger(source.at) || !Number.isInteger(source.end)) return false
    source = source.in
  }
  return Number.isInteger(source) && Number(source) >= 0 && Number(source) < sources
}

/** Whether something is a text that stands in no text behind it, so that none stands in itself. */
function isOwn(value: unknown, sources: number, place: number): boolean {
  if (!isObject(value) || !isText(value.name) || !isText(value.text)) return false
  return value.in === undefined || (Number.isInteger(value.at) && isSource(value.in, sources, place))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Marks a value that JSON has no word for: the only key of an object. */
const mark = '\u0001'

/**
 * JSON of a value that reads back the same; undefined for one that would not. Numbers that JSON has no word for are marked, and the text
 * then begins with the mark. A key without a value is as good as none.
 */
function exactJson(value: unknown): string | undefined {
  try {
    const text = JSON.stringify(value)
    // What JSON cannot say it writes as null, and so does whoever means null.
    if (!text.includes('null')) return text
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  let exact = true
  const words = new WeakSet<object>()
  let marked = false
  const word = (of: bigint | number) => {
    marked = true
    const made = { [mark]: String(of) }
    words.add(made)
    return made
  }
  const text = JSON.stringify(value, function (this: object, key, inner: unknown) {
    if (key === mark && !words.has(this)) exact = false
    switch (typeof inner) {
      case 'bigint':
        return word(inner)
      case 'number':
        return Number.isFinite(inner) ? inner : word(inner)
      case 'object':
        if (Array.isArray(inner) && inner.includes(undefined)) exact = false
        return inner
      case 'function':
      case 'symbol':
        exact = false
        return null
      default:
        return inner
    }
  })
  if (!exact) return undefined
  return marked ? mark + text : text
}

/** What `exactJson` wrote. */
function parseExact(text: string): unknown {
  if (!text.startsWith(mark)) return JSON.parse(text)
  return JSON.parse(text.slice(mark.length), (_, inner: unknown) => {
    if (!isObject(inner) || !Object.hasOwn(inner, mark)) return inner
    const word = inner[mark]
    if (typeof word !== 'string') return inner
    return /^-?\d+$/.test(word) ? BigInt(word) : Number(word)
  })
}

// Detections → the facts of a whole collection: what the pages of a catalog, the coverage of ATT&CK and other tools are made of.

import { attackAttribution, attackVersion } from './attack/index.ts'
import { type Atomic, codes as atomicCodes, readAtomics, signalOf } from './catalog/atomics.ts'
import { collect, type Held } from './catalog/collect.ts'
import type { Catalog, Shelf } from './catalog/collection.ts'
import type { AtomicFact, Entry, NoiseFact, RelatedFact } from './catalog/entry.ts'
import { declaredOf, type Gist, gistOf } from './catalog/gist.ts'
import { type Looked, lookedFor } from './catalog/indicators.ts'
import { type Corpus, type Measured, measure, stopIfAborted } from './catalog/noise.ts'
import { documentsOf, type OwnFacts, ownFacts } from './catalog/own.ts'
import { relationsOf } from './catalog/relations.ts'
import { slugsOf } from './catalog/slug.ts'
import { sha256 } from './engine/specials/digests.ts'
import type { Detection } from './ir/detection.ts'
import { targets as allTargets, type Target } from './targets.ts'
import type { Diagnostic } from './text/diagnostic.ts'
import type { Source } from './text/source.ts'

export type { Brief, Catalog, Shelf } from './catalog/collection.ts'
export type { Entry } from './catalog/entry.ts'
export { Aborted, type Corpus } from './catalog/noise.ts'

export const codes: Readonly<Record<string, string>> = { ...atomicCodes }

/** Texts by key. What was written under a key is read back, or nothing. */
export interface Store {
  read(key: string): string | undefined
  write(key: string, text: string): void
}

/** What a catalog is made with, beside the detections. */
export interface CatalogOptions {
  /** Default: all. */
  readonly targets?: readonly Target[]
  /** Rules beside the collection, over which indicators are counted too. */
  readonly corpus?: readonly Detection[]
  /** The documents that were read, for the parts of correlations that lie in other files. */
  readonly documents?: readonly Source[]
  /** Files of Atomic Red Team's tests. */
  readonly atomics?: readonly Source[]
  /** Logs on which it is counted how often rules fire. */
  readonly events?: readonly Corpus[]
  /** Longer texts of packs, in Markdown: the folder they lie in, a title and the text. */
  readonly texts?: readonly { readonly folder: string; readonly title: string; readonly markdown: string }[]
  /** Bodies of macros, and what lookups and lists are, by name. */
  readonly names?: ReadonlyMap<string, { readonly body?: string; readonly description?: string }>
  /** What could not be read before. */
  readonly problems?: readonly Diagnostic[]
  /** Where facts are kept between builds, and what tells one state of the code from another. Default: for this call alone. */
  readonly store?: Store
  readonly salt?: string
  /** A digest of a text, hexadecimal; the host's own is faster. Default: SHA-256. */
  readonly hash?: (of: string) => string
  /** Makes the own facts of detections that are not in the store, where that is shared among threads. They are written to the store as they are made. */
  readonly crew?: (work: readonly Work[], progress: () => void) => Promise<void>
  /** Told how many detections are done. */
  readonly progress?: (done: number, of: number) => void
  readonly signal?: AbortSignal
}

/** A detection whose facts are wanted under a key. */
export interface Work {
  readonly place: number
  readonly key: string
}

const writable = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

/** A content key: everything that the facts of a detection rest on. */
function keyOf(
  detection: Detection,
  documents: readonly Source[],
  options: CatalogOptions,
  hash: (of: string) => string,
): string {
  const others = documents.slice(1).map(document => [document.name, document.text])
  const targets = (options.targets ?? allTargets).map(target => target.id)
  return hash(JSON.stringify([options.salt ?? '', targets, detection, others], writable))
}

function memoryStore(): Store {
  const texts = new Map<string, string>()
  return { read: key => texts.get(key), write: (key, text) => void texts.set(key, text) }
}

/** The facts of a detection by itself, as they are kept: the whole, and what the collection's pages need of it. */
export async function makeFacts(
  detection: Detection,
  documents: readonly Source[],
  settings: { readonly targets: readonly Target[]; readonly hash: (of: string) => string },
): Promise<{ readonly own: OwnFacts; readonly gist: Gist }> {
  const own = await ownFacts(detection, { documents, ...settings })
  return { own, gist: gistOf(own, declaredOf(detection.rest)) }
}

/** The names under which the two are kept. */
export const ownName = (key: string): string => `own-${key}`
export const gistName = (key: string): string => `gist-${key}`

/**
 * The facts of a collection. What rests on one detection alone is made once and kept in the store; indicators, relations, noise and atomic tests are joined
 * with it when the entry is asked for. Rejects with `Aborted` when the signal is.
 */
export async function catalog(detections: readonly Detection[], options: CatalogOptions = {}): Promise<Shelf> {
  const hash = options.hash ?? sha256
  const targets = options.targets ?? allTargets
  const store = options.store ?? memoryStore()
  const byName = new Map((options.documents ?? []).map(document => [document.name, document]))
  const documents = detections.map(detection => documentsOf(detection, byName))
  const keys = detections.map((detection, place) => keyOf(detection, documents[place]!, options, hash))
  const settings = { targets, hash }

  const gists: (Gist | undefined)[] = keys.map(key => parsed<Gist>(store.read(gistName(key))))
  const work = gists.flatMap((gist, place) => (gist === undefined ? [{ place, key: keys[place]! }] : []))
  let done = detections.length - work.length
  const progress = (): void => options.progress?.(++done, detections.length)
  options.progress?.(done, detections.length)
  if (options.crew !== undefined && work.length > 0) {
    await options.crew(work, progress)
    for (const { place, key } of work) gists[place] = parsed<Gist>(store.read(gistName(key)))
  }
  for (const { place, key } of work) {
    if (gists[place] !== undefined) continue
    stopIfAborted(options.signal)
    const { own, gist } = await makeFacts(detections[place]!, documents[place]!, settings)
    store.write(ownName(key), JSON.stringify(own))
    store.write(gistName(key), JSON.stringify(gist))
    gists[place] = gist
    progress()
    // Other work of the host comes between rules.
    if (options.signal !== undefined) await new Promise<void>(resolve => resolve())
  }
  stopIfAborted(options.signal)

  const known = gists as readonly Gist[]
  const slugs = slugsOf(detections)
  const { related, never, kept } = relationsOf(detections, keys, store.read('relations'))
  store.write('relations', kept)
  const { atomics, diagnostics } = readAtomics(options.atomics ?? [])
  const measured: Measured[] = []
  for (const corpus of options.events ?? []) measured.push(await measure(detections, keys, corpus, store, options.signal))

  const relations: RelatedFact[][] = detections.map(() => [])
  for (const { of, other, relation, ...events } of related)
    relations[of]!.push({
      slug: slugs[other]!.slug,
      id: detections[other]!.id,
      title: detections[other]!.title,
      level: detections[other]!.level,
      relation,
      by: 'proof',
      ...events,
    })
  declareRelations(detections, known, slugs, relations)

  const byTechnique = new Map<string, Atomic[]>()
  for (const atomic of atomics) byTechnique.set(atomic.technique, [...(byTechnique.get(atomic.technique) ?? []), atomic])
  const signals: AtomicFact[][] = []
  for (const [place, detection] of detections.entries()) {
    const facts: AtomicFact[] = []
    for (const technique of new Set(detection.attack))
      for (const atomic of byTechnique.get(technique) ?? []) {
        const { events: _, ...rest } = atomic
        facts.push({
          ...rest,
          signal: (await signalOf(detection, atomic)).filter(one => one.fires || isOf(known[place]!, one.event)).slice(0, 6),
        })
      }
    signals.push(facts)
  }

  const corpus = (options.corpus ?? []).map(detection => ({
    title: detection.title,
    file: detection.written.document.name,
    format: detection.written.rules,
    looked: lookedFor(detection),
  }))
  const held: Held = {
    detections,
    gists: known,
    slugs,
    relations,
    signals,
    noise: noiseOf(measured, detections.length),
    measured,
    atomics,
    never: new Set(never),
    corpus,
    targets,
    names: options.names ?? new Map(),
    texts: options.texts ?? [],
    problems: [...(options.problems ?? []), ...diagnostics],
    keys,
    hash,
  }
  const collected = collect(held)
  const whole: Catalog = { attack: { version: attackVersion, attribution: attackAttribution }, ...collected.catalog }
  const places = new Map(slugs.map(({ slug }, place) => [slug, place]))
  return {
    catalog: whole,
    async entry(slug) {
      const place = places.get(slug)
      if (place === undefined) throw new RangeError(`no rule "${slug}" in the catalog`)
      const kept = parsed<OwnFacts>(store.read(ownName(keys[place]!)))
      const own = kept ?? (await makeFacts(detections[place]!, documents[place]!, settings)).own
      return joined(
        own,
        place,
        held,
        collected.counts,
        collected.digests[place]!,
        collected.complete[place]!,
        collected.textsOf(place),
      )
    },
  }
}

/** Whether an event is of a log source that a rule reads, as far as its fields tell. */
function isOf(gist: Gist, event: Readonly<Record<string, unknown>>): boolean {
  const script = Object.hasOwn(event, 'ScriptBlockText')
  return gist.brief.sources.some(key => (script ? /ps_script|powershell/.test(key) : /process_creation/.test(key)))
}

function parsed<T>(text: string | undefined): T | undefined {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as T
  } catch {
    return undefined
  }
}

/** What documents say of other rules, and which rules a correlation stands on. */
function declareRelations(
  detections: readonly Detection[],
  gists: readonly Gist[],
  slugs: readonly { readonly slug: string }[],
  relations: RelatedFact[][],
): void {
  const byId = new Map<string, number>()
  for (const [place, { id, name }] of detections.entries()) {
    if (!byId.has(id)) byId.set(id, place)
    if (name !== undefined && !byId.has(name)) byId.set(name, place)
  }
  const other = (id: string): Pick<RelatedFact, 'slug' | 'id' | 'title' | 'level'> => {
    const place = byId.get(id)
    if (place === undefined) return { id }
    return {
      slug: slugs[place]!.slug,
      id: detections[place]!.id,
      title: detections[place]!.title,
      level: detections[place]!.level,
    }
  }
  for (const [place, gist] of gists.entries()) {
    for (const { id, relation } of gist.declared) relations[place]!.push({ ...other(id), relation, by: 'document' })
    const said = detections[place]!.rest.correlation
    const rules = typeof said === 'object' && said !== null && 'rules' in said ? said.rules : undefined
    const named = (Array.isArray(rules) ? (rules as readonly unknown[]) : [rules]).filter(
      (one): one is string => typeof one === 'string',
    )
    for (const name of named) {
      relations[place]!.push({ ...other(name), relation: 'uses', by: 'document' })
      const at = byId.get(name)
      if (at !== undefined) {
        const { id, title, level } = detections[place]!
        relations[at]!.push({ slug: slugs[place]!.slug, id, title, level, relation: 'used by', by: 'document' })
      }
    }
  }
}

function noiseOf(measured: readonly Measured[], count: number): readonly (readonly NoiseFact[])[] {
  return Array.from({ length: count }, (_, place) =>
    measured.flatMap(({ corpus, events, rules }) => {
      const one = rules[place]
      if (one === undefined || events === 0) return []
      const perMillion = Math.round((one.hits / events) * 1e8) / 100
      return [{ corpus, events, asked: one.asked, hits: one.hits, perMillion }]
    }),
  )
}

/** An entry whole. */
function joined(
  own: OwnFacts,
  place: number,
  held: Held,
  counts: ReadonlyMap<string, number>,
  digest: string,
  complete: Entry['completeness'],
  texts: Entry['guidance']['texts'],
): Entry {
  const { looked, tactics: _, ...facts } = own
  const corpusOf = (one: Looked): number => Math.max(0, (counts.get(`${one.negated} ${one.key}`) ?? 1) - 1)
  const indicators = new Map<
    string,
    { field: string; kind: string; negated: boolean; values: Entry['indicators'][number]['values'][number][] }
  >()
  const known = new Map<string, number>()
  for (const one of looked) {
    const id = `${one.negated} ${one.field} ${one.kind}`
    const row = indicators.get(id) ?? { field: one.field, kind: one.kind, negated: one.negated, values: [] }
    indicators.set(id, row)
    const corpus = corpusOf(one)
    row.values.push({ value: one.value, corpus, key: one.key })
    known.set(`${id} ${one.value}`, corpus)
  }
  const { slug, aliases } = held.slugs[place]!
  const names = facts.names.map(name => ({ ...name, ...held.names.get(name.name) }))
  return {
    digest,
    slug,
    aliases,
    ...facts,
    names,
    guidance: { ...facts.guidance, texts: [...facts.guidance.texts, ...texts] },
    predicates: facts.predicates.map(one => ({
      ...one,
      corpus: known.get(`${one.negated} ${one.field} ${one.op} ${one.value}`) ?? 0,
    })),
    indicators: [...indicators.values()],
    related: held.relations[place]!,
    atomics: held.signals[place]!,
    noise: held.noise[place]!,
    completeness: complete,
  }
}

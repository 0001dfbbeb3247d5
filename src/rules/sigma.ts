// Sigma documents → detections: rules, correlations, filters, several in a file, and the collection actions of old files.

import type { Detection } from '../ir/detection.ts'
import type { EventClass, Pipeline } from '../ir/pipeline.ts'
import type { ParseContext } from '../languages/language.ts'
import { codes as languageCodes, type Reader } from '../languages/sigma/codes.ts'
import { readCorrelation } from '../languages/sigma/correlation.ts'
import { eventClassOf, readDetection, unreadable } from '../languages/sigma/detection.ts'
import { documents, entry, type MapEntry, type MapNode, type YamlDocument } from '../languages/sigma/yaml.ts'

export { entry, type ListNode, type MapNode, type ScalarNode, type YamlNode } from '../languages/sigma/yaml.ts'

import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import type { Source, Span } from '../text/source.ts'
import { keySpan, type Notes, note, readMetadata, textOf, textsOf } from './metadata.ts'
import type { RuleFormat } from './rules.ts'
import { write } from './sigma-write.ts'

export const codes: Readonly<Record<string, string>> = {
  ...languageCodes,
  RUL001: 'a document is no Sigma rule',
  RUL002: 'a collection action does not exist',
  RUL003: 'a part of a rule has the wrong form',
  RUL005: 'a rule is written in another taxonomy',
  RUL006: 'a correlation cannot be read',
  RUL007: 'the condition of a correlation cannot be read',
  RUL008: 'a timespan is missing or cannot be read',
  RUL009: 'a test of a rule cannot be read',
  RUL010: 'the risk of a rule cannot be read',
  RUL011: 'a filter does not say which rules it is for',
  RUL201: 'a rule has no title',
  RUL202: 'a rule has no log source',
  RUL203: 'a level or status does not exist',
  RUL204: 'a correlation would have to report groups without events',
  RUL205: 'a correlation has a key that means nothing',
  RUL206: 'an alias speaks of a rule that the correlation does not list',
  RUL207: 'a rule of a correlation is not used by its condition',
}

/** Keys at the start of a line that Sigma documents have, and those that other rule formats have. */
const marks = /^(?:["']?(detection|correlation|filter)["']?[ \t]*:|action[ \t]*:[ \t]*global)/m
const others = /^(?:search|query|queryFrequency|queryPeriod|trigger|rule)[ \t]*:/m

function detect(source: Source): number {
  const text = source.text.length > 262_144 ? source.text.slice(0, 262_144) : source.text
  const named = /\.ya?ml$/i.test(source.name)
  if (!marks.test(text))
    return named && /^[ \t]+detection[ \t]*:/m.test(text) ? 0.5 : named && /^(?:title|logsource)[ \t]*:/m.test(text) ? 0.3 : 0
  if (others.test(text)) return 0.4
  return /^["']?(?:title|logsource)["']?[ \t]*:/m.test(text) ? 0.95 : 0.7
}

/**
 * Sigma (specification 2.1.0). Spans of a query are offsets into `written.document`, the whole file; `written.query` is the
 * detection section within it. A correlation refers to rules by `From.rule`, and a filter is a silent detection whose
 * `rest.filter` names the rules it is for: `rules/link.ts` joins both with the rules. What cannot be read is reported; its rule
 * is listed with an opaque query that gives the reason, and the other documents of the file are read all the same.
 */
export const sigmaRules: RuleFormat = { id: 'sigma', title: 'Sigma', detect, read, write, codes }

function read(source: Source, context: ParseContext = {}): Outcome<readonly Detection[]> {
  const diagnostics: Diagnostic[] = []
  const parsed = documents(source)
  diagnostics.push(...parsed.diagnostics)
  const notes: Notes = { source, diagnostics }
  const detections: Detection[] = []
  for (const { map, place } of rulesIn(parsed.documents, notes)) {
    const detection = readDocument(map, place, context, notes)
    if (detection !== undefined) detections.push(detection)
  }
  return { value: detections, diagnostics }
}

/** The maps of a file that are rules, with what `action` lays over them, and their places among its documents. */
function rulesIn(parsed: readonly YamlDocument[], notes: Notes): { readonly map: MapNode; readonly place: number }[] {
  const found: { map: MapNode; place: number }[] = []
  let global: MapNode | undefined
  let previous: MapNode | undefined
  for (const [place, { root }] of parsed.entries()) {
    if (root === undefined) continue
    if (root.kind !== 'map') {
      if (textOf(root) !== undefined || root.kind === 'list') note(notes, 'RUL001', 'error', 'a rule is a map of keys', root.span)
      continue
    }
    const written = entry(root, 'action')
    const action = textOf(written?.value)
    if (written !== undefined && (action === undefined || !['global', 'reset', 'repeat'].includes(action))) {
      const hint = 'actions are global, reset and repeat'
      note(notes, 'RUL002', 'error', `there is no action "${action ?? ''}"`, written.value.span, hint)
      continue
    }
    if (action === 'reset') global = undefined
    if (action === 'reset' && root.entries.length === 1) continue
    if (action === 'global') {
      global = root
      continue
    }
    let map = root
    if (action === 'repeat') {
      if (previous === undefined) {
        note(notes, 'RUL002', 'error', 'there is no rule before this one to repeat', keySpan(root, 'action'))
        continue
      }
      map = merge(previous, root)
    } else if (global !== undefined && entry(root, 'correlation') === undefined && entry(root, 'filter') === undefined) {
      map = merge(root, global)
    }
    previous = map
    found.push({ map, place })
  }
  if (found.length === 0 && global !== undefined && notes.diagnostics.length === 0) {
    note(notes, 'RUL001', 'error', 'the file has a global part and no rule', keySpan(global, 'action'))
  }
  return found
}

const written = new WeakMap<Source, ReadonlyMap<number, MapNode>>()

/** The document that a Sigma detection was read from, as it is written; undefined for a detection of another format. */
export function documentOf(detection: Detection): MapNode | undefined {
  const { document, rules, query } = detection.written
  if (rules !== 'sigma' || query.inside === undefined) return undefined
  let maps = written.get(document)
  if (maps === undefined) {
    const found = new Map<number, MapNode>()
    for (const { map } of rulesIn(documents(document).documents, { source: document, diagnostics: [] })) {
      const kind = sections.find(name => entry(map, name) !== undefined)
      if (kind !== undefined) found.set(entry(map, kind)!.value.span.start, map)
    }
    maps = found
    written.set(document, maps)
  }
  return maps.get(query.inside.at)
}

/** A map with another laid over it, maps within maps alike; what is laid over wins. */
function merge(under: MapNode, over: MapNode): MapNode {
  const entries = new Map<string, MapEntry>(under.entries.map(pair => [pair.key.text, pair]))
  for (const pair of over.entries) {
    if (pair.key.text === 'action') continue
    const known = entries.get(pair.key.text)
    const both = known?.value.kind === 'map' && pair.value.kind === 'map' ? merge(known.value, pair.value) : pair.value
    entries.set(pair.key.text, { key: pair.key, value: both })
  }
  entries.delete('action')
  const broken = under.broken ?? over.broken
  return { kind: 'map', entries: [...entries.values()], span: under.span, ...(broken === undefined ? {} : { broken }) }
}

const sections = ['detection', 'correlation', 'filter'] as const

function readDocument(map: MapNode, place: number, context: ParseContext, notes: Notes): Detection | undefined {
  const kind = sections.find(name => entry(map, name) !== undefined)
  if (kind === undefined) {
    const hint = 'a rule has "detection", a correlation "correlation", a filter "filter"'
    note(
      notes,
      'RUL001',
      'error',
      'the document is no Sigma rule, correlation or filter',
      { start: map.span.start, end: map.span.start + 1 },
      hint,
    )
    return undefined
  }
  const section = entry(map, kind)!.value
  const metadata = readMetadata(map, place, notes)
  const { source } = notes
  const found = readSection(kind, map, context, notes)
  const rest = { ...metadata.rest, ...found.rest }
  const inner: Span = section.span
  const query: Source = {
    name: source.name,
    text: source.text.slice(inner.start, inner.end),
    inside: { source, at: inner.start },
  }
  return {
    ...metadata,
    query: found.query,
    schema: 'sigma',
    ...(kind === 'filter' ? { silent: true } : {}),
    written: { document: source, rules: 'sigma', language: 'sigma', query },
    rest,
  }
}

interface Section {
  readonly query: Pipeline
  readonly rest: Readonly<Record<string, unknown>>
}

function readSection(kind: (typeof sections)[number], map: MapNode, context: ParseContext, notes: Notes): Section {
  const section = entry(map, kind)!.value
  const logsource = entry(map, 'logsource')
  const eventClass: EventClass = eventClassOf(logsource?.value)
  const reader: Reader = { source: notes.source, context, diagnostics: notes.diagnostics }
  const refuse = (code: string, message: string, span: Span, hint?: string, rest: Section['rest'] = {}): Section => {
    note(notes, code, 'error', message, span, hint)
    return { query: unreadable(eventClass, message, span), rest }
  }
  if (section.kind !== 'map') return refuse('RUL003', `"${kind}" is a map`, section.span)
  const taxonomy = entry(map, 'taxonomy')?.value
  if (taxonomy !== undefined && textOf(taxonomy) !== undefined && textOf(taxonomy) !== 'sigma') {
    return refuse(
      'RUL005',
      `the rule is written in the taxonomy "${textOf(taxonomy)}", whose fields are not known`,
      taxonomy.span,
      'write it with Sigma’s own field names',
    )
  }
  if (kind === 'correlation') {
    const before = notes.diagnostics.length
    const correlation = readCorrelation(section, map, context, notes)
    if (correlation === undefined) {
      const reason = notes.diagnostics.slice(before).find(finding => finding.severity === 'error')?.message
      return { query: unreadable({}, reason ?? 'the correlation cannot be read', section.span), rest: {} }
    }
    const { query, ...said } = correlation
    return { query, rest: { correlation: said } }
  }
  if (Object.keys(eventClass).length === 0) {
    const what =
      kind === 'filter'
        ? 'the filter has no log source and is for rules of every one'
        : 'the rule has no log source and asks every event'
    note(
      notes,
      'RUL202',
      'warning',
      what,
      logsource?.value.span ?? keySpan(map, kind),
      'add "logsource" with product, category or service',
    )
  }
  if (kind === 'detection') return { query: readDetection(section, eventClass, reader), rest: {} }
  const rules = entry(section, 'rules')?.value
  if (rules === undefined) {
    return refuse(
      'RUL011',
      'the filter does not say which rules it is for',
      section.span,
      'add "rules" with names or ids, or "rules: any"',
      { filter: { rules: [] } },
    )
  }
  const named = textsOf(rules)
  const all = named.length === 0 || (rules.kind === 'scalar' && named[0]!.toLowerCase() === 'any')
  const query = readDetection(section, eventClass, reader, new Set(['rules']))
  return { query, rest: { filter: { rules: all ? 'any' : named } } }
}

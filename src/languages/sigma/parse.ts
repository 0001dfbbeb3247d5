// Sigma text → pipeline: a whole rule, only what stands below `detection`, or rules with the correlations that stand on them.

import type { Pipeline } from '../../ir/pipeline.ts'
import { carry, columnsOf, references, replace, sourcesOf } from '../../ir/refer.ts'
import type { Diagnostic, Outcome } from '../../text/diagnostic.ts'
import type { Source } from '../../text/source.ts'
import type { ParseContext } from '../language.ts'
import { fail, type Reader } from './codes.ts'
import { readCorrelation } from './correlation.ts'
import { eventClassOf, readDetection } from './detection.ts'
import { joint } from './joint.ts'
import { textOf } from './notes.ts'
import { documents, entry, type YamlNode } from './yaml.ts'

/**
 * Reads a rule, or only what stands below its `detection`: search identifiers and `condition`, beside an optional `logsource`. Of several documents each is
 * a rule or a correlation of rules by their `name` or `id`; the question is that of those that no correlation stands on, any of them. Spans are offsets into
 * the source. What only collections of files have (filters, global parts) is read by `rules/sigma.ts`.
 */
export function parse(source: Source, context: ParseContext = {}): Outcome<Pipeline> {
  const diagnostics: Diagnostic[] = []
  const reader: Reader = { source, context, diagnostics }
  const read = documents(source)
  diagnostics.push(...read.diagnostics)
  const roots = read.documents.flatMap(({ root }) => (root === undefined ? [] : [root]))
  const [root] = roots
  if (root === undefined) {
    if (diagnostics.length === 0) fail(reader, 'SIG029', 'the text is empty', { start: 0, end: 0 })
    return { diagnostics }
  }
  if (roots.length > 1) {
    const value = together(roots, reader)
    return value === undefined ? { diagnostics } : { value, diagnostics }
  }
  if (root.kind === 'map' && entry(root, 'detection') === undefined && entry(root, 'correlation') === undefined)
    return {
      value: readDetection(root, eventClassOf(entry(root, 'logsource')?.value), reader, new Set(['logsource'])),
      diagnostics,
    }
  const value = readRule(root, reader)
  return value === undefined ? { diagnostics } : { value, diagnostics }
}

function readRule(root: YamlNode, reader: Reader): Pipeline | undefined {
  if (root.kind !== 'map') {
    fail(reader, 'SIG029', 'a detection is a map of search identifiers and a condition', root.span)
    return undefined
  }
  const detection = entry(root, 'detection')?.value
  if (detection?.kind !== 'map') {
    const correlation = entry(root, 'correlation') !== undefined
    const what = correlation
      ? 'a correlation speaks of other rules and has no detection of its own'
      : '"detection" is a map of search identifiers and a condition'
    fail(reader, 'SIG029', what, detection?.span ?? root.span, correlation ? { hint: 'read it together with those rules' } : {})
    return undefined
  }
  return readDetection(detection, eventClassOf(entry(root, 'logsource')?.value), reader)
}

interface Rule {
  readonly query: Pipeline
  readonly names: readonly string[]
  /** The rules that a correlation stands on, where it does not let them speak for themselves. */
  readonly silences: readonly string[]
}

/** Rules and correlations of one text as one question. */
function together(roots: readonly YamlNode[], reader: Reader): Pipeline | undefined {
  const rules: Rule[] = []
  for (const root of roots) {
    const section = root.kind === 'map' ? entry(root, 'correlation')?.value : undefined
    const names = root.kind === 'map' ? ['name', 'id'].flatMap(key => textOf(entry(root, key)?.value) ?? []) : []
    if (root.kind !== 'map' || section?.kind !== 'map') {
      const query = readRule(root, reader)
      if (query === undefined) return undefined
      rules.push({ query, names, silences: [] })
      continue
    }
    const found = readCorrelation(section, root, reader.context, reader)
    if (found === undefined) return undefined
    // Correlations may speak of those before them only, so that they cannot go round.
    const query = replace(found.query, (from, own) => {
      const named = rules.find(rule => rule.names.includes(from.id))?.query
      if (named !== undefined) return carry(named, sourcesOf(columnsOf(found.query), own), [])
      fail(reader, 'SIG029', `there is no rule "${from.id}" before this correlation`, from.span ?? section.span, {
        hint: 'read it together with the rules that it stands on',
      })
      return undefined
    })
    if (references(query).length > 0) return undefined
    const one = textOf(entry(root, 'joint')?.value)?.toLowerCase() === 'true' ? joint(query) : undefined
    rules.push({ query: one ?? query, names, silences: found.generate ? [] : found.rules })
  }
  const silent = new Set(rules.flatMap(rule => rule.silences))
  const heard = rules.filter(rule => !rule.names.some(name => silent.has(name)))
  return heard.length === 1 ? heard[0]!.query : { from: { kind: 'union', of: heard.map(rule => rule.query) }, stages: [] }
}

// The detection section of a rule → a pipeline: search identifiers, condition, and what Sigma 1 put behind the condition.

import type { EventClass, From, Millis, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate } from '../../ir/predicate.ts'
import type { Span } from '../../text/source.ts'
import { parseTimespan, readAggregation } from './aggregation.ts'
import { fail, type Reader, warn } from './codes.ts'
import { type ConditionText, readCondition, type Selections, type Tail } from './condition.ts'
import { readItem, readKeyword } from './item.ts'
import { read } from './scalar.ts'
import { entry, locator, type MapNode, type ScalarNode, type YamlNode } from './yaml.ts'

/** The query of a detection that could not be read: no event answers it, and it says why. */
export function unreadable(eventClass: EventClass, reason: string, span?: Span): Pipeline {
  const where: Predicate = span === undefined ? { kind: 'opaque', text: reason } : { kind: 'opaque', text: reason, span }
  return { from: { kind: 'class', class: eventClass }, stages: [{ kind: 'filter', where }], rules: 'sigma' }
}

/**
 * A search identifier: a map is all of its items, a list any of its members, a scalar a keyword
 * (Sigma specification 2.1, "Search-Identifier").
 */
function readSelection(name: string, node: YamlNode, reader: Reader): Predicate {
  if (node.kind === 'scalar') return readKeyword(node, reader)
  if (node.kind === 'map') {
    if (node.broken !== undefined) return { kind: 'opaque', text: node.broken, span: node.span }
    if (node.entries.length === 0) return fail(reader, 'SIG020', `the search identifier "${name}" is an empty map`, node.span)
    const args = node.entries.map(({ key, value }) => readItem(key, value, reader))
    return args.length === 1 ? args[0]! : { kind: 'and', args, span: node.span }
  }
  if (node.items.length === 0) return fail(reader, 'SIG020', `the search identifier "${name}" is an empty list`, node.span)
  const args: Predicate[] = []
  for (const item of node.items) {
    const found = readSelection(name, item, reader)
    if (found.kind === 'or') args.push(...found.args)
    else args.push(found)
  }
  return args.length === 1 ? args[0]! : { kind: 'or', args, span: node.span }
}

/** The tests of a predicate; its depth is that of the document, which is bounded. */
function testsIn(predicate: Predicate): number {
  if (predicate.kind === 'not') return testsIn(predicate.arg)
  if (predicate.kind !== 'and' && predicate.kind !== 'or') return 1
  return predicate.args.reduce((sum, arg) => sum + testsIn(arg), 0)
}

/** The conditions of a section, each with its places: one text or a list of them. */
function conditionTexts(node: YamlNode, reader: Reader): ConditionText[] | Predicate {
  const texts: ConditionText[] = []
  for (const item of node.kind === 'list' ? node.items : [node]) {
    if (item.kind !== 'scalar' || read(item).type === 'null') {
      return fail(reader, 'SIG022', 'a condition is a text or a list of texts', item.span)
    }
    texts.push({ text: item.text, place: locator(item, reader.source), span: item.span })
  }
  return texts.length === 0 ? fail(reader, 'SIG021', 'the list of conditions is empty', node.span) : texts
}

/** `timeframe`: how far apart the events of an aggregation may lie. */
function readTimeframe(node: YamlNode, reader: Reader): Millis | undefined {
  const within = node.kind === 'scalar' ? parseTimespan(node.text) : undefined
  if (within === undefined) {
    fail(reader, 'SIG028', `"timeframe" is a number and one unit: "90m"`, node.span, {
      hint: 'units are s, m, h, d, w, M (months), y',
    })
  }
  return within
}

/** Keys of the section that are not search identifiers. `rules` belongs to filters only. */
const reserved = new Set(['condition', 'timeframe'])

/**
 * Reads a detection section (or the same in a filter) over one class of events. Parts that cannot be read are opaque and
 * reported; spans are offsets into the reader's source.
 */
export function readDetection(
  section: MapNode,
  eventClass: EventClass,
  reader: Reader,
  ignore: ReadonlySet<string> = new Set(),
): Pipeline {
  const from: From = { kind: 'class', class: eventClass }
  const nodes = new Map<string, { readonly key: ScalarNode; readonly value: YamlNode }>()
  for (const { key, value } of section.entries) {
    if (!reserved.has(key.text) && !ignore.has(key.text)) nodes.set(key.text, { key, value })
  }
  const read = new Map<string, Predicate>()
  for (const [name, { value }] of nodes) read.set(name, readSelection(name, value, reader))
  const sizes = new Map([...read].map(([name, predicate]) => [name, testsIn(predicate)]))
  const used = new Set<string>()
  const selections: Selections = {
    names: [...nodes.keys()],
    predicate: name => read.get(name)!,
    size: name => sizes.get(name)!,
    used: name => used.add(name),
  }
  const written = entry(section, 'condition')
  if (written === undefined) {
    const message = 'the detection has no condition'
    const first = selections.names[0]
    fail(
      reader,
      'SIG021',
      message,
      { start: section.span.start, end: section.span.start + 1 },
      first === undefined ? {} : { hint: `add "condition: ${first}"` },
    )
    return unreadable(eventClass, message)
  }
  const texts = conditionTexts(written.value, reader)
  if ('kind' in texts) return { from, stages: [{ kind: 'filter', where: texts }], rules: 'sigma' }
  const conditions = texts.map(text => ({ text, ...readCondition(text, selections, reader) }))
  const timeframe = entry(section, 'timeframe')
  const tailed = conditions.find((condition): condition is typeof condition & { tail: Tail } => condition.tail !== undefined)
  const where: Predicate =
    section.broken !== undefined
      ? { kind: 'opaque', text: section.broken, span: section.span }
      : conditions.length === 1
        ? conditions[0]!.predicate
        : { kind: 'or', args: conditions.map(condition => condition.predicate), span: written.value.span }
  let query: { from: From; stages: readonly Stage[] } = { from, stages: [{ kind: 'filter', where }] }
  if (tailed !== undefined) {
    const start = tailed.text.place(tailed.tail.start - 1)
    warn(
      reader,
      'SIG205',
      'an aggregation behind "|" is gone since Sigma 2; it is read as the correlation it stands for',
      { start, end: start + 1 },
      { hint: 'write a correlation rule' },
    )
    const within = timeframe === undefined ? undefined : readTimeframe(timeframe.value, reader)
    if (timeframe === undefined) {
      warn(
        reader,
        'SIG211',
        'an aggregation without "timeframe" looks at all events together',
        { start, end: start + 1 },
        { hint: 'add "timeframe", or better write a correlation' },
      )
    }
    if (timeframe !== undefined && within === undefined) {
      const reason: Predicate = { kind: 'opaque', text: 'the timeframe cannot be read', span: timeframe.value.span }
      query = { from, stages: [{ kind: 'filter', where: reason }] }
    } else if (conditions.length > 1) {
      const failed = fail(reader, 'SIG028', 'a condition with an aggregation stands alone', written.value.span, {
        hint: 'write two rules',
      })
      query = { from, stages: [{ kind: 'filter', where: failed }] }
    } else {
      const base = { from, predicate: where, selections, ...(within === undefined ? {} : { within }) }
      const lowered = readAggregation(tailed.tail, tailed.text, base, reader)
      query =
        'failed' in lowered
          ? { from, stages: [{ kind: 'filter', where: lowered.failed }] }
          : { from: lowered.from ?? from, stages: lowered.stages }
    }
  } else if (timeframe !== undefined) {
    warn(reader, 'SIG206', '"timeframe" has no effect without an aggregation, and is no search identifier', timeframe.key.span, {
      hint: 'write a correlation rule with "timespan"',
    })
  }
  // A condition that could not be read uses nothing, which is not worth a word on each name.
  const unread = conditions.some(condition => condition.predicate.kind === 'opaque')
  for (const [name, { key }] of unread ? [] : nodes) {
    if (!used.has(name)) warn(reader, 'SIG203', `the search identifier "${name}" is not used by the condition`, key.span)
  }
  return { ...query, rules: 'sigma' }
}

/** The log source of a rule as a class of events; attributes beyond product, category and service are left to the caller. */
export function eventClassOf(node: YamlNode | undefined): EventClass {
  if (node?.kind !== 'map') return {}
  const attribute = (name: 'product' | 'category' | 'service'): EventClass => {
    const value = entry(node, name)?.value
    return value?.kind === 'scalar' && read(value).type !== 'null' ? { [name]: value.text } : {}
  }
  return { ...attribute('product'), ...attribute('category'), ...attribute('service') }
}

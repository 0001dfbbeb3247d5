// The correlation section of a Sigma document → a pipeline over the rules it names (Sigma specification 2.1.0, correlation rules).

import type { Column, From, Measure, Millis, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import type { Span } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import type { ParseContext } from '../language.ts'
import { parseTimespan, type ThresholdOp, threshold } from './aggregation.ts'
import { readCondition } from './condition.ts'
import { type Notes, note, textOf } from './notes.ts'
import { readNumber } from './scalar.ts'
import { entry, locator, type MapNode, type YamlNode } from './yaml.ts'

type Counting = 'event_count' | 'value_count' | 'value_sum' | 'value_avg' | 'value_percentile' | 'value_median'

/** What each counting type measures. */
const counting: Readonly<Record<Counting, Measure['fn']>> = {
  event_count: 'count',
  value_count: 'distinct',
  value_sum: 'sum',
  value_avg: 'avg',
  value_percentile: 'percentile',
  value_median: 'median',
}

const types: readonly string[] = [...Object.keys(counting), 'temporal', 'temporal_ordered']
const operators: readonly ThresholdOp[] = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq']
const keys = new Set(['type', 'rules', 'group-by', 'timespan', 'aliases', 'condition', 'generate'])

/** A correlation as read: its query still refers to rules by name, and `generate` keeps their own alerts. */
export interface Correlation {
  readonly query: Pipeline
  readonly type: string
  readonly rules: readonly string[]
  readonly generate: boolean
}

interface Reference {
  readonly name: string
  readonly span: Span
}

/** A group column: its name, and for the rules that an alias gives another field, that field. */
interface Group {
  readonly name: string
  readonly span: Span
  readonly fields: ReadonlyMap<string, string>
}

/** Reads one correlation section; undefined when what it means is open, which is reported. */
export function readCorrelation(
  section: MapNode,
  document: MapNode,
  context: ParseContext,
  notes: Notes,
): Correlation | undefined {
  const fault = (message: string, span: Span, hint?: string, code = 'RUL006'): undefined => {
    note(notes, code, 'error', message, span, hint)
    return undefined
  }
  const at = (name: string): YamlNode | undefined => entry(section, name)?.value
  for (const { key } of section.entries) {
    if (keys.has(key.text)) continue
    const near = suggest(key.text, keys)
    note(
      notes,
      'RUL205',
      'warning',
      `a correlation has no key "${key.text}"`,
      key.span,
      near === undefined ? undefined : `did you mean "${near}"?`,
    )
  }
  const head: Span = { start: section.span.start, end: section.span.start + 1 }
  const type = textOf(at('type'))
  if (type === undefined) return fault('the correlation has no type', head, `types are ${types.join(', ')}`)
  if (!types.includes(type)) {
    const near = suggest(type, types)
    return fault(
      `there is no correlation type "${type}"`,
      at('type')!.span,
      near === undefined ? `types are ${types.join(', ')}` : `did you mean "${near}"?`,
    )
  }
  const written = at('timespan')
  if (written === undefined) return fault('the correlation has no timespan', head, 'add "timespan: 5m"', 'RUL008')
  const within = written.kind === 'scalar' ? parseTimespan(written.text) : undefined
  if (within === undefined) {
    return fault(
      `"timespan" is one number and one unit`,
      written.span,
      'units are s, m, h, d, w, M (months), y: "90m", not "1h30m"',
      'RUL008',
    )
  }
  const condition = at('condition')
  const extended = condition?.kind === 'scalar' ? condition : undefined
  const rules = references(at('rules'))
  if (rules === undefined) {
    return fault(`"rules" is a list of at most ${mostNames} names or ids of rules`, at('rules')?.span ?? head)
  }
  if (rules.length === 0 && extended === undefined)
    return fault('the correlation names no rules', head, 'add "rules" with the names or ids of rules')
  const groups = readGroups(section, rules, notes)
  if (groups === undefined) return undefined
  const generate = [entry(document, 'generate')?.value, at('generate')].some(
    node => node?.kind === 'scalar' && /^(?:true|yes|on)$/i.test(node.text),
  )
  const common = { within, groups, notes, fault }
  const query =
    extended !== undefined
      ? readExtended(type, extended, rules, context, common)
      : type === 'temporal' || type === 'temporal_ordered'
        ? readTemporal(type, condition, rules, common)
        : readCounting(type as Counting, condition, rules, common)
  return query === undefined ? undefined : { query: query.pipeline, type, rules: query.rules, generate }
}

interface Common {
  readonly within: Millis
  readonly groups: readonly Group[]
  readonly notes: Notes
  readonly fault: (message: string, span: Span, hint?: string, code?: string) => undefined
}

type Built = { readonly pipeline: Pipeline; readonly rules: readonly string[] } | undefined

/** Rules that one correlation names, and fields that it groups by. */
const mostNames = 1000

/** The names of a list without repetitions; undefined when there is anything else, or too many. */
function references(node: YamlNode | undefined): Reference[] | undefined {
  const found = new Map<string, Reference>()
  for (const item of node === undefined ? [] : node.kind === 'list' ? node.items : [node]) {
    const name = textOf(item)?.trim()
    if (name === undefined || found.size > mostNames) return undefined
    if (!found.has(name)) found.set(name, { name, span: item.span })
  }
  return [...found.values()]
}

/** `group-by` and `aliases`: an alias is one column that each rule fills from its own field. */
function readGroups(section: MapNode, rules: readonly Reference[], notes: Notes): Group[] | undefined {
  const aliases = new Map<string, Map<string, string>>()
  const written = entry(section, 'aliases')?.value
  if (written !== undefined) {
    if (written.kind !== 'map') {
      note(notes, 'RUL006', 'error', '"aliases" is a map of names, each with a map of rules and fields', written.span)
      return undefined
    }
    for (const { key, value } of written.entries) {
      if (value.kind !== 'map') {
        note(notes, 'RUL006', 'error', `the alias "${key.text}" is a map of rules and fields`, value.span)
        return undefined
      }
      const fields = new Map<string, string>()
      for (const pair of value.entries) {
        const field = textOf(pair.value)
        if (field === undefined) {
          note(notes, 'RUL006', 'error', `the alias "${key.text}" gives no field for "${pair.key.text}"`, pair.value.span)
          return undefined
        }
        if (rules.length > 0 && !rules.some(rule => rule.name === pair.key.text)) {
          const near = suggest(
            pair.key.text,
            rules.map(rule => rule.name),
          )
          note(
            notes,
            'RUL206',
            'warning',
            `the alias "${key.text}" speaks of "${pair.key.text}", which is not among the rules`,
            pair.key.span,
            near === undefined ? undefined : `did you mean "${near}"?`,
          )
        }
        fields.set(pair.key.text, field)
      }
      aliases.set(key.text, fields)
    }
  }
  const by = references(entry(section, 'group-by')?.value)
  if (by === undefined) {
    note(notes, 'RUL006', 'error', `"group-by" is a list of at most ${mostNames} fields`, entry(section, 'group-by')!.value.span)
    return undefined
  }
  return by.map(({ name, span }) => ({ name, span, fields: aliases.get(name) ?? new Map() }))
}

/** The rows of one rule, with the columns that aliases make and, for conditions on rules, its name. */
function branch(rule: Reference, groups: readonly Group[], named: boolean): Pipeline {
  const columns: Column[] = []
  for (const group of groups) {
    const field = group.fields.get(rule.name)
    if (field !== undefined && field !== group.name) columns.push({ name: group.name, value: { kind: 'field', name: field } })
  }
  if (named) columns.push({ name: ruleColumn, value: { kind: 'literal', value: rule.name, type: 'string' } })
  return {
    from: { kind: 'rule', id: rule.name, span: rule.span },
    stages: columns.length === 0 ? [] : [{ kind: 'extend', columns }],
    rules: 'sigma',
  }
}

/** The column that says which rule a row came from. */
const ruleColumn = 'rule'

function aggregate(
  rules: readonly Reference[],
  measures: readonly Measure[],
  having: Predicate,
  common: Common,
  named: boolean,
): Pipeline {
  const stage: Stage = {
    kind: 'aggregate',
    by: common.groups.map(
      (group): Column => ({ name: group.name, value: { kind: 'field', name: group.name, span: group.span } }),
    ),
    measures,
    window: { size: common.within, kind: 'sliding', report: 'rising' },
    having,
  }
  return {
    from: { kind: 'union', of: rules.map(rule => branch(rule, common.groups, named)) },
    stages: [stage],
    rules: 'sigma',
  }
}

/** The operators of a condition, all of which must hold; what else it may hold is named by `also`. */
function thresholds(measure: string, condition: MapNode, also: readonly string[], common: Common): Predicate | undefined {
  const tests: Predicate[] = []
  let absent = true
  for (const { key, value } of condition.entries) {
    if (also.includes(key.text)) continue
    const op = operators.find(word => word === key.text)
    if (op === undefined) {
      const near = suggest(key.text, [...operators, ...also])
      return common.fault(
        `a correlation's condition has no "${key.text}"`,
        key.span,
        near === undefined ? `operators are ${operators.join(', ')}` : `did you mean "${near}"?`,
        'RUL007',
      )
    }
    const number = value.kind === 'scalar' ? readNumber(value)?.value : undefined
    if (number === undefined) return common.fault(`"${op}" compares with a number`, value.span, undefined, 'RUL007')
    if (!holdsAtZero(op, Number(number))) absent = false
    tests.push(threshold(measure, op, number, { start: key.span.start, end: value.span.end }))
  }
  if (condition.broken !== undefined) return { kind: 'opaque', text: condition.broken, span: condition.span }
  if (tests.length === 0)
    return common.fault('the condition compares with nothing', condition.span, `operators are ${operators.join(', ')}`, 'RUL007')
  if (absent) {
    note(
      common.notes,
      'RUL204',
      'warning',
      'this condition also holds for groups without any event, and those are never reported',
      condition.span,
    )
  }
  return tests.length === 1 ? tests[0] : { kind: 'and', args: tests, span: condition.span }
}

function holdsAtZero(op: ThresholdOp, value: number): boolean {
  return { gt: 0 > value, gte: 0 >= value, lt: 0 < value, lte: 0 <= value, eq: value === 0, neq: value !== 0 }[op]
}

function readCounting(type: Counting, condition: YamlNode | undefined, rules: readonly Reference[], common: Common): Built {
  if (condition?.kind !== 'map') {
    const span = condition?.span ?? rules[0]!.span
    return common.fault(
      `a correlation of type ${type} needs a condition that compares with a number`,
      span,
      'add "condition: {gte: 10}"',
      'RUL007',
    )
  }
  const having = thresholds(
    type,
    condition,
    type === 'event_count' ? [] : type === 'value_percentile' ? ['field', 'percentile'] : ['field'],
    common,
  )
  if (having === undefined) return undefined
  let of: Scalar | undefined
  const args: number[] = []
  if (type !== 'event_count') {
    const node = entry(condition, 'field')?.value
    const fields = node === undefined ? [] : (node.kind === 'list' ? node.items : [node]).map(textOf)
    if (node === undefined || fields.length === 0 || fields.includes(undefined)) {
      return common.fault(
        `a correlation of type ${type} needs a field`,
        node?.span ?? condition.span,
        'add "field" to the condition',
        'RUL007',
      )
    }
    const scalars = fields.map((name): Scalar => ({ kind: 'field', name: name!, span: node.span }))
    if (scalars.length > 1 && type !== 'value_count')
      return common.fault(`a correlation of type ${type} has one field`, node.span, undefined, 'RUL007')
    of = scalars.length === 1 ? scalars[0]! : { kind: 'call', fn: 'sigma:tuple', args: scalars }
  }
  if (type === 'value_percentile') {
    const node = entry(condition, 'percentile')?.value
    const part = node?.kind === 'scalar' ? readNumber(node)?.value : undefined
    if (part === undefined || Number(part) < 0 || Number(part) > 100) {
      return common.fault(
        'a correlation of type value_percentile needs "percentile", from 0 to 100',
        node?.span ?? condition.span,
        'add "percentile: 95" to the condition',
        'RUL007',
      )
    }
    args.push(Number(part))
  }
  const measure: Measure = {
    name: type,
    fn: counting[type],
    ...(of === undefined ? {} : { of }),
    ...(args.length === 0 ? {} : { args }),
  }
  return { pipeline: aggregate(rules, [measure], having, common, false), rules: rules.map(rule => rule.name) }
}

function sequence(rules: readonly Reference[], ordered: boolean, common: Common): Pipeline {
  const from: From = {
    kind: 'sequence',
    steps: rules.map(rule => ({
      name: rule.name,
      of: branch(rule, common.groups, false),
      by: common.groups.map(group => ({ value: { kind: 'field', name: group.name, span: group.span } })),
    })),
    ordered,
    match: 'first',
    within: common.within,
  }
  return { from, stages: [], rules: 'sigma' }
}

/** Without a condition every rule must have matched; with one, so many different rules. */
function readTemporal(
  type: 'temporal' | 'temporal_ordered',
  condition: YamlNode | undefined,
  rules: readonly Reference[],
  common: Common,
): Built {
  const names = rules.map(rule => rule.name)
  if (condition === undefined) return { pipeline: sequence(rules, type === 'temporal_ordered', common), rules: names }
  if (condition.kind !== 'map')
    return common.fault('the condition is a comparison or a text', condition.span, undefined, 'RUL007')
  const having = thresholds('rules', condition, [], common)
  if (having === undefined) return undefined
  const all =
    condition.entries.length === 1 &&
    ['gte', 'eq'].includes(condition.entries[0]!.key.text) &&
    having.kind === 'test' &&
    having.match.kind === 'compare' &&
    having.match.to.kind === 'literal' &&
    Number(having.match.to.value) === rules.length
  if (all) return { pipeline: sequence(rules, type === 'temporal_ordered', common), rules: names }
  if (type === 'temporal_ordered') {
    return common.fault(
      'the order of only some of the rules cannot be asked for',
      condition.span,
      'leave the condition out, or use the type temporal',
      'RUL007',
    )
  }
  const measure: Measure = { name: 'rules', fn: 'distinct', of: { kind: 'field', name: ruleColumn } }
  return { pipeline: aggregate(rules, [measure], having, common, true), rules: names }
}

/**
 * A condition in words: `a and not b`, each name true when that rule matched within the time. Its operators may be upper case,
 * as in the examples of the specification. In order, it can only say what the list says: all of them.
 */
function readExtended(
  type: string,
  node: YamlNode & { kind: 'scalar' },
  listed: readonly Reference[],
  context: ParseContext,
  common: Common,
): Built {
  if (type !== 'temporal' && type !== 'temporal_ordered') {
    return common.fault(`a condition in words needs the type temporal, not ${type}`, node.span, undefined, 'RUL007')
  }
  const place = locator(node, common.notes.source)
  const text = node.text.replace(/(?<![\w-])(?:AND|OR|NOT)(?![\w-])/g, word => word.toLowerCase())
  let rules = listed
  if (rules.length === 0) {
    const found = new Map<string, Reference>()
    for (const match of text.matchAll(/[\p{L}\p{N}_-]+/gu)) {
      const [name] = match
      if (['and', 'or', 'not'].includes(name) || found.has(name)) continue
      if (found.size === mostNames) return common.fault(`the condition names more than ${mostNames} rules`, node.span)
      found.set(name, { name, span: { start: place(match.index), end: place(match.index + name.length) } })
    }
    rules = [...found.values()]
  }
  const names = rules.map(rule => rule.name)
  const used = new Set<string>()
  const reader = { source: common.notes.source, context, diagnostics: common.notes.diagnostics }
  const { predicate, tail } = readCondition(
    { text, place, span: node.span },
    { names, predicate: name => threshold(name, 'gt', 0, node.span), size: () => 1, used: name => used.add(name) },
    reader,
  )
  if (tail !== undefined) return common.fault('a correlation has no aggregation behind "|"', node.span, undefined, 'RUL007')
  if (predicate.kind === 'opaque') return undefined
  for (const rule of rules) {
    if (!used.has(rule.name))
      note(common.notes, 'RUL207', 'warning', `the rule "${rule.name}" is not used by the condition`, rule.span)
  }
  if (type === 'temporal_ordered') {
    const plain = predicate.kind === 'test' || (predicate.kind === 'and' && predicate.args.every(arg => arg.kind === 'test'))
    if (plain && used.size === rules.length) return { pipeline: sequence(rules, true, common), rules: names }
    const hint = 'in order, every rule of the list must match; leave the condition out, or use the type temporal'
    return common.fault('a correlation in order cannot have this condition', node.span, hint, 'RUL007')
  }
  const measures = rules.map(
    (rule): Measure => ({
      name: rule.name,
      fn: 'count',
      where: {
        kind: 'test',
        subject: { kind: 'field', name: ruleColumn },
        match: { kind: 'glob', glob: [rule.name], fold: false },
      },
    }),
  )
  return { pipeline: aggregate(rules, measures, predicate, common, true), rules: names }
}

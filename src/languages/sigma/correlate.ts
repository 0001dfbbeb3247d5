// Questions about several events as Sigma correlations: a document for each rule that they stand on, and one for each count or order of them (Sigma specification 2.1.0, correlation rules).

import type { Column, Measure, Millis, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { type Doc, mark } from '../../text/layout.ts'
import type { Printing } from '../printing.ts'
import { canName, keyText, quoted } from './write.ts'

type Aggregate = Extract<Stage, { kind: 'aggregate' }>

/** What the writing of documents needs of those who write single rules. */
export interface Writing {
  readonly printing: Printing
  /** The lines of a rule for single events; undefined after something was refused. */
  rule(query: Pipeline): readonly Doc[] | undefined
  /** A short text for a document that is the same for the same document. */
  key(lines: readonly Doc[]): string
}

/** One document: its lines, and the name that others call it by. */
export interface Written {
  readonly name: string
  readonly lines: readonly Doc[]
}

/** A rule that a correlation stands on: its document's name, and the fields that columns are taken from. */
interface Part {
  readonly name: string
  readonly fields: ReadonlyMap<string, string>
  /** What conditions on rules call it. */
  readonly label?: string
}

/** What each measure is called. */
const types: Readonly<Record<string, string>> = {
  count: 'event_count',
  distinct: 'value_count',
  sum: 'value_sum',
  avg: 'value_avg',
  percentile: 'value_percentile',
  median: 'value_median',
}

/** Correlations of correlations, one above the other. */
const deepest = 12
const ruleColumn = 'rule'

/** The documents of a question about several events, those that others refer to first; undefined after something was refused. */
export function correlated(query: Pipeline, writing: Writing): readonly Written[] | undefined {
  const documents = new Map<string, Written>()
  const whole = { writing, documents, named: new Map<string, string>() }
  const name = documentOf(query, whole, 0)
  return name === undefined ? undefined : [...documents.values()]
}

interface Whole {
  readonly writing: Writing
  readonly documents: Map<string, Written>
  readonly named: Map<string, string>
}

const refuse = ({ writing }: Whole, what: string, span: Predicate['span'], hint = 'ask less, or write two rules'): undefined => {
  writing.printing.cannot('SIG105', what, span, hint)
  return undefined
}

/** Adds a document under a name of its own; one with the same lines is used again, unless another of them is `wanted`. */
function add(lines: readonly Doc[], word: string, whole: Whole, again = false): string {
  const key = whole.writing.key(lines)
  const known = whole.named.get(key)
  if (known !== undefined && !again) return known
  let name = `${word}_${key}`
  for (let count = 2; whole.documents.has(name); count++) name = `${word}_${key}_${count}`
  whole.named.set(key, name)
  whole.documents.set(name, { name, lines })
  return name
}

function documentOf(query: Pipeline, whole: Whole, depth: number, again = false): string | undefined {
  if (depth > deepest) return refuse(whole, `correlations stand on each other more than ${deepest} deep`, query.from.span)
  const last = query.stages.at(-1)
  if (last?.kind === 'aggregate') return countOf(query, last, whole, depth, again)
  if (query.from.kind === 'sequence' && query.stages.length === 0) return orderOf(query, whole, depth, again)
  const lines = whole.writing.rule(query)
  return lines === undefined ? undefined : add(lines, 'events', whole, again)
}

/** The questions that rows come from, one for each rule, with the columns that they are given. */
function partsOf(query: Pipeline, whole: Whole, depth: number): readonly Part[] | undefined {
  const columns: Column[] = []
  const stages = [...query.stages]
  for (let last = stages.at(-1); last?.kind === 'extend'; last = stages.at(-1)) {
    columns.unshift(...last.columns)
    stages.pop()
  }
  const { from } = query
  let parts: readonly Part[]
  const filters = stages.filter(stage => stage.kind === 'filter')
  if (from.kind === 'union' && filters.length === stages.length) {
    const inner = from.of.map(one => partsOf({ ...one, stages: [...one.stages, ...filters] }, whole, depth))
    if (inner.includes(undefined)) return undefined
    parts = inner.flatMap(one => one!)
  } else {
    const name = documentOf({ ...query, stages }, whole, depth + 1)
    if (name === undefined) return undefined
    parts = [{ name, fields: new Map() }]
  }
  const labels = columns.filter(({ name, value }) => name === ruleColumn && value.kind === 'literal')
  const others = columns.filter(column => !labels.includes(column))
  const computed = others.find(({ value }) => value.kind !== 'field')
  if (computed !== undefined)
    return refuse(
      whole,
      `the column "${computed.name}" is computed, and a correlation counts fields of events`,
      computed.value.span,
    )
  const label = labels[0]?.value.kind === 'literal' ? String(labels[0].value.value) : undefined
  return parts.map(part => {
    const fields = new Map(part.fields)
    for (const { name, value } of others) if (value.kind === 'field') fields.set(name, fields.get(value.name) ?? value.name)
    return { ...part, fields, ...(label === undefined ? {} : { label }) }
  })
}

interface Grouping {
  readonly aliases: readonly Doc[]
  readonly groups: readonly Doc[]
}

/** `group-by`, and the aliases of columns that rules take from fields of other names. */
function grouping(
  keys: readonly { readonly name: string; readonly fields: readonly (string | undefined)[]; readonly span: Predicate['span'] }[],
  rules: readonly string[],
  whole: Whole,
): Grouping | undefined {
  const aliases: Doc[] = []
  const groups: Doc[] = []
  const seen = new Set<string>()
  for (const { name, fields, span } of keys) {
    const bad = [name, ...fields].find(field => field !== undefined && !canName(field))
    if (bad !== undefined || fields.includes(undefined))
      return refuse(whole, `groups by "${bad ?? name}", which is no field of the events`, span)
    // Columns of one field in all rules need no other name.
    const [first] = fields
    const plain = fields.every(field => field === first)
    const key = plain ? first! : name
    if (seen.has(key)) continue
    seen.add(key)
    groups.push(['- ', keyText(key)])
    if (!plain) aliases.push(`${keyText(key)}:`, ...fields.map((field, at) => `    ${keyText(rules[at]!)}: ${keyText(field!)}`))
  }
  const below = (key: string, lines: readonly Doc[]): readonly Doc[] =>
    lines.length === 0 ? [] : [key, ...lines.map((line): Doc => ['    ', line])]
  return { aliases: below('aliases:', aliases), groups: below('group-by:', groups) }
}

function timespan(length: Millis | undefined, span: Predicate['span'], whole: Whole): string | undefined {
  if (length === undefined)
    return refuse(whole, 'a correlation has a length of time, and here is none', span, 'say within which time it is counted')
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const)
    if (length >= size && length % size === 0) return `${length / size}${unit}`
  return refuse(whole, `${length} milliseconds are no whole number of seconds`, span, 'take a time of whole seconds')
}

const document = (type: string, rest: readonly Doc[]): readonly Doc[] => [
  'correlation:',
  ...[`type: ${type}`, ...rest].map((line): Doc => ['    ', line]),
]

const listed = (rules: readonly string[]): readonly Doc[] => ['rules:', ...rules.map(name => `    - ${keyText(name)}`)]

function countOf(query: Pipeline, stage: Aggregate, whole: Whole, depth: number, again: boolean): string | undefined {
  const { span } = stage
  const { having, window } = stage
  if (having === undefined || window?.kind !== 'sliding')
    return refuse(
      whole,
      having === undefined ? 'a count that nothing is asked of' : 'a count in fixed pieces of time',
      span,
      'say how many there must be, and within which time',
    )
  const parts = partsOf({ ...query, stages: query.stages.slice(0, -1) }, whole, depth)
  if (parts === undefined) return undefined
  const rules = [...new Set(parts.map(part => part.name))]
  if (rules.length < parts.length && parts.some(part => part.label === undefined))
    return refuse(whole, 'an event that one rule finds is counted twice', span)
  const groups = grouping(
    stage.by.map(({ name, value }) => ({
      name,
      fields: parts.map(part => (value.kind === 'field' ? (part.fields.get(value.name) ?? value.name) : undefined)),
      span: value.span ?? span,
    })),
    parts.map(part => part.name),
    whole,
  )
  const time = timespan(window.size, span, whole)
  if (groups === undefined || time === undefined) return undefined
  const common = [...groups.aliases, ...groups.groups, `timespan: ${time}`]
  const places = having.span === undefined ? (span === undefined ? [] : [span]) : [having.span]
  const labelled = stage.measures.some(measure => measure.where !== undefined)
  const single = stage.measures.find(measure => asks(having, measure.name))
  const only = stage.measures.every(measure => measure === single || !asks(having, measure.name))
  if (!labelled && only && single !== undefined) {
    const temporal = single.fn === 'distinct' && single.of?.kind === 'field' && single.of.name === ruleColumn
    const lines = temporal ? thresholds(having, single.name, whole) : condition(having, single, parts, whole)
    if (lines === undefined) return undefined
    const body = [...listed(rules), ...common, mark(['condition:'], places), ...lines.map(line => `    ${line}`)]
    return add(document(temporal ? 'temporal' : types[single.fn]!, body), 'count', whole, again)
  }
  const text = (names: ReadonlyMap<string, string>): string | undefined => words(having, names, 'top')
  const names = new Map<string, string>()
  // How often each rule is found, of which it is asked whether at all.
  if (
    labelled &&
    stage.measures.every(measure => measure.fn === 'count' && labelOf(measure, parts) !== undefined) &&
    whether(having)
  ) {
    for (const measure of stage.measures) names.set(measure.name, labelOf(measure, parts)!.name)
    const said = text(names)
    if (said === undefined)
      return refuse(whole, 'a condition on rules is made of names, "and", "or" and "not"', having.span ?? span)
    return add(
      document('temporal', [...listed(rules), ...common, mark(`condition: ${quoted(said)}`, places)]),
      'rules',
      whole,
      again,
    )
  }
  // Several measures of the same groups and time: a count for each, which are asked together.
  const tests = having.kind === 'and' ? having.args : [having]
  for (const measure of stage.measures) {
    const own = tests.filter(test => asks(test, measure.name))
    if (own.length === 0) continue
    if (own.some(test => stage.measures.some(other => other !== measure && asks(test, other.name))))
      return refuse(whole, 'a condition in which measures are alternatives', having.span ?? span)
    const those = measure.where === undefined ? parts : labelsOf(measure, parts)
    if (those === undefined) return refuse(whole, `the measure "${measure.name}" takes only some of the events`, span)
    const lines = condition(own.length === 1 ? own[0]! : { kind: 'and', args: own }, measure, those, whole)
    if (lines === undefined) return undefined
    const body = [
      ...listed([...new Set(those.map(part => part.name))]),
      ...common,
      'condition:',
      ...lines.map(line => `    ${line}`),
    ]
    names.set(measure.name, add(document(types[measure.fn]!, body), 'count', whole))
  }
  const all = [...new Set(names.values())]
  const body = [...listed(all), ...groups.groups, `timespan: ${time}`, mark(`condition: ${quoted(all.join(' and '))}`, places)]
  // One window for all of them, which other readers of Sigma take for one of each.
  return add([...document('temporal', body), 'joint: true'], 'counts', whole, again)
}

const asks = (of: Predicate, name: string): boolean => {
  switch (of.kind) {
    case 'and':
    case 'or':
      return of.args.some(arg => asks(arg, name))
    case 'not':
      return asks(of.arg, name)
    case 'test':
      return of.subject.kind === 'field' && of.subject.name === name
    default:
      return false
  }
}

/** The rules that a measure takes events of, told by their labels. */
function labelsOf({ where }: Measure, parts: readonly Part[]): readonly Part[] | undefined {
  if (where === undefined) return undefined
  const found: Part[] = []
  for (const test of where.kind === 'or' ? where.args : [where]) {
    if (test.kind !== 'test' || test.subject.kind !== 'field' || test.subject.name !== ruleColumn || test.match.kind !== 'glob')
      return undefined
    const [label, ...more] = test.match.glob
    const part = more.length > 0 ? undefined : parts.find(one => one.label === label)
    if (part === undefined) return undefined
    found.push(part)
  }
  return found
}

function labelOf(measure: Measure, parts: readonly Part[]): Part | undefined {
  const found = labelsOf(measure, parts)
  return found?.length === 1 ? found[0] : undefined
}

/** Whether all that is asked of counts is whether they are none. */
function whether(of: Predicate): boolean {
  if (of.kind === 'and' || of.kind === 'or') return of.args.every(whether)
  if (of.kind === 'not') return whether(of.arg)
  return of.kind === 'test' && thereIn(of.match) !== undefined
}

/** `true`: more than none, `false`: none; undefined for any other question of a count. */
function thereIn(match: Extract<Predicate, { kind: 'test' }>['match']): boolean | undefined {
  if (match.kind !== 'compare' || match.to.kind !== 'literal') return undefined
  const value = Number(match.to.value)
  if ((match.op === '>' && value === 0) || (match.op === '>=' && value === 1)) return true
  return (match.op === '=' || match.op === '<=') && value === 0 ? false : undefined
}

/** A condition in words on names of rules. */
function words(of: Predicate, names: ReadonlyMap<string, string>, inside: 'top' | 'and' | 'or' | 'not'): string | undefined {
  switch (of.kind) {
    case 'and':
    case 'or': {
      const parts = of.args.map(arg => words(arg, names, of.kind))
      if (parts.includes(undefined)) return undefined
      const text = parts.join(` ${of.kind} `)
      return inside === 'top' || inside === of.kind || parts.length === 1 ? text : `(${text})`
    }
    case 'not': {
      const arg = words(of.arg, names, 'not')
      return arg === undefined ? undefined : inside === 'not' ? `(not ${arg})` : `not ${arg}`
    }
    case 'test': {
      const name = of.subject.kind === 'field' ? names.get(of.subject.name) : undefined
      return name === undefined ? undefined : thereIn(of.match) === true ? name : `not ${name}`
    }
    default:
      return undefined
  }
}

const operators = { '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte', '=': 'eq' } as const

/** The comparisons of one measure, which must all hold. */
function thresholds(having: Predicate, measure: string, whole: Whole): readonly string[] | undefined {
  const lines = new Map<string, string>()
  for (const test of having.kind === 'and' ? having.args : [having]) {
    const inner = test.kind === 'not' ? test.arg : test
    const match = inner.kind === 'test' ? inner.match : undefined
    const value = match?.kind === 'compare' && match.to.kind === 'literal' ? match.to.value : undefined
    if (
      inner.kind !== 'test' ||
      inner.subject.kind !== 'field' ||
      inner.subject.name !== measure ||
      match?.kind !== 'compare' ||
      (typeof value !== 'number' && typeof value !== 'bigint') ||
      (test.kind === 'not' && match.op !== '=')
    )
      return refuse(whole, 'a condition on a count that compares with something else than numbers', test.span ?? having.span)
    const op = test.kind === 'not' ? 'neq' : operators[match.op]
    if (lines.has(op)) return refuse(whole, `a condition that has "${op}" twice`, test.span ?? having.span)
    const number = String(value)
    if (!/^-?\d+(?:\.\d+)?$/.test(number)) return refuse(whole, `the number ${number} in a condition`, test.span)
    lines.set(op, `${op}: ${number}`)
  }
  return [...lines.values()]
}

/** The condition of a correlation that counts: the field, and what its measure is compared with. */
function condition(having: Predicate, measure: Measure, parts: readonly Part[], whole: Whole): readonly string[] | undefined {
  const lines = thresholds(having, measure.name, whole)
  if (lines === undefined) return undefined
  if (!Object.hasOwn(types, measure.fn))
    return refuse(whole, `the measure "${measure.fn}"`, having.span, 'Sigma has counts, sums, averages and percentiles')
  const { of } = measure
  if (measure.fn === 'count' && of === undefined) return lines
  const scalars = of?.kind === 'call' && of.fn === 'sigma:tuple' ? of.args : of === undefined ? [] : [of]
  const names = scalars.map(one => {
    if (one.kind !== 'field') return undefined
    const fields = new Set(parts.map(part => part.fields.get(one.name) ?? one.name))
    return fields.size === 1 && canName([...fields][0]!) ? [...fields][0]! : undefined
  })
  if (names.length === 0 || names.includes(undefined) || measure.fn === 'count')
    return refuse(whole, `the measure "${measure.fn}" is not taken of one field of the events`, of?.span ?? having.span)
  const field =
    names.length === 1 ? [`field: ${keyText(names[0]!)}`] : ['field:', ...names.map(name => `    - ${keyText(name!)}`)]
  if (measure.fn !== 'percentile') return [...field, ...lines]
  const part = measure.args?.[0]
  if (typeof part !== 'number') return refuse(whole, 'a percentile without a number', having.span)
  return [...field, `percentile: ${part}`, ...lines]
}

/** Rules within a time, in any order or in the one that they are listed in. */
function orderOf(query: Pipeline, whole: Whole, depth: number, again: boolean): string | undefined {
  const { from } = query
  if (from.kind !== 'sequence') return undefined
  if (from.until !== undefined) return refuse(whole, 'an event that ends a sequence', from.until.of.from.span ?? from.span)
  const rules: string[] = []
  const steps: { readonly by: readonly (string | undefined)[] }[] = []
  for (const step of from.steps) {
    const what =
      step.absent === true
        ? 'an event that must be missing'
        : step.times !== undefined && step.times > 1
          ? 'an event that must come several times'
          : step.until !== undefined
            ? 'a condition that ends a step'
            : step.by.some(key => key.optional === true)
              ? 'a key that may be missing'
              : undefined
    if (what !== undefined) return refuse(whole, `${what} in a sequence`, step.of.from.span ?? from.span)
    const columns: Column[] = []
    const stages = [...step.of.stages]
    for (let last = stages.at(-1); last?.kind === 'extend'; last = stages.at(-1)) {
      columns.unshift(...last.columns)
      stages.pop()
    }
    const inner = step.of.from
    const alone = inner.kind === 'union' && inner.of.length === 1 ? inner.of[0]! : { from: inner, stages: [] as readonly Stage[] }
    if (alone.from.kind === 'union')
      return refuse(whole, 'a step of a sequence that events of several log sources take', inner.span ?? from.span)
    const name = documentOf({ ...step.of, from: alone.from, stages: [...alone.stages, ...stages] }, whole, depth + 1, true)
    if (name === undefined) return undefined
    rules.push(name)
    steps.push({
      by: step.by.map(({ value }) => {
        if (value.kind !== 'field') return undefined
        const made = columns.findLast(column => column.name === value.name)
        return made === undefined ? value.name : made.value.kind === 'field' ? made.value.name : undefined
      }),
    })
  }
  const count = steps[0]?.by.length ?? 0
  if (steps.some(step => step.by.length !== count)) return refuse(whole, 'steps with keys of different numbers', from.span)
  const groups = grouping(
    Array.from({ length: count }, (_, at) => {
      const key = from.steps[0]!.by[at]!.value
      const fields = steps.map(step => step.by[at])
      const name =
        key.kind === 'field' && from.steps.every(step => sameName(step.by[at]?.value, key.name)) ? key.name : `key_${at + 1}`
      return { name, fields, span: key.span ?? from.span }
    }),
    rules,
    whole,
  )
  const time = timespan(from.within, from.span, whole)
  if (groups === undefined || time === undefined) return undefined
  const body = [...listed(rules), ...groups.aliases, ...groups.groups, `timespan: ${time}`]
  const lines = document(from.ordered ? 'temporal_ordered' : 'temporal', body)
  return add(from.span === undefined ? lines : [mark(lines[0]!, [from.span]), ...lines.slice(1)], 'order', whole, again)
}

const sameName = (of: Scalar | undefined, name: string): boolean => of?.kind === 'field' && of.name === name

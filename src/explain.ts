// What a rule asks (stages, predicates, indicators, data needed), and why it matched one event or not. Both speak of the rule as its author wrote it.

import { compilePredicate } from './engine/match.ts'
import {
  join,
  sayPredicate,
  sayScalar,
  sayTest,
  type Trace,
  type Traced,
  type TraceOptions,
  tracePredicate,
  valuesOf,
} from './engine/trace.ts'
import type { Detection } from './ir/detection.ts'
import type { Event } from './ir/event.ts'
import type { EventClass, Measure, Pipeline, Stage } from './ir/pipeline.ts'
import type { At, Predicate, Scalar } from './ir/predicate.ts'
import { fieldsUsed } from './ir/walk.ts'
import { schemas as allSchemas } from './schemas/index.ts'
import { readsTables, retell } from './schemas/retell.ts'
import type { Schema } from './schemas/schema.ts'
import { type View, views } from './schemas/translate.ts'
import type { Source, Span } from './text/source.ts'

export type { Trace } from './engine/trace.ts'

/** A query in the order in which it runs. A correlation begins with the stages of the rules it refers to. */
export interface Explanation {
  readonly stages: readonly ExplainedStage[]
  readonly predicates: readonly ExplainedPredicate[]
  readonly indicators: readonly Indicator[]
  /** The log sources it reads, and the fields it reads of each. */
  readonly needs: readonly { readonly class: EventClass; readonly fields: readonly string[] }[]
}

export interface ExplainedStage {
  readonly kind: string
  readonly text: string
  readonly span?: Span
  /** The rule of a correlation that the stage belongs to. */
  readonly rule?: string
}

/** One test: the field, what is asked, of which value, whether case is ignored, and whether the rule wants it not to hold. */
export interface ExplainedPredicate {
  /** The place of its stage in `stages`. */
  readonly stage: number
  readonly field: string
  readonly op: string
  readonly value: string
  readonly fold: boolean
  readonly negated: boolean
  readonly predicate: Predicate
  readonly span?: Span
}

/** A field, an operator and the values looked for; `corpus` counts the other rules that look for the same. `negated`: what the rule lets pass. */
export interface Indicator {
  readonly field: string
  readonly kind: string
  readonly values: readonly string[]
  readonly negated?: boolean
  readonly corpus?: number
}

const longestText = 160

export interface ExplainSettings {
  /** The documents of rules that a correlation refers to, so that their parts are shown as written there. */
  readonly documents?: readonly Source[]
}

/** The document a span points into, or undefined when it is not at hand. */
function documentOf(detection: Detection, span: Span, settings: ExplainSettings): Source | undefined {
  const { document } = detection.written
  if (span.source === undefined || span.source === document.name) return document
  return settings.documents?.find(({ name }) => name === span.source)
}

/** The text of a part as its author wrote it, on one line; undefined when it is not at hand. */
function textOf(detection: Detection, span: Span | undefined, settings: ExplainSettings): string | undefined {
  if (span === undefined) return undefined
  const text = documentOf(detection, span, settings)?.text.slice(span.start, span.end).replace(/\s+/g, ' ').trim()
  return text === undefined || text === '' ? undefined : cut(text)
}

const cut = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text)

/** The text of a predicate: a test with the key it stands behind, values of one key by their number, a search identifier by its name. */
export function predicateText(detection: Detection, predicate: Predicate, settings: ExplainSettings): string | undefined {
  const { span } = predicate
  const text = textOf(detection, span, settings)
  if (span === undefined || text === undefined) return undefined
  const source = documentOf(detection, span, settings)!.text
  if (predicate.kind === 'test') {
    const label = keyOf(predicate.subject, span, source)
    return label === undefined ? text : cut(`${label}: ${text}`)
  }
  if (predicate.kind !== 'and' && predicate.kind !== 'or') return text
  const before = source.slice(Math.max(0, span.start - 300), span.start)
  const name = /(?:^|\n)[ \t]*([\w.-]+)[ \t]*:[ \t]*(?:#[^\n]*)?\n[ \t]*(?:-[ \t]*)?$/.exec(before)?.[1]
  if (name !== undefined && name !== 'condition') return name
  const labels = new Set(predicate.args.map(arg => (arg.kind === 'test' ? keyOf(arg.subject, span, source) : undefined)))
  const [label] = labels
  if (labels.size !== 1 || label === undefined) return text
  return `${label}: ${predicate.kind === 'and' ? 'all' : 'any'} of ${predicate.args.length} values`
}

/** The key of an item, with its modifiers, where it stands before the values. */
function keyOf(subject: Scalar, values: Span, source: string): string | undefined {
  const span = subjectSpan(subject)
  if (span === undefined || span.source !== values.source || span.end > values.start) return undefined
  return /^[^\n]*?(?=:\s|\n|$)/.exec(source.slice(span.start, values.start))![0]
}

function subjectSpan(scalar: Scalar): Span | undefined {
  if (scalar.span !== undefined) return scalar.span
  return scalar.kind === 'call' && scalar.args[0] !== undefined ? subjectSpan(scalar.args[0]) : undefined
}

/** A log source in words: `process_creation / windows`. */
export function sayClass(of: EventClass): string {
  const parts = [of.category, of.product, of.service].filter(part => part !== undefined)
  return parts.length === 0 ? 'any log source' : parts.join(' / ')
}

function sayMillis(size: number): string {
  for (const [unit, length] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const)
    if (size % length === 0) return `${size / length}${unit}`
  return `${size}ms`
}

function sayMeasure(measure: Measure): string {
  const of = [...(measure.of === undefined ? [] : [sayScalar(measure.of)]), ...(measure.args ?? []).map(String)].join(', ')
  const where = measure.where === undefined ? '' : ` where ${sayPredicate(measure.where)}`
  return `${measure.fn}(${of})${where}`
}

function sayStage(stage: Stage): string {
  switch (stage.kind) {
    case 'filter':
      return sayPredicate(stage.where)
    case 'extend':
      return stage.columns.map(column => `${column.name} = ${sayScalar(column.value)}`).join(', ')
    case 'aggregate': {
      const having = stage.having === undefined ? '' : `, where ${sayPredicate(stage.having)}`
      const by = stage.by.length === 0 ? '' : ` by ${stage.by.map(column => column.name).join(', ')}`
      const within = stage.window === undefined ? '' : ` within ${sayMillis(stage.window.size)}`
      const measures = stage.measures.map(measure => `${measure.name} = ${sayMeasure(measure)}`).join(', ')
      return `${measures}${by}${within}${having}`
    }
    case 'opaque':
      return stage.text
    default:
      return stage.kind
  }
}

/** What the branches of a correlation are called: the names of its rules where they are known, else their places. */
function branchNames(detection: Detection, count: number): readonly string[] {
  const said = detection.rest.correlation
  const rules =
    typeof said === 'object' && said !== null && 'rules' in said && Array.isArray(said.rules)
      ? (said.rules as readonly unknown[])
      : []
  return Array.from({ length: count }, (_, index) => (rules.length === count ? String(rules[index]) : `${index + 1}`))
}

/** The file that a branch comes from, where its parts say it. */
function fileOf(query: Pipeline): string | undefined {
  for (const stage of query.stages) {
    const source = stage.span?.source ?? (stage.kind === 'filter' ? stage.where.span?.source : undefined)
    if (source !== undefined) return source.replace(/^.*[\\/]/s, '')
  }
  return undefined
}

interface Branch {
  readonly name: string
  readonly query: Pipeline
}

function branchesOf(detection: Detection, query: Pipeline, depth: number): readonly Branch[] {
  const { from } = query
  if (from.kind === 'sequence') return from.steps.map((step, index) => ({ name: step.name ?? `${index + 1}`, query: step.of }))
  if (from.kind !== 'union') return []
  const names =
    depth === 0
      ? branchNames(detection, from.of.length)
      : from.of.map((inner, index) => (fileOf(inner) === undefined ? `${index + 1}` : `${index + 1} (${fileOf(inner)})`))
  return from.of.map((inner, index) => ({ name: names[index]!, query: inner }))
}

/** What a rule asks: its stages, every test in them, the tests folded by field and operator, and the data it needs. */
export function explain(detection: Detection, settings: ExplainSettings = {}): Explanation {
  const stages: ExplainedStage[] = []
  const predicates: ExplainedPredicate[] = []
  const needs = new Map<string, { readonly class: EventClass; readonly fields: Set<string> }>()
  /** The places of stages that filter. */
  const asking = new Set<number>()

  function test(predicate: Predicate, negated: boolean, stage: number): void {
    switch (predicate.kind) {
      case 'test':
        predicates.push({ stage, ...sayTest(predicate), negated, predicate, ...at(predicate) })
        return
      case 'not':
        test(predicate.arg, !negated, stage)
        return
      case 'and':
      case 'or':
        for (const arg of predicate.args) test(arg, negated, stage)
    }
  }

  function walk(query: Pipeline, rule: string | undefined, wanted: ReadonlySet<string>, depth: number): void {
    const own = rule === undefined ? {} : { rule }
    const reads = new Set<string>()
    const made = new Set<string>()
    for (const stage of query.stages) {
      for (const name of readsOf(stage)) if (!made.has(name)) reads.add(name)
      if (stage.kind === 'extend') for (const column of stage.columns) made.add(column.name)
      if (stage.kind === 'aggregate') break
    }
    for (const name of wanted) if (!made.has(name)) reads.add(name)
    const branches = branchesOf(detection, query, depth)
    const { from } = query
    if (from.kind === 'sequence')
      for (const step of from.steps) for (const { value } of step.by) for (const name of fieldsUsed(value)) reads.add(name)
    for (const branch of branches)
      walk(branch.query, rule === undefined ? branch.name : `${rule} / ${branch.name}`, reads, depth + 1)
    if (from.kind === 'class') {
      const key = JSON.stringify([from.class.product, from.class.category, from.class.service])
      const need = needs.get(key) ?? { class: from.class, fields: new Set<string>() }
      needs.set(key, need)
      for (const name of reads) need.fields.add(name)
    }
    const written = query.rules !== undefined && query.rules !== 'sigma'
    if (from.kind !== 'rows' || !written) stages.push({ kind: from.kind, text: sayFrom(query, branches), ...at(from), ...own })
    for (const stage of query.stages) {
      const place = stage.span ?? (stage.kind === 'filter' ? stage.where.span : undefined)
      const text = textOf(detection, place, settings)
      const span = stage.span === undefined && stage.kind === 'filter' ? at(stage.where) : at(stage)
      const before = stages.at(-1)
      // What one command of a language does may be several stages, the first of them where the rows come from.
      if (written && text !== undefined && before !== undefined && samePlace(before.span, span.span)) {
        // Splunk's first stage is a search without saying so.
        const first = before.text === 'search' ? 'search' : commandOf(text)
        const kind = before.kind === 'table' ? first : before.kind
        stages[stages.length - 1] = { kind: kind ?? stage.kind, text, ...span, ...own }
      } else
        stages.push({
          kind: (written && text !== undefined ? commandOf(text) : undefined) ?? stage.kind,
          text: text ?? sayStage(stage),
          ...span,
          ...own,
        })
      if (stage.kind === 'filter') test(stage.where, false, stages.length - 1)
      if (stage.kind === 'aggregate' && stage.having !== undefined) test(stage.having, false, stages.length - 1)
      if (stage.kind === 'filter') asking.add(stages.length - 1)
    }
  }

  walk(detection.query, undefined, new Set(), 0)
  if (needs.size === 0 && readsTables(detection.query)) {
    const told = retell(detection.query, allSchemas, 'all').value
    for (const one of told?.from.kind === 'union' ? told.from.of : told === undefined ? [] : [told])
      if (one.from.kind === 'class') {
        const key = JSON.stringify([one.from.class.product, one.from.class.category, one.from.class.service])
        const need = needs.get(key) ?? { class: one.from.class, fields: new Set<string>() }
        needs.set(key, need)
        for (const name of fieldsUsed(one)) need.fields.add(name)
      }
  }
  return {
    stages,
    predicates,
    indicators: foldIndicators(predicates.filter(({ stage }) => asking.has(stage))),
    needs: [...needs.values()].map(need => ({ class: need.class, fields: [...need.fields] })),
  }
}

const samePlace = (a: Span | undefined, b: Span | undefined): boolean =>
  a !== undefined && b !== undefined && a.start === b.start && a.end === b.end && a.source === b.source

/** The command that a stage is written as: its first word, where that is a word of a query language and not a condition. */
function commandOf(text: string): string | undefined {
  const word = /^\|?\s*([A-Za-z_][\w-]*)(?=\s|$|\[|"|\()/.exec(text)?.[1]
  return word?.toLowerCase()
}

/** The fields of rows that a stage reads; what it asks of its own measures is none of them. */
function readsOf(stage: Stage): readonly string[] {
  if (stage.kind !== 'aggregate') return [...fieldsUsed(stage)]
  const { having: _, ...rest } = stage
  return [...fieldsUsed(rest)]
}

const at = (node: At): { readonly span?: Span } => (node.span === undefined ? {} : { span: node.span })

function sayFrom(query: Pipeline, branches: readonly Branch[]): string {
  const { from } = query
  const names = branches.map(branch => branch.name)
  switch (from.kind) {
    case 'class':
      return sayClass(from.class)
    case 'union':
      return names.length === 1 ? `matches of ${names[0]}` : `matches of any of ${names.join(', ')}`
    case 'sequence': {
      const by = from.steps[0]?.by.map(({ value }) => sayScalar(value)).join(', ') ?? ''
      const within = from.within === undefined ? '' : ` within ${sayMillis(from.within)}`
      return `${names.join(from.ordered ? ', then ' : ' and ')}${by === '' ? '' : ` by ${by}`}${within}`
    }
    case 'table':
      return from.name
    case 'rule':
      return `the rule ${from.id}, which is not at hand`
    default:
      return from.kind
  }
}

function foldIndicators(predicates: readonly ExplainedPredicate[]): readonly Indicator[] {
  const found = new Map<string, { field: string; kind: string; values: Set<string>; negated: boolean }>()
  for (const { field, op, value, negated } of predicates) {
    const key = JSON.stringify([field, op, negated])
    const indicator = found.get(key) ?? { field, kind: op, values: new Set<string>(), negated }
    found.set(key, indicator)
    if (value !== '') indicator.values.add(value)
  }
  return [...found.values()].map(({ field, kind, values, negated }) => ({
    field,
    kind,
    values: [...values],
    ...(negated ? { negated } : {}),
  }))
}

export interface TraceSettings extends ExplainSettings {
  /** The shapes of logs among which the event's is looked for. Default: all that are not opt-in. */
  readonly schemas?: readonly Schema[]
}

/**
 * Why a rule matched an event or not, part by part in the structure of its condition. A record of a known shape is asked under
 * its own names; one that does not say its log source is taken for one of the rule's. For a correlation, one event can only
 * be a match of the rules it refers to: the whole is then `absent`, since the other events are not at hand.
 */
export function trace(detection: Detection, event: Event, settings: TraceSettings = {}): Trace {
  const known = settings.schemas ?? allSchemas.filter(schema => schema.optIn !== true)
  const asked: Asked = { detection, event, known, settings }
  // A query over a product's tables is traced as what it asks of events; any kind of event that a table holds will do.
  const told = readsTables(detection.query) ? retell(detection.query, allSchemas, 'all').value : undefined
  if (told?.from.kind === 'union') {
    const parts = branchesOf(detection, told, 0).map(branch => traceQuery(asked, branch.query, 1))
    return { ...join('or', detection.title, parts).trace, text: detection.title }
  }
  return { ...traceQuery(asked, told ?? detection.query, 0).trace, text: detection.title }
}

interface Asked {
  readonly detection: Detection
  readonly event: Event
  readonly known: readonly Schema[]
  readonly settings: ExplainSettings
}

function traceQuery(asked: Asked, query: Pipeline, depth: number): Traced {
  const { detection, event, known, settings } = asked
  const branches = branchesOf(detection, query, depth)
  const text = sayFrom(query, branches)
  if (query.from.kind !== 'class') return traceSeveral(asked, branches, text, depth)
  const source = traceSource(query.from.class, event, known)
  const options: TraceOptions = { text: predicate => predicateText(detection, predicate, settings), view: source.view }
  const parts: Traced[] = source.traced === undefined ? [] : [source.traced]
  let later: Stage | undefined
  for (const stage of query.stages) {
    if (stage.kind === 'filter') parts.push(tracePredicate(stage.where, event, options))
    else if (stage.kind !== 'extend') {
      later = stage
      break
    }
  }
  const joined = join('and', text, parts)
  const children = [...(source.given === undefined ? [] : [source.given]), ...joined.trace.children]
  if (later === undefined || joined.trace.truth !== 'true') return { ...joined, trace: { ...joined.trace, children } }
  const stageText = textOf(detection, later.span, settings) ?? sayStage(later)
  const whole: Trace = {
    text: stageText,
    truth: 'absent',
    reason: 'asked of several events together',
    ...at(later),
    children: [],
  }
  const reason = 'the event is one that counts; whether the rule fires depends on the others'
  return { ...joined, trace: { text, truth: 'absent', reason, children: [...children, whole] } }
}

function traceSeveral(asked: Asked, branches: readonly Branch[], text: string, depth: number): Traced {
  const parts = branches.map(branch => {
    const inner = traceQuery(asked, branch.query, depth + 1)
    return { ...inner, trace: { ...inner.trace, text: `${branch.name}: ${inner.trace.text}` } }
  })
  const joined = join('or', text, parts)
  const counts = parts.filter(
    part => part.trace.truth === 'true' || part.trace.reason?.startsWith('the event is one that counts') === true,
  )
  if (counts.length === 0) return { ...joined, trace: { ...joined.trace, truth: 'false' } }
  const names = branches.filter((_, index) => counts.includes(parts[index]!)).map(branch => branch.name)
  const reason = `the event is one that counts, as a match of ${names.join(', ')}; whether the rule fires depends on the others`
  return { ...joined, trace: { text, truth: 'absent', reason, children: joined.trace.children } }
}

interface SourceTrace {
  readonly view?: View
  /** Whether the event is of the rule's log source; or that it does not say. */
  readonly traced?: Traced
  readonly given?: Trace
}

function traceSource(wanted: EventClass, event: Event, known: readonly Schema[]): SourceTrace {
  const text = `log source ${sayClass(wanted)}`
  const shape = known.find(
    schema => schema.beside === undefined && schema.recognise !== undefined && compilePredicate(schema.recognise)(event),
  )
  if (shape === undefined) {
    const reason = 'nothing in the event says its log source; it is taken for this one'
    return { given: { text, truth: 'absent', reason, children: [] } }
  }
  const family = [shape, ...known.filter(schema => schema.beside === shape.id)]
  const held = family.flatMap(schema => views(schema, wanted).map(view => ({ schema, view })))
  const found = held.find(({ view }) => view.where.length === 0 || view.where.some(where => compilePredicate(where)(event)))
  if (found !== undefined) {
    const values = valuesOf(found.view.where, event)
    const reason = values === '' ? found.schema.title : `${found.schema.title}: ${values}`
    const no = { cost: 1, near: 0, parts: [{ text, want: false }] }
    return {
      view: found.view,
      traced: { trace: { text, truth: 'true', reason, children: [] }, yes: { cost: 0, near: 1, parts: [] }, no },
    }
  }
  const values = valuesOf(
    held.flatMap(({ view }) => view.where),
    event,
  )
  const reason =
    held.length === 0
      ? `${shape.title} does not hold this log source`
      : `the event is of another log source${values === '' ? '' : `: ${values}`}`
  const yes = { cost: 1, near: 0, parts: [{ text, want: true, nearest: reason }] }
  const traced: Traced = { trace: { text, truth: 'false', reason, children: [] }, yes, no: { cost: 0, near: 1, parts: [] } }
  return held.length === 0 ? { traced } : { view: held[0]!.view, traced }
}

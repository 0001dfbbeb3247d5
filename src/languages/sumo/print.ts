// Meaning to a log search of Sumo Logic: a scope, the fields that the rule asks out of the JSON of the message, one `where` for each condition. Correlations count within time slices.

import { shape } from '../../ir/glob.ts'
import { or } from '../../ir/logic.ts'
import type { Measure, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { settle } from '../../ir/settle.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { between, type Doc, group, hard, indent, line, mark, tight } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import type { Printed, Style } from '../language.ts'
import { type Branch, branches, createPrinting, finish, guarded, printPredicate, question } from '../printing.ts'
import { type Around, condition, fieldName, variable } from './condition.ts'

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const around: Around = { printing: createPrinting(), names: new Map(), taken: new Set() }
  return finish(whole(query, around), around.printing, style)
}

function beyond(what: string, span: Span | undefined, { printing }: Around): Doc {
  return printing.cannot('SUM101', `${what} cannot be said in a log search here`, span, 'convert the rules that it stands on')
}

const ready = (of: Predicate): Predicate => guarded(settle(of), false)

function whole(query: Pipeline, around: Around): Doc {
  if (query.from.kind === 'sequence') return sequence(query, query.from, around)
  const stage = query.stages.at(-1)
  if (stage?.kind === 'aggregate') return counted(query, stage, around)
  const asked = question(query)
  if ('beyond' in asked) return beyond(asked.beyond, asked.span, around)
  return search(asked.tables, filters(ready(asked.where), around), around)
}

/** One `where` for each part of a condition that must hold. */
function filters(of: Predicate, around: Around): readonly Doc[] {
  if (of.kind === 'and') return of.args.flatMap(arg => filters(arg, around))
  return of.kind === 'const' && of.value ? [] : [where(condition(of, around))]
}

const where = (doc: Doc): Doc => group('| where', indent(line, doc))
const list = (docs: readonly Doc[]): Doc => between(docs, [',', line])

/** A table is the scope of a search. The stages are made first: they name the fields that are taken out of the message. */
function search(tables: readonly string[], stages: readonly Doc[], around: Around): Doc {
  const json = [...around.names].map(([path, name]) => `| json field=_raw "${path}" as ${name} nodrop`)
  const scope = [...new Set(tables)]
  const first = scope.length === 1 ? scope[0]! : `(${scope.join(' OR ')})`
  return between([mark(first, [], 'added'), ...json, ...stages], hard)
}

/** A column in a branch's own terms: what it computes, or the field of that name. */
const resolve = (value: Scalar, of: Branch): Scalar =>
  value.kind === 'field' ? (of.columns.findLast(column => column.name === value.name)?.value ?? value) : value

/** The field that a value lies in, for the events of each branch; where it is not the same one, chosen by the branch. */
function value(of: Scalar, from: readonly Branch[], own: string, stages: Doc[], around: Around): string | undefined {
  const found = from.map(one => fieldName(resolve(of, one), around, of.span))
  if (found.includes(undefined)) return undefined
  if (new Set(found).size === 1) return found[0]
  const name = variable(own, around.taken)
  let doc: Doc = found.at(-1)!
  for (let at = from.length - 2; at >= 0; at--)
    doc = ['if(', indent(tight, condition(ready(from[at]!.where), around)), tight, `, ${found[at]!}, `, doc, ')']
  stages.push(group('| ', doc, ` as ${name}`))
  return name
}

/** A column of 1 for the events of a branch and 0 for others. */
function flag(of: Predicate, own: string, around: Around, yes = '1', no = '0'): { readonly name: string; readonly doc: Doc } {
  const name = variable(own, around.taken)
  return { name, doc: group('| if(', indent(tight, condition(ready(of), around)), tight, `, ${yes}, ${no}) as ${name}`) }
}

/** The windows of a correlation slide along its events; here they lie side by side. */
function slices(size: number | undefined, span: Span | undefined, { printing }: Around): readonly string[] {
  if (size === undefined) return []
  const seconds = Math.max(1, Math.round(size / 1000))
  const unit =
    (
      [
        ['d', 86_400],
        ['h', 3600],
        ['m', 60],
      ] as const
    ).find(([, length]) => seconds % length === 0) ?? (['s', 1] as const)
  const told = `${seconds / unit[1]}${unit[0]}`
  printing.diagnostics.push({
    code: 'SUM303',
    severity: 'warning',
    message: `the window of ${told} slides along the events, and here windows of that length lie side by side: events on both sides of a border are not counted together`,
    span,
    hint: 'run the search often over a short time, or convert to sumo-cse',
  })
  return [`| timeslice ${told}`]
}

const present = (names: readonly string[]): readonly Doc[] => [...new Set(names)].map(name => `| where !isNull(${name})`)

const functions: Readonly<Record<string, string>> = { sum: 'sum', avg: 'avg', min: 'min', max: 'max', median: 'median' }

/** More distinct values than these are estimated (manual, `count_distinct`). */
const exactly = 100

function counted(query: Pipeline, last: Stage & { kind: 'aggregate' }, around: Around): Doc {
  const of = branches({ from: query.from, stages: query.stages.slice(0, -1) })
  if ('beyond' in of) return beyond(of.beyond, of.span, around)
  const span = last.span ?? query.from.span
  const stages: Doc[] = [...filters(ready(or(of.map(one => one.where))), around)]
  const keys: string[] = []
  for (const by of last.by) keys.push(value(by.value, of, by.name, stages, around) ?? '')
  stages.push(...present(keys))
  const measures: string[] = []
  const names = new Map<string, string>()
  for (const measure of last.measures) {
    const name = variable(measure.name, around.taken)
    const told = measured(measure, of, stages, last.measures.length === 1, span, around)
    if (told === undefined) continue
    measures.push(`${told} as ${name}`)
    names.set(measure.name, name)
  }
  const time = slices(last.window?.size, span, around)
  const by = [...(time.length === 0 ? [] : ['_timeslice']), ...keys]
  stages.push(...time, group('| ', list(measures), by.length === 0 ? '' : ` by ${by.join(', ')}`))
  if (last.having !== undefined && names.size === last.measures.length) {
    estimates(last, span, around)
    stages.push(where(having(last.having, names, around)))
  }
  return search(
    of.map(one => one.table),
    stages,
    around,
  )
}

/** Counts of many distinct values and percentiles are estimates. */
function estimates(last: Stage & { kind: 'aggregate' }, span: Span | undefined, { printing }: Around): void {
  const distinct = last.measures.some(measure => measure.fn === 'distinct')
  const many = JSON.stringify(last.having, (key, member) => (key === 'span' ? undefined : member)).match(/"value":(\d+)/g) ?? []
  const beyondExact = distinct && many.some(text => Number(text.slice('"value":'.length)) >= exactly)
  if (!beyondExact && !last.measures.some(measure => measure.fn === 'percentile' || measure.fn === 'median')) return
  printing.diagnostics.push({
    code: 'SUM302',
    severity: 'warning',
    message: distinct ? `more than ${exactly} distinct values are counted to within a few per cent` : 'percentiles are estimated',
    span,
    hint: 'take a margin into account',
  })
}

function measured(
  measure: Measure,
  of: readonly Branch[],
  stages: Doc[],
  alone: boolean,
  span: Span | undefined,
  around: Around,
): string | undefined {
  if (measure.fn === 'count' && measure.of === undefined) {
    const meant = measure.where === undefined ? of : branchesOf(measure.where, of)
    if (meant === undefined) {
      beyond('counting by a condition that is no rule', measure.where?.span ?? span, around)
      return undefined
    }
    if (of.length === 1) return 'count'
    // An event that several rules find counts for each.
    const flags = meant.map(one => flag(one.where, 'found', around))
    stages.push(...flags.map(one => one.doc))
    if (flags.length === 1) return `sum(${flags[0]!.name})`
    const name = variable('found', around.taken)
    stages.push(`| ${flags.map(one => one.name).join(' + ')} as ${name}`)
    return `sum(${name})`
  }
  if (measure.of === undefined || measure.where !== undefined) {
    beyond('this measure', measure.of?.span ?? span, around)
    return undefined
  }
  const field = value(measure.of, of, `${measure.name}_of`, stages, around)
  if (field === undefined) return undefined
  if (alone) stages.push(...present([field]))
  if (measure.fn === 'distinct') return `count_distinct(${field})`
  if (of.length > 1) {
    beyond('adding up values of several rules', measure.of.span ?? span, around)
    return undefined
  }
  if (measure.fn === 'percentile') return `pct(${field}, ${Number(measure.args?.[0] ?? 50)})`
  const fn = Object.hasOwn(functions, measure.fn) ? functions[measure.fn] : undefined
  if (fn !== undefined) return `${fn}(${field})`
  beyond(`the measure "${measure.fn}"`, measure.of.span ?? span, around)
  return undefined
}

/** `rule = name` over a union: the branches that bear that name. */
function branchesOf(of: Predicate, from: readonly Branch[]): readonly Branch[] | undefined {
  const form = of.kind === 'test' && of.match.kind === 'glob' ? shape(of.match.glob) : undefined
  if (of.kind !== 'test' || of.subject.kind !== 'field' || form?.kind !== 'equals') return undefined
  const { name } = of.subject
  return from.filter(one => {
    const found = one.columns.findLast(column => column.name === name)?.value
    return found?.kind === 'literal' && found.value === form.text
  })
}

function having(of: Predicate, names: ReadonlyMap<string, string>, around: Around): Doc {
  return printPredicate(
    of,
    { and: 'and', or: 'or', not: inner => ['!(', inner, ')'], encloses: true, always: 'true', never: 'false' },
    test => {
      const { subject, match } = test
      const name = subject.kind === 'field' ? names.get(subject.name) : undefined
      if (name === undefined || match.kind !== 'compare' || match.to.kind !== 'literal')
        return beyond('this condition on a count', test.span, around)
      return `${name} ${match.op} ${String(match.to.value)}`
    },
    around.printing,
  )
}

/** The end of time in milliseconds, for what did not happen. */
const never = '9999999999999'

/** Rules that match within a window: each at least once; in order for two, where one comes before the other. */
function sequence(query: Pipeline, from: Pipeline['from'] & { kind: 'sequence' }, around: Around): Doc {
  if (query.stages.length > 0) return beyond('a condition on the result of several rules', query.stages[0]!.span, around)
  if (from.until !== undefined || from.steps.some(step => step.absent === true || step.times !== undefined))
    return beyond('a step that must be absent or repeats', from.span, around)
  if (from.ordered && from.steps.length > 2) return beyond('more than two rules in order', from.span, around)
  const steps: Branch[] = []
  for (const step of from.steps) {
    const found = branches(step.of)
    if ('beyond' in found) return beyond(found.beyond, found.span, around)
    if (found.length > 1 && new Set(found.map(one => JSON.stringify(one.columns))).size > 1)
      return beyond('a rule that lies in several tables', from.span, around)
    steps.push({ ...found[0]!, where: or(found.map(one => one.where)) })
  }
  const stages: Doc[] = [...filters(ready(or(steps.map(one => one.where))), around)]
  const keyed = steps.map(
    (step, at): Branch => ({
      ...step,
      columns: [
        ...step.columns,
        ...from.steps[at]!.by.map((by, place) => ({ name: `\u0000${place}`, value: resolve(by.value, step) })),
      ],
    }),
  )
  const keys = (from.steps[0]?.by ?? []).map((by, place) => {
    const own = by.value.kind === 'field' ? by.value.name : `key${place + 1}`
    return value({ kind: 'field', name: `\u0000${place}` }, keyed, own, stages, around) ?? ''
  })
  stages.push(...present(keys))
  const { ordered } = from
  const flags = steps.map((step, at) =>
    ordered
      ? flag(step.where, at === 0 ? 'first' : 'last', around, '_messagetime', at === 0 ? never : '0')
      : flag(step.where, `step_${at + 1}`, around),
  )
  stages.push(...flags.map(one => one.doc), ...slices(from.within, from.span, around))
  const results = flags.map(({ name }, at) => `${ordered ? (at === 0 ? 'min' : 'max') : 'sum'}(${name}) as ${name}`)
  const by = [...(from.within === undefined ? [] : ['_timeslice']), ...keys]
  stages.push(group('| ', list(results), by.length === 0 ? '' : ` by ${by.join(', ')}`))
  const [first, second] = flags
  stages.push(where(ordered ? `${first!.name} < ${second!.name}` : flags.map(one => `${one.name} > 0`).join(' and ')))
  return search(
    steps.map(one => one.table),
    stages,
    around,
  )
}

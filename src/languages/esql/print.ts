// Meaning to ES|QL: FROM, WHERE, and for correlations STATS over windows of fixed length.

import { shape } from '../../ir/glob.ts'
import { or } from '../../ir/logic.ts'
import type { Measure, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { between, type Doc, group, hard, indent, line, parenthesised, tight } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import type { Printed, Style } from '../language.ts'
import { type Branch, branches, createPrinting, finish, type Printing, printPredicate, question } from '../printing.ts'
import { condition } from './condition.ts'
import { duration, identifier, path, text } from './text.ts'

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const printing = createPrinting()
  return finish(whole(query, printing), printing, style)
}

function whole(query: Pipeline, printing: Printing): Doc {
  if (query.from.kind === 'sequence') return sequence(query, printing)
  const stage = query.stages.at(-1)
  if (stage?.kind === 'aggregate') return counted(query, stage, printing)
  const asked = question(query)
  if ('beyond' in asked) return beyond(asked.beyond, asked.span, printing)
  // Detection rules name their alerts by these columns.
  return [from(asked.tables, true), where(condition(asked.where, printing))]
}

function beyond(what: string, span: Span | undefined, printing: Printing): Doc {
  return printing.cannot('ESQ101', `${what} cannot be said in ES|QL`, span, 'convert the rules that it names')
}

function from(tables: readonly string[], named: boolean): string {
  const patterns = [...new Set(tables.flatMap(table => table.split(',')))]
  return `FROM ${patterns.map(index).join(', ')}${named ? ' METADATA _id, _index, _version' : ''}`
}

const index = (pattern: string): string => (/^[A-Za-z0-9_*.-]+$/.test(pattern) ? pattern : text(pattern))

const where = (doc: Doc): Doc => [hard, group('| WHERE', indent(line, doc))]

/** A column in a branch's own terms: what it computes, or the field of that name. */
function resolve(value: Scalar, of: Branch): Scalar {
  return value.kind === 'field' ? (of.columns.findLast(column => column.name === value.name)?.value ?? value) : value
}

/** A scalar that ES|QL can compute as it stands; undefined, and reported, otherwise. */
function scalar(of: Scalar, printing: Printing): string | undefined {
  if (of.kind === 'field') return path(of.name)
  if (of.kind === 'literal' && typeof of.value === 'string') return text(of.value)
  if (of.kind === 'call' && (of.fn === 'coalesce' || of.fn === 'sigma:tuple')) {
    const args = of.args.map(arg => scalar(arg, printing))
    if (args.includes(undefined)) return undefined
    if (of.fn === 'coalesce') return `COALESCE(${args.map(arg => `TO_STRING(${arg})`).join(', ')})`
    return `CONCAT(${args.map(arg => `TO_STRING(${arg})`).join(', "\\n", ')})`
  }
  const what = of.kind === 'call' ? `the function "${of.fn}"` : 'this value'
  printing.cannot('ESQ108', `${what} cannot be computed in ES|QL`, of.span, 'group by or count a single column')
  return undefined
}

/** One column for all branches: the same in each, or by branch. */
function column(value: Scalar, of: readonly Branch[], printing: Printing): Doc {
  const told = of.map(one => {
    const found = resolve(value, one)
    // Branches count each event under its own rule; a tuple's members are resolved one by one.
    const inner = found.kind === 'call' ? { ...found, args: found.args.map(arg => resolve(arg, one)) } : found
    return scalar(inner, printing) ?? ''
  })
  if (new Set(told).size === 1) return told[0]!
  printing.diagnostics.push({
    code: 'ESQ303',
    severity: 'warning',
    message: 'the rules keep this field in different columns, and an event that matches two of them is taken for the first',
    span: value.span,
    hint: 'correlate rules that ask different log sources',
  })
  const cases = of.map((one, at): Doc => [group(condition(one.where, printing)), `, ${told[at]!}`])
  return group('CASE(', indent(tight, between(cases, [',', line])), tight, ')')
}

/** The windows of a correlation slide along its events; here they lie side by side. */
function fixedWindow(size: number | undefined, span: Span | undefined, printing: Printing): string {
  if (size === undefined) return ''
  printing.diagnostics.push({
    code: 'ESQ301',
    severity: 'warning',
    message: `the window of ${duration(size)} slides along the events, and here windows of that length lie side by side: events on both sides of a border are not counted together`,
    span,
    hint: 'convert to elastic-eql, or run the rule often over a short time without the window',
  })
  return `window = DATE_TRUNC(${duration(size)}, @timestamp)`
}

interface Grouping {
  readonly evals: readonly Doc[]
  readonly by: readonly string[]
  readonly present: readonly string[]
}

/** Groups by columns under their Sigma names; rows without one belong to no group. */
function grouping(keys: readonly { readonly name: string; readonly doc: Doc }[]): Grouping {
  const evals: Doc[] = []
  const by: string[] = []
  const present: string[] = []
  for (const { name, doc } of keys) {
    const own = identifier(name)
    evals.push([hard, group('| EVAL ', own, ' = ', doc)])
    by.push(own)
    present.push(`${own} IS NOT NULL`)
  }
  return { evals, by, present }
}

const functions: Readonly<Record<string, string>> = { sum: 'SUM', avg: 'AVG', min: 'MIN', max: 'MAX', median: 'MEDIAN' }

function measureDoc(measure: Measure, of: readonly Branch[], printing: Printing): Doc {
  const own = identifier(measure.name)
  const where = measure.where === undefined ? undefined : ruleCondition(measure.where, of, printing)
  const behind: Doc = where === undefined ? '' : [' WHERE ', where]
  if (measure.fn === 'count' && measure.of === undefined) {
    if (where !== undefined || of.length === 1) return [own, ' = COUNT(*)', behind]
    // An event that matches two rules counts for both.
    const sum = of.map((one): Doc => group('CASE(', condition(one.where, printing), ', 1, 0)'))
    return [own, ' = SUM(', sum.flatMap((doc, at): Doc[] => (at === 0 ? [doc] : [' + ', doc])), ')']
  }
  if (measure.of === undefined) return beyond('this measure', undefined, printing)
  const value = column(measure.of, of, printing)
  if (measure.fn === 'distinct') return [own, ' = MV_COUNT(VALUES(', value, '))', behind]
  const single = resolve(measure.of, of[0]!)
  const number: Doc = single.kind === 'field' && single.type === 'long' ? value : ['TO_DOUBLE(', value, ')']
  if (of.length > 1) return beyond('adding up values of several rules', measure.of.span, printing)
  if (measure.fn === 'percentile') return [own, ' = PERCENTILE(', number, `, ${Number(measure.args?.[0] ?? 50)})`, behind]
  const fn = Object.hasOwn(functions, measure.fn) ? functions[measure.fn] : undefined
  if (fn === undefined) return beyond(`the measure "${measure.fn}"`, measure.of.span, printing)
  return [own, ` = ${fn}(`, number, ')', behind]
}

/** `rule = name` over a union: the questions of the branches that bear that name. */
function ruleCondition(where: Predicate, of: readonly Branch[], printing: Printing): Doc {
  const form = where.kind === 'test' && where.match.kind === 'glob' ? shape(where.match.glob) : undefined
  if (where.kind !== 'test' || where.subject.kind !== 'field' || form?.kind !== 'equals')
    return beyond('counting by a condition that is no rule', where.span, printing)
  const { name } = where.subject
  const meant = of.filter(one => {
    const value = one.columns.findLast(column => column.name === name)?.value
    return value?.kind === 'literal' && value.value === form.text
  })
  return condition(or(meant.map(one => one.where)), printing)
}

/** A condition on measures. */
function having(of: Predicate, printing: Printing): Doc {
  return printPredicate(
    of,
    { and: 'AND', or: 'OR', not: inner => ['NOT ', inner], always: 'TRUE', never: 'FALSE' },
    test => {
      const { subject, match } = test
      if (subject.kind !== 'field' || match.kind !== 'compare' || match.to.kind !== 'literal')
        return beyond('this condition on a count', test.span, printing)
      return `${identifier(subject.name)} ${match.op === '=' ? '==' : match.op} ${String(match.to.value)}`
    },
    printing,
  )
}

function counted(query: Pipeline, stage: Stage & { kind: 'aggregate' }, printing: Printing): Doc {
  const of = branches({ from: query.from, stages: query.stages.slice(0, -1) })
  if ('beyond' in of) return beyond(of.beyond, of.span, printing)
  const keys = grouping(stage.by.map(by => ({ name: by.name, doc: column(by.value, of, printing) })))
  const window = fixedWindow(stage.window?.size, stage.span ?? query.from.span, printing)
  const measures = stage.measures.map(measure => measureDoc(measure, of, printing))
  return summary(of, keys, window, measures, stage.having, printing)
}

function summary(
  of: readonly Branch[],
  keys: Grouping,
  window: string,
  measures: readonly Doc[],
  after: Predicate | Doc | undefined,
  printing: Printing,
): Doc {
  const by = [...keys.by, ...(window === '' ? [] : [window])]
  const told =
    typeof after === 'object' && 'kind' in after && isPredicate(after) ? having(after, printing) : (after as Doc | undefined)
  return [
    from(
      of.map(one => one.table),
      false,
    ),
    where(condition(or(of.map(one => one.where)), printing)),
    ...keys.evals,
    ...(keys.present.length === 0 ? [] : [where(keys.present.join(' AND '))]),
    hard,
    group(
      '| STATS',
      indent(
        line,
        measures.flatMap((doc, at): Doc[] => (at === 0 ? [doc] : [',', line, doc])),
      ),
    ),
    ...(by.length === 0 ? [] : [indent(hard, `BY ${by.join(', ')}`)]),
    ...(told === undefined ? [] : [where(told)]),
  ]
}

const isPredicate = (of: object): of is Predicate =>
  'kind' in of && typeof of.kind === 'string' && ['and', 'or', 'not', 'const', 'test', 'opaque'].includes(of.kind)

/** Rules that match within a window: each of them at least once; in order for two, where one comes before the other. */
function sequence(query: Pipeline, printing: Printing): Doc {
  const source = query.from as Pipeline['from'] & { kind: 'sequence' }
  if (query.stages.length > 0) return beyond('a condition on the result of several rules', query.stages[0]!.span, printing)
  if (source.until !== undefined || source.steps.some(step => step.absent === true || step.times !== undefined))
    return beyond('a step that must be absent or repeats', source.span, printing)
  if (source.ordered && source.steps.length > 2) return beyond('more than two rules in order', source.span, printing)
  const steps: Branch[] = []
  for (const step of source.steps) {
    const found = branches(step.of)
    if ('beyond' in found) return beyond(found.beyond, found.span, printing)
    if (found.length > 1 && new Set(found.map(one => JSON.stringify(one.columns))).size > 1)
      return beyond('a rule that lies in several tables', source.span, printing)
    steps.push({ ...found[0]!, where: or(found.map(one => one.where)) })
  }
  const names = source.steps[0]?.by.map((by, at) => (by.value.kind === 'field' ? by.value.name : `key${at + 1}`)) ?? []
  const keyed = steps.map((step, at) => ({
    ...step,
    columns: [
      ...step.columns,
      ...source.steps[at]!.by.map((by, place) => ({ name: `\u0000${place}`, value: resolve(by.value, step) })),
    ],
  }))
  const keys = grouping(
    names.map((name, place) => ({ name, doc: column({ kind: 'field', name: `\u0000${place}` }, keyed, printing) })),
  )
  const window = fixedWindow(source.within, source.span, printing)
  if (source.ordered && steps.length === 2) {
    const times = (['MIN', 'MAX'] as const).map(
      (fn, at): Doc => [
        `${['first', 'last'][at]} = ${fn}(@timestamp) WHERE `,
        parenthesised(group(condition(steps[at]!.where, printing))),
      ],
    )
    return summary(steps, keys, window, times, 'first < last', printing)
  }
  const counts = steps.map(
    (step, at): Doc => [`step${at + 1} = COUNT(*) WHERE `, parenthesised(group(condition(step.where, printing)))],
  )
  return summary(steps, keys, window, counts, steps.map((_, at) => `step${at + 1} > 0`).join(' AND '), printing)
}

// The aggregations of Sigma 1 behind a condition (`| count() by Host > 5`, `| near other`), lowered to what a correlation is.

import type { Column, From, Millis, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import type { Span } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { fail, type Reader } from './codes.ts'
import type { ConditionText, Selections, Tail } from './condition.ts'

const units: Readonly<Record<string, Millis>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  // Sigma's month and year: a twelfth of, and one, Gregorian year of 365.2425 days.
  M: 2_629_746_000,
  y: 31_556_952_000,
}

/** `15m` → milliseconds. One number and one unit: s, m, h, d, w, M (month), y. */
export function parseTimespan(text: string): Millis | undefined {
  const match = /^(\d{1,9})([smhdwMy])$/.exec(text.trim())
  if (match === null) return undefined
  const millis = Number(match[1]) * units[match[2]!]!
  return millis > 0 && Number.isSafeInteger(millis) ? millis : undefined
}

export type ThresholdOp = 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq'

/** A question about a measure, in the words of a correlation's condition. */
export function threshold(measure: string, op: ThresholdOp, value: number | bigint, span: Span): Predicate {
  const subject: Scalar = { kind: 'field', name: measure }
  const sign = ({ gt: '>', gte: '>=', lt: '<', lte: '<=', eq: '=', neq: '=' } as const)[op]
  const test: Predicate = { kind: 'test', subject, match: { kind: 'compare', op: sign, to: { kind: 'literal', value } }, span }
  return op === 'neq' ? { kind: 'not', arg: test, span } : test
}

const signs: Readonly<Record<string, ThresholdOp>> = {
  '>': 'gt',
  '>=': 'gte',
  '<': 'lt',
  '<=': 'lte',
  '=': 'eq',
  '==': 'eq',
  '!=': 'neq',
}
const functions = { count: 'count', min: 'min', max: 'max', avg: 'avg', sum: 'sum' } as const

/** Characters of one aggregation. */
const longest = 1000

type Lowered = { readonly from?: From; readonly stages: readonly Stage[] } | { readonly failed: Predicate }

/** Sigma 1's `| function(field) by group op number`, or `| near name and name` (Sigma specification 1.0, "Aggregation expression"). */
export function readAggregation(
  tail: Tail,
  condition: ConditionText,
  base: { readonly from: From; readonly predicate: Predicate; readonly within?: Millis; readonly selections: Selections },
  reader: Reader,
): Lowered {
  const text = tail.text.trim()
  const start = tail.start + tail.text.indexOf(text)
  const span = { start: condition.place(start), end: condition.place(start + text.length) }
  if (text.length > longest)
    return { failed: fail(reader, 'SIG028', `the aggregation is longer than ${longest} characters`, span) }
  if (/^near\b/.test(text)) return near(text, span, offset => condition.place(start + offset), base, reader)
  const match = /^(\w+)\s*\(([^()]*)\)\s*(?:by\s+([^<>=!]+))?(<=|>=|==|!=|<|>|=)\s*(-?\d+(?:\.\d+)?)$/.exec(text)
  if (match === null) {
    const hint =
      'it is a function, a field in parentheses, "by" and a field, and a comparison with a number: "count() by Host > 5"'
    return { failed: fail(reader, 'SIG028', `"${text}" is not an aggregation`, span, { hint }) }
  }
  const [, name, inner, by, sign, number] = match
  const field = inner!.trim()
  if (!Object.hasOwn(functions, name!)) {
    const near = suggest(name!, Object.keys(functions))
    const hint = near === undefined ? `functions are ${Object.keys(functions).join(', ')}` : `did you mean "${near}"?`
    return { failed: fail(reader, 'SIG028', `there is no aggregation "${name}"`, span, { hint }) }
  }
  const fn = functions[name as keyof typeof functions]
  if (fn !== 'count' && field === '') {
    return { failed: fail(reader, 'SIG028', `"${fn}" needs a field in its parentheses`, span) }
  }
  const measure = fn === 'count' && field !== '' ? 'value_count' : fn === 'count' ? 'event_count' : `value_${fn}`
  const groups = (by ?? '').split(',').map(group => group.trim())
  const columns = groups
    .filter(group => group !== '')
    .map((group): Column => ({ name: group, value: { kind: 'field', name: group, span } }))
  const of: Scalar | undefined = field === '' ? undefined : { kind: 'field', name: field, span }
  return {
    stages: [
      { kind: 'filter', where: base.predicate },
      {
        kind: 'aggregate',
        by: columns,
        measures: [
          of === undefined ? { name: measure, fn: 'count' } : { name: measure, fn: fn === 'count' ? 'distinct' : fn, of },
        ],
        ...(base.within === undefined ? {} : { window: { size: base.within, kind: 'sliding', report: 'rising' } }),
        having: threshold(measure, signs[sign!]!, Number(number), span),
        span,
      },
    ],
  }
}

/**
 * `near a and b`: the condition and each of the named search identifiers within the timeframe, in any order. With `and not c` it is
 * a count of each instead, where that of `c` is none.
 */
function near(
  text: string,
  span: Span,
  place: (offset: number) => number,
  base: { readonly from: From; readonly predicate: Predicate; readonly within?: Millis; readonly selections: Selections },
  reader: Reader,
): Lowered {
  const steps = [{ name: 'condition', where: base.predicate, absent: false }]
  let at = 'near'.length
  for (const part of text.slice(at).split(/\sand(?=\s)/)) {
    const begin = at + part.search(/\S|$/)
    const here = { start: place(begin), end: place(at + part.trimEnd().length) }
    at += part.length + ' and'.length
    const match = /^\s*(not\s+)?([\p{L}\p{N}_.-]+)\s*$/u.exec(part)
    if (match === null) {
      const hint = 'it is "near" and names joined by "and" or "and not"'
      return { failed: fail(reader, 'SIG028', `"${part.trim()}" is not the name of a search identifier`, here, { hint }) }
    }
    const name = match[2]!
    if (!base.selections.names.includes(name)) {
      const close = suggest(name, base.selections.names)
      const hint = close === undefined ? {} : { hint: `did you mean "${close}"?` }
      return { failed: fail(reader, 'SIG023', `"${name}" is not defined in this detection`, here, hint) }
    }
    base.selections.used(name)
    steps.push({ name, where: base.selections.predicate(name), absent: match[1] !== undefined })
  }
  const within = base.within
  const of = (where: Predicate, name?: string): Pipeline => ({
    from: base.from,
    stages: [
      { kind: 'filter', where },
      ...(name === undefined
        ? []
        : [{ kind: 'extend', columns: [{ name: 'step', value: { kind: 'literal', value: name } }] } as const]),
    ],
    rules: 'sigma',
  })
  if (!steps.some(step => step.absent)) {
    return {
      from: {
        kind: 'sequence',
        steps: steps.map(step => ({ name: step.name, of: of(step.where), by: [] })),
        ordered: false,
        match: 'first',
        ...(within === undefined ? {} : { within }),
        span,
      },
      stages: [],
    }
  }
  return {
    from: { kind: 'union', of: steps.map(step => of(step.where, step.name)), span },
    stages: [
      {
        kind: 'aggregate',
        by: [],
        measures: steps.map(step => ({
          name: step.name,
          fn: 'count',
          where: {
            kind: 'test',
            subject: { kind: 'field', name: 'step' },
            match: { kind: 'glob', glob: [step.name], fold: false },
          },
        })),
        ...(within === undefined ? {} : { window: { size: within, kind: 'sliding', report: 'rising' } }),
        having: { kind: 'and', args: steps.map(step => threshold(step.name, step.absent ? 'eq' : 'gt', 0, span)), span },
        span,
      },
    ],
  }
}

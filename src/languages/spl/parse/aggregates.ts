// Lists of aggregates as stats, tstats, timechart and their like take them → measures (Search Reference, "Statistical and charting functions").

import { yes } from '../../../ir/logic.ts'
import type { Measure } from '../../../ir/pipeline.ts'
import type { Scalar } from '../../../ir/predicate.ts'
import { suggest } from '../../../text/suggest.ts'
import { expression, truth, value } from './eval.ts'
import { fieldName, names } from './names.ts'
import { plainText, type Scanner } from './reading.ts'

/** Functions and the measures of the tree. What Splunk counts otherwise than the tree says is a row of Splunk's own under the same name. */
const measures: Readonly<Record<string, Measure['fn']>> = {
  count: 'count',
  c: 'count',
  dc: 'distinct',
  distinct_count: 'distinct',
  estdc: 'distinct',
  sum: 'sum',
  min: 'min',
  max: 'max',
  avg: 'avg',
  mean: 'avg',
  median: 'median',
  mode: 'mode',
  stdev: 'stdev',
  var: 'variance',
  stdevp: 'splunk:stdevp',
  varp: 'splunk:varp',
  range: 'splunk:range',
  sumsq: 'splunk:sumsq',
  values: 'values',
  list: 'list',
  first: 'first',
  last: 'last',
  earliest: 'earliest',
  latest: 'latest',
  earliest_time: 'splunk:earliest_time',
  latest_time: 'splunk:latest_time',
  rate: 'splunk:rate',
  per_second: 'splunk:per_second',
  per_minute: 'splunk:per_minute',
  per_hour: 'splunk:per_hour',
  per_day: 'splunk:per_day',
  sparkline: 'splunk:sparkline',
}

/** The measure of a name: its function and what it is given beside the value; undefined for none. */
function measureOf(name: string): { readonly fn: Measure['fn']; readonly args?: readonly number[] } | undefined {
  const part = /^(?:p|perc|exactperc|upperperc)(\d{1,2}(?:\.\d+)?|100)$/.exec(name)
  if (part !== null) return { fn: 'percentile', args: [Number(part[1])] }
  return Object.hasOwn(measures, name) ? { fn: measures[name]! } : undefined
}

/** One aggregate, `fn(field) as name`; undefined where none stands. */
function aggregate(scanner: Scanner): Measure | undefined {
  const { reading } = scanner
  scanner.more()
  const start = scanner.at
  const word = scanner.match(/[A-Za-z_][\w.]*/y)
  if (word === undefined) {
    scanner.unexpected('an aggregate', 'for example count, values(field), dc(field) as name')
    return undefined
  }
  const name = word[0].toLowerCase()
  const known = measureOf(name)
  if (known === undefined) {
    const near = suggest(name, [...Object.keys(measures), 'perc95', 'p50'])
    scanner.fail(
      'SPL011',
      `there is no aggregate "${word[0]}"`,
      start,
      scanner.at,
      near === undefined ? 'aggregates are count, values, dc, …' : `did you mean "${near}"?`,
    )
    return undefined
  }
  let of: Scalar | undefined
  let where: Measure['where']
  if (scanner.next === '(') {
    scanner.at++
    const inside = argument(scanner, known.fn)
    of = inside?.of
    where = inside?.where
    if (!scanner.take(')') && !scanner.failed) {
      if (scanner.more()) scanner.unexpected('")"')
      else scanner.fail('SPL002', 'a parenthesis is not closed', start, scanner.end, 'close it')
    }
  }
  if (scanner.failed) return undefined
  const whole = scanner.text.slice(start, scanner.at)
  if (known.fn !== 'count' && of === undefined && known.fn !== 'splunk:sparkline') {
    scanner.fail('SPL004', `"${name}" needs a field`, start, scanner.at, `write ${name}(field)`)
    return undefined
  }
  let as = whole.replace(/\s+/g, '')
  if (scanner.word('as')) {
    const told = fieldName(scanner, 'as')
    if (told === undefined) {
      if (!scanner.failed) scanner.unexpected('a name after "as"')
      return undefined
    }
    as = told.text
  } else if (of?.kind === 'fields') as = `${name}(*)`
  const made: Measure = {
    name: as,
    fn: known.fn,
    ...(of === undefined ? {} : { of: of.kind === 'fields' ? of : { ...of, span: of.span ?? reading.span(start, scanner.at) } }),
    ...(known.args === undefined ? {} : { args: known.args }),
    ...(where === undefined ? {} : { where }),
  }
  return made
}

/** What is measured: a field, fields with a star, or `eval(…)`, which for count is a condition. */
function argument(scanner: Scanner, fn: Measure['fn']): { readonly of?: Scalar; readonly where?: Measure['where'] } | undefined {
  const { reading } = scanner
  if (scanner.match(/eval\s*\(/iy) !== undefined) {
    const found = expression(scanner)
    if (!scanner.take(')') && !scanner.failed) scanner.unexpected('")"')
    if (scanner.failed) return undefined
    if (fn === 'count' && found.kind === 'truth') return { where: yes(truth(found)) }
    return { of: value(found) }
  }
  if (!scanner.more() || scanner.next === ')') return {}
  const start = scanner.at
  const string = scanner.next === '"' ? scanner.string() : undefined
  if (scanner.failed) return undefined
  const text = string === undefined ? (scanner.match(/'[^']*'|[^\s,()|"]+/y)?.[0] ?? '') : plainText(string.raw)
  const name = { text: text.replace(/^'(.*)'$/, '$1'), quoted: string !== undefined, start, end: scanner.at }
  // A sparkline has a measure inside and a span beside it.
  if (fn === 'splunk:sparkline') {
    const rest = scanner.match(/[^)]*\)?[^)]*(?=\))/y)
    return rest === undefined ? {} : { of: { kind: 'literal', value: `${text}${rest[0]}` } }
  }
  if (name.text === '') {
    scanner.unexpected('a field')
    return undefined
  }
  const span = reading.span(name.start, name.end)
  if (name.text.includes('*')) return { of: { kind: 'fields', names: names(name), span } }
  return { of: { kind: 'field', name: name.text, span } }
}

/** Aggregates up to a word that ends them. */
export function aggregates(scanner: Scanner, stop: RegExp): readonly Measure[] {
  const out: Measure[] = []
  while (scanner.listed() && !scanner.sees(stop)) {
    const found = aggregate(scanner)
    if (found === undefined) break
    out.push(found)
  }
  return out
}

// Functions of the dialects of SQL as data: which are tests of texts, values, parts of dates and measures, under their names in small letters.

import type { Measure } from '../../../ir/pipeline.ts'
import type { ScalarFunction } from '../../../ir/predicate.ts'

/** Tests of a text against another: (text, what is looked for). */
export const textTests: Readonly<Record<string, { readonly how: 'start' | 'end' | 'anywhere'; readonly fold?: boolean }>> = {
  contains: { how: 'anywhere' },
  starts_with: { how: 'start' },
  ends_with: { how: 'end' },
  prefix: { how: 'start' },
  suffix: { how: 'end' },
  startswith: { how: 'start' },
  endswith: { how: 'end' },
  startswithutf8: { how: 'start' },
  endswithutf8: { how: 'end' },
  startswithcaseinsensitive: { how: 'start', fold: true },
  endswithcaseinsensitive: { how: 'end', fold: true },
}

/** Values computed from values. */
export const scalarCalls: Readonly<Record<string, ScalarFunction>> = {
  lower: 'lower',
  lcase: 'lower',
  lowerutf8: 'lower',
  upper: 'upper',
  ucase: 'upper',
  upperutf8: 'upper',
  length: 'length',
  len: 'length',
  strlen: 'length',
  lengthutf8: 'length',
  char_length: 'length',
  character_length: 'length',
  concat: 'concat',
  coalesce: 'coalesce',
  ifnull: 'coalesce',
  now: 'now',
}

/** ClickHouse's functions for a part of a date. */
export const dateParts: Readonly<Record<string, string>> = {
  tominute: 'minute',
  tohour: 'hour',
  todayofmonth: 'day',
  toisoweek: 'week',
  tomonth: 'month',
  toyear: 'year',
  minute: 'minute',
  hour: 'hour',
  dayofmonth: 'day',
  month: 'month',
  year: 'year',
}

/** Measures of a group. */
export const measures: Readonly<Record<string, { readonly fn: Measure['fn'] }>> = {
  count: { fn: 'count' },
  countif: { fn: 'count' },
  count_if: { fn: 'count' },
  approx_count_distinct: { fn: 'distinct' },
  uniq: { fn: 'distinct' },
  uniqexact: { fn: 'distinct' },
  uniqcombined: { fn: 'distinct' },
  sum: { fn: 'sum' },
  total: { fn: 'sum' },
  min: { fn: 'min' },
  max: { fn: 'max' },
  avg: { fn: 'avg' },
  mean: { fn: 'avg' },
  median: { fn: 'median' },
  quantile_cont: { fn: 'percentile' },
  percentile_cont: { fn: 'percentile' },
  quantileexactinclusive: { fn: 'percentile' },
  quantile: { fn: 'percentile' },
  list: { fn: 'list' },
  array_agg: { fn: 'list' },
  grouparray: { fn: 'list' },
  groupuniqarray: { fn: 'values' },
  any: { fn: 'any' },
  any_value: { fn: 'any' },
  first: { fn: 'any' },
}

/** Functions that the engine has under SQL's own names. */
export const specials: ReadonlySet<string> = new Set(['json_array_length', 'json_extract', 'replace'])

/** ClickHouse's comparisons as functions. */
export const compareCalls: ReadonlyMap<string, '=' | '<>' | '<' | '<=' | '>' | '>='> = new Map([
  ['equals', '='],
  ['notequals', '<>'],
  ['less', '<'],
  ['lessorequals', '<='],
  ['greater', '>'],
  ['greaterorequals', '>='],
])

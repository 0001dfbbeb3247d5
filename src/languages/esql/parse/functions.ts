// The functions of ES|QL as data: how many arguments, and what each is called here (https://www.elastic.co/docs/reference/query-languages/esql/esql-functions-operators).

import type { Measure } from '../../../ir/pipeline.ts'
import type { ScalarFunction, Special, ValueType } from '../../../ir/predicate.ts'

export const many = 10_000

/** `date`: the result is a time. `own`: lowered by name in lower.ts. */
export interface FunctionFacts {
  readonly least: number
  readonly most: number
  readonly fn: ScalarFunction | Special | 'own'
  readonly date?: boolean
  readonly type?: ValueType
}

const facts = (least: number, most: number, fn: FunctionFacts['fn'], more: Partial<FunctionFacts> = {}): FunctionFacts => ({
  least,
  most,
  fn,
  ...more,
})

/** Functions that give a value. */
export const scalars: Readonly<Record<string, FunctionFacts>> = {
  abs: facts(1, 1, 'elastic:abs'),
  ceil: facts(1, 1, 'elastic:ceil'),
  coalesce: facts(1, many, 'own'),
  case: facts(2, many, 'own'),
  concat: facts(2, many, 'concat', { type: 'string' }),
  date_diff: facts(3, 3, 'elastic:date-diff', { type: 'long' }),
  date_extract: facts(2, 2, 'elastic:date-extract', { type: 'long' }),
  date_format: facts(1, 2, 'elastic:date-format', { type: 'string' }),
  date_parse: facts(1, 2, 'elastic:date-parse', { date: true }),
  date_trunc: facts(2, 2, 'own', { date: true }),
  bucket: facts(2, 4, 'own', { date: true }),
  floor: facts(1, 1, 'elastic:floor'),
  from_base64: facts(1, 1, 'elastic:from-base64', { type: 'string' }),
  greatest: facts(1, many, 'elastic:greatest'),
  hash: facts(2, 2, 'elastic:hash', { type: 'string' }),
  json_extract: facts(2, 2, 'elastic:json-extract', { type: 'string' }),
  least: facts(1, many, 'elastic:least'),
  left: facts(2, 2, 'elastic:left', { type: 'string' }),
  length: facts(1, 1, 'length', { type: 'long' }),
  locate: facts(2, 3, 'elastic:locate', { type: 'long' }),
  ltrim: facts(1, 1, 'elastic:ltrim', { type: 'string' }),
  mv_append: facts(2, 2, 'elastic:mv-append'),
  mv_avg: facts(1, 1, 'elastic:mv-avg'),
  mv_concat: facts(2, 2, 'elastic:mv-concat', { type: 'string' }),
  mv_count: facts(1, 1, 'elastic:mv-count', { type: 'long' }),
  mv_dedupe: facts(1, 1, 'elastic:mv-dedupe'),
  mv_first: facts(1, 1, 'elastic:mv-first'),
  mv_intersection: facts(2, 2, 'elastic:mv-intersection'),
  mv_last: facts(1, 1, 'elastic:mv-last'),
  mv_max: facts(1, 1, 'elastic:mv-max'),
  mv_median: facts(1, 1, 'elastic:mv-median'),
  mv_min: facts(1, 1, 'elastic:mv-min'),
  mv_slice: facts(2, 3, 'elastic:mv-slice'),
  mv_sort: facts(1, 2, 'elastic:mv-sort'),
  mv_sum: facts(1, 1, 'elastic:mv-sum'),
  mv_union: facts(2, 2, 'elastic:mv-union'),
  mv_zip: facts(2, 3, 'elastic:mv-zip'),
  now: facts(0, 0, 'now', { date: true }),
  pow: facts(2, 2, 'elastic:pow'),
  repeat: facts(2, 2, 'elastic:repeat', { type: 'string' }),
  replace: facts(3, 3, 'elastic:replace', { type: 'string' }),
  reverse: facts(1, 1, 'elastic:reverse', { type: 'string' }),
  right: facts(2, 2, 'elastic:right', { type: 'string' }),
  round: facts(1, 2, 'elastic:round'),
  rtrim: facts(1, 1, 'elastic:rtrim', { type: 'string' }),
  space: facts(1, 1, 'elastic:space', { type: 'string' }),
  split: facts(2, 2, 'elastic:split'),
  sqrt: facts(1, 1, 'elastic:sqrt'),
  substring: facts(2, 3, 'elastic:substring-from', { type: 'string' }),
  to_base64: facts(1, 1, 'elastic:to-base64', { type: 'string' }),
  to_boolean: facts(1, 1, 'elastic:to-boolean', { type: 'bool' }),
  to_bool: facts(1, 1, 'elastic:to-boolean', { type: 'bool' }),
  to_datetime: facts(1, 1, 'elastic:date', { date: true }),
  to_dt: facts(1, 1, 'elastic:date', { date: true }),
  to_double: facts(1, 1, 'elastic:to-double', { type: 'real' }),
  to_dbl: facts(1, 1, 'elastic:to-double', { type: 'real' }),
  to_integer: facts(1, 1, 'elastic:to-long', { type: 'int' }),
  to_int: facts(1, 1, 'elastic:to-long', { type: 'int' }),
  to_ip: facts(1, 2, 'elastic:to-ip', { type: 'ip' }),
  to_long: facts(1, 1, 'elastic:to-long', { type: 'long' }),
  to_lower: facts(1, 1, 'elastic:lower', { type: 'string' }),
  to_string: facts(1, 1, 'elastic:to-string', { type: 'string' }),
  to_str: facts(1, 1, 'elastic:to-string', { type: 'string' }),
  to_unsigned_long: facts(1, 1, 'elastic:to-long', { type: 'long' }),
  to_upper: facts(1, 1, 'elastic:upper', { type: 'string' }),
  to_version: facts(1, 1, 'elastic:to-string', { type: 'string' }),
  trim: facts(1, 1, 'elastic:trim', { type: 'string' }),
  url_decode: facts(1, 1, 'elastic:url-decode', { type: 'string' }),
  url_encode: facts(1, 1, 'elastic:url-encode', { type: 'string' }),
}

/** Functions that answer yes or no. */
export const conditions: Readonly<Record<string, readonly [least: number, most: number]>> = {
  cidr_match: [2, many],
  contains: [2, 2],
  ends_with: [2, 2],
  kql: [1, 2],
  match: [2, 3],
  match_phrase: [2, 3],
  mv_contains: [2, 2],
  qstr: [1, 2],
  starts_with: [2, 2],
}

/** What needs data of places or a model, which no log has: named, and not run. */
export const beyond: ReadonlySet<string> = new Set(
  (
    'st_x st_y st_distance st_contains st_within st_intersects st_disjoint st_geohash st_envelope to_geopoint to_geoshape to_cartesianpoint to_cartesianshape score ' +
    'categorize term text_embedding knn decay'
  ).split(' '),
)

/** Aggregate functions. */
export const measures: Readonly<Record<string, { readonly least: number; readonly most: number; readonly fn: Measure['fn'] }>> = {
  avg: { least: 1, most: 1, fn: 'avg' },
  count: { least: 0, most: 1, fn: 'count' },
  count_distinct: { least: 1, most: 2, fn: 'distinct' },
  first: { least: 1, most: 2, fn: 'earliest' },
  last: { least: 1, most: 2, fn: 'latest' },
  max: { least: 1, most: 1, fn: 'max' },
  median: { least: 1, most: 1, fn: 'median' },
  min: { least: 1, most: 1, fn: 'min' },
  percentile: { least: 2, most: 2, fn: 'percentile' },
  std_dev: { least: 1, most: 1, fn: 'stdev' },
  sum: { least: 1, most: 1, fn: 'sum' },
  top: { least: 2, most: 4, fn: 'elastic:top' },
  values: { least: 1, most: 1, fn: 'values' },
  variance: { least: 1, most: 1, fn: 'variance' },
}

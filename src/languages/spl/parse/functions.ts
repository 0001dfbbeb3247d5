// The functions of eval and where: how many arguments, and what they are in the tree (Search Reference, "Evaluation functions").

import type { ScalarFunction, Special, ValueType } from '../../../ir/predicate.ts'

/** A function whose result is a value: its arguments, at least and at most, and the function of the tree. */
export interface ValueFunction {
  readonly least: number
  readonly most: number
  readonly fn: ScalarFunction | Special
  readonly type?: ValueType
}

const row = (least: number, most: number, fn: ScalarFunction | Special, type?: ValueType): ValueFunction => ({
  least,
  most,
  fn,
  ...(type === undefined ? {} : { type }),
})

const many = 1000

/** Functions that the tree has under a name of its own keep it; the others are Splunk's. */
export const valueFunctions: Readonly<Record<string, ValueFunction>> = {
  // Comparison and conditional: case, if, validate, in, like, match, cidrmatch, searchmatch, isnull … are read where conditions are.
  coalesce: row(1, many, 'coalesce'),
  nullif: row(2, 2, 'splunk:nullif'),
  // Conversion.
  tostring: row(1, 2, 'splunk:tostring', 'string'),
  tonumber: row(1, 2, 'splunk:tonumber', 'real'),
  printf: row(1, many, 'splunk:printf', 'string'),
  ipmask: row(2, 2, 'splunk:ipmask', 'string'),
  toarray: row(1, 1, 'splunk:toarray'),
  // Cryptographic.
  md5: row(1, 1, 'splunk:md5', 'string'),
  sha1: row(1, 1, 'splunk:sha1', 'string'),
  sha256: row(1, 1, 'splunk:sha256', 'string'),
  sha512: row(1, 1, 'splunk:sha512', 'string'),
  // Date and time.
  now: row(0, 0, 'splunk:now', 'real'),
  time: row(0, 0, 'splunk:time', 'real'),
  relative_time: row(2, 2, 'splunk:relative_time', 'real'),
  strftime: row(2, 2, 'splunk:strftime', 'string'),
  strptime: row(2, 2, 'splunk:strptime', 'real'),
  // Informational.
  typeof: row(1, 1, 'splunk:typeof', 'string'),
  // JSON.
  json: row(1, 1, 'splunk:json', 'string'),
  json_extract: row(1, many, 'splunk:json_extract'),
  json_extract_exact: row(1, many, 'splunk:json_extract_exact'),
  json_keys: row(1, 1, 'splunk:json_keys'),
  json_object: row(0, many, 'splunk:json_object', 'string'),
  json_array: row(0, many, 'splunk:json_array', 'string'),
  json_array_to_mv: row(1, 2, 'splunk:json_array_to_mv'),
  mv_to_json_array: row(1, 2, 'splunk:mv_to_json_array', 'string'),
  spath: row(2, 2, 'splunk:spath'),
  // Mathematical.
  abs: row(1, 1, 'splunk:abs', 'real'),
  ceil: row(1, 1, 'splunk:ceiling', 'real'),
  ceiling: row(1, 1, 'splunk:ceiling', 'real'),
  exact: row(1, 1, 'splunk:exact'),
  exp: row(1, 1, 'splunk:exp', 'real'),
  floor: row(1, 1, 'splunk:floor', 'real'),
  ln: row(1, 1, 'splunk:ln', 'real'),
  log: row(1, 2, 'splunk:log', 'real'),
  pi: row(0, 0, 'splunk:pi', 'real'),
  pow: row(2, 2, 'splunk:pow', 'real'),
  round: row(1, 2, 'splunk:round', 'real'),
  sigfig: row(1, 1, 'splunk:sigfig', 'real'),
  sqrt: row(1, 1, 'splunk:sqrt', 'real'),
  random: row(0, 0, 'splunk:random', 'real'),
  // Multivalue.
  commands: row(1, 1, 'splunk:commands'),
  mvappend: row(1, many, 'splunk:mvappend'),
  mvcount: row(1, 1, 'splunk:mvcount', 'real'),
  mvdedup: row(1, 1, 'splunk:mvdedup'),
  mvfind: row(2, 2, 'splunk:mvfind', 'real'),
  mvindex: row(2, 3, 'splunk:mvindex'),
  mvjoin: row(2, 2, 'splunk:mvjoin', 'string'),
  mvrange: row(2, 3, 'splunk:mvrange'),
  mvsort: row(1, 1, 'splunk:mvsort'),
  mvreverse: row(1, 1, 'splunk:mvreverse'),
  mvzip: row(2, 3, 'splunk:mvzip'),
  split: row(2, 2, 'splunk:split'),
  // Statistical.
  avg: row(1, many, 'splunk:avg', 'real'),
  max: row(1, many, 'splunk:max'),
  min: row(1, many, 'splunk:min'),
  sum: row(1, many, 'splunk:sum', 'real'),
  // Text.
  len: row(1, 1, 'length', 'real'),
  lower: row(1, 1, 'lower', 'string'),
  ltrim: row(1, 2, 'splunk:ltrim', 'string'),
  replace: row(3, 3, 'splunk:replace', 'string'),
  rtrim: row(1, 2, 'splunk:rtrim', 'string'),
  substr: row(2, 3, 'splunk:substr', 'string'),
  trim: row(1, 2, 'splunk:trim', 'string'),
  upper: row(1, 1, 'upper', 'string'),
  urldecode: row(1, 1, 'splunk:urldecode', 'string'),
}

/** Functions that are read by themselves, for what is suggested. */
export const ownFunctions = [
  'if',
  'case',
  'validate',
  'in',
  'like',
  'match',
  'cidrmatch',
  'searchmatch',
  'isnull',
  'isnotnull',
  'isnum',
  'isint',
  'isstr',
  'isbool',
  'true',
  'false',
  'null',
  'mvfilter',
  'mvmap',
] as const

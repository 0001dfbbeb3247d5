// What an expression of ES|QL gives before it is told: a condition, a time, or something else.

import { conditions, scalars } from './functions.ts'
import type { Expression } from './tree.ts'

/** Fields of type date beside those that end so (ECS 8 field reference). */
const dateName =
  /^@timestamp$|(?:^|\.)(?:created|ingested|start|end|accessed|ctime|mtime|timestamp|not_after|not_before|first_seen|last_seen|modified_at)$/

/** Whether an expression answers yes or no. */
export function isCondition(of: Expression): boolean {
  switch (of.kind) {
    case 'and':
    case 'or':
    case 'not':
    case 'compare':
    case 'in':
    case 'like':
    case 'match':
    case 'null':
      return true
    case 'call':
      if (Object.hasOwn(conditions, of.name)) return true
      if (of.name === 'coalesce') return of.args.some(arg => isCondition(arg))
      return of.name === 'case' && of.args.some((arg, at) => (at % 2 === 1 || at === of.args.length - 1) && isCondition(arg))
    default:
      return false
  }
}

/** Whether a value is a time; `dates` says so of the columns that the query made. */
export function isDate(of: Expression, dates: ReadonlyMap<string, boolean>): boolean {
  switch (of.kind) {
    case 'field':
      return dates.get(of.name) ?? dateName.test(of.name)
    case 'call':
      if (
        of.name === 'coalesce' ||
        of.name === 'min' ||
        of.name === 'max' ||
        of.name === 'mv_min' ||
        of.name === 'mv_max' ||
        of.name === 'values'
      )
        return of.args.some(arg => isDate(arg, dates))
      if (of.name === 'case') return of.args.some((arg, at) => at % 2 === 1 && isDate(arg, dates))
      return Object.hasOwn(scalars, of.name) && scalars[of.name]!.date === true
    case 'cast':
      return of.type === 'datetime' || of.type === 'date'
    case 'arithmetic':
      return (isDate(of.left, dates) && of.right.kind === 'span') || (isDate(of.right, dates) && of.left.kind === 'span')
    default:
      return false
  }
}

/** Types that a value is made with `::`, and the function that makes it so. */
export const casts: Readonly<Record<string, string>> = {
  keyword: 'to_string',
  text: 'to_string',
  string: 'to_string',
  integer: 'to_integer',
  int: 'to_integer',
  long: 'to_long',
  unsigned_long: 'to_long',
  double: 'to_double',
  boolean: 'to_boolean',
  bool: 'to_boolean',
  datetime: 'to_datetime',
  date: 'to_datetime',
  ip: 'to_ip',
  version: 'to_string',
}

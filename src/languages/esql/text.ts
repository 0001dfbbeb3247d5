// Names, strings and patterns of ES|QL.

import { glob } from '../../ir/glob.ts'
import type { Glob } from '../../ir/predicate.ts'

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A string; other control characters stand as they are, since there is no escape for them. */
export function text(value: string): string {
  return `"${value.replace(/[\\"\n\r\t]/g, found => escapes[found]!)}"`
}

/** What LIKE takes: `*`, `?`, and a backslash before what is meant as it is. */
export function likePattern(pattern: Glob): string {
  return glob(pattern)
    .map(part => (typeof part === 'string' ? part.replace(/[\\*?]/g, '\\$&') : part.wild === 'any' ? '*' : '?'))
    .join('')
}

const reserved = new Set(
  'and as asc by desc false first in is last like metadata not null nulls on or rlike true where with'.split(' '),
)

/** One name; what is no plain word stands in back-ticks. */
export function identifier(name: string): string {
  const plain = /^(?:[A-Za-z][A-Za-z0-9_]*|[_@][A-Za-z0-9_]+)$/.test(name) && !reserved.has(name.toLowerCase())
  return plain ? name : `\`${name.replaceAll('`', '``')}\``
}

/** A field's name, step by step. */
export function path(name: string): string {
  return name.split('.').map(identifier).join('.')
}

const units: readonly (readonly [string, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
  ['millisecond', 1],
]

/** A length of time: `5 minutes`. */
export function duration(millis: number): string {
  const [unit, size] = units.find(([, length]) => millis % length === 0)!
  const count = millis / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

// A second, small evaluator for the tests of schemas: what a predicate answers about a record, written from ir/predicate.ts without the engine.

import { accessor, asText, type Value } from '../../src/ir/event.ts'
import { matchGlob } from '../../src/ir/glob.ts'
import type { Match, Predicate } from '../../src/ir/predicate.ts'

export type Fields = Readonly<Record<string, Value>>

/** Whether one value (undefined: the field is absent) satisfies a match; null has presence in no sense but `exists`. */
export function matches(match: Match, value: Value | undefined): boolean {
  if (value === undefined) return false
  if (match.kind === 'exists') return true
  if (value === null) return false
  if (match.kind === 'present') return true
  const text = asText(value)
  if (text === undefined) return false
  switch (match.kind) {
    case 'empty':
      return text === ''
    case 'glob':
      return matchGlob(match.glob, match.fold)(text)
    case 'text': {
      const to = match.to.kind === 'literal' ? asText(match.to.value) : undefined
      if (to === undefined) return false
      const [a, b] = match.fold ? [text.toLowerCase(), to.toLowerCase()] : [text, to]
      return { whole: a === b, start: a.startsWith(b), end: a.endsWith(b), anywhere: a.includes(b) }[match.how]
    }
    case 'regex':
      return new RegExp(match.whole ? `^(?:${match.pattern})$` : match.pattern, match.fold ? 'isu' : 'su').test(text)
    case 'compare': {
      if (match.to.kind !== 'literal') return false
      const to = match.to.value
      if (match.op === '=') return typeof to === 'number' ? text === String(to) : text === asText(to)
      const [a, b] = [Number(text), Number(asText(to))]
      return { '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b }[match.op]
    }
    default:
      throw new Error(`the schemas of this test do not use "${match.kind}"`)
  }
}

/** What a predicate answers about a record. A list answers yes when a member does. */
export function answer(predicate: Predicate, fields: Fields): boolean {
  switch (predicate.kind) {
    case 'and':
      return predicate.args.every(arg => answer(arg, fields))
    case 'or':
      return predicate.args.some(arg => answer(arg, fields))
    case 'not':
      return !answer(predicate.arg, fields)
    case 'const':
      return predicate.value
    case 'test': {
      if (predicate.subject.kind !== 'field') throw new Error('a schema asks of fields')
      const value = accessor(predicate.subject.name)(fields)
      if (Array.isArray(value) && predicate.match.kind !== 'exists')
        return value.some(member => matches(predicate.match, member as Value))
      return matches(predicate.match, value)
    }
    case 'opaque':
      throw new Error('a schema asks what it understands')
  }
}

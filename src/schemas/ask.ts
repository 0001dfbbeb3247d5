// Questions about a record, for the predicates of schemas: short words for what `ir/predicate.ts` writes out. Texts compare without case.

import { startsWith } from '../ir/glob.ts'
import type { Match, Predicate } from '../ir/predicate.ts'

const test = (name: string, match: Match): Predicate => ({ kind: 'test', subject: { kind: 'field', name }, match })
const many = (kind: 'and' | 'or', args: readonly Predicate[]): Predicate => (args.length === 1 ? args[0]! : { kind, args })

/** The record has the column. */
export const exists = (name: string): Predicate => test(name, { kind: 'exists' })
/** The column equals one of the texts; where it holds a list, one of its members does. */
export const is = (name: string, ...texts: readonly string[]): Predicate =>
  many(
    'or',
    texts.map(text => test(name, { kind: 'glob', glob: [text], fold: true })),
  )
/** The column starts with the text. */
export const begins = (name: string, text: string): Predicate => test(name, { kind: 'glob', glob: startsWith(text), fold: true })
export const not = (arg: Predicate): Predicate => ({ kind: 'not', arg })
export const and = (...args: readonly Predicate[]): Predicate => many('and', args)
export const or = (...args: readonly Predicate[]): Predicate => many('or', args)

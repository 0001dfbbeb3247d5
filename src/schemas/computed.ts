// Mappings whose value is computed from columns, for schemas of nested records: short words for what `ir/predicate.ts` writes out.

import type { Predicate, Scalar } from '../ir/predicate.ts'
import type { Mapping } from './schema.ts'

const field = (name: string): Scalar => ({ kind: 'field', name })
const literal = (value: string): Scalar => ({ kind: 'literal', value })
const call = (fn: (Scalar & { kind: 'call' })['fn'], ...args: readonly Scalar[]): Scalar => ({ kind: 'call', fn, args })

/** Every value inside a record or list, at any depth: a rule asks for a text somewhere in the parameters of a call. */
export const inside = (column: string): Mapping => ({ column, computed: call('list:values', field(column)) })

/** Every name and value inside a record or list, at any depth. */
export const entries = (column: string): Mapping => ({ column, computed: call('list:entries', field(column)) })

/** A list of texts as one, with blanks between: the arguments of a program. */
export const asLine = (column: string): Mapping => ({ column, computed: call('list:line', field(column), literal(' ')) })

/** The path of a file that lies in two columns, its folder and its name. */
export const asPath = (folder: string, column: string): Mapping => ({
  column,
  computed: call('concat', field(folder), literal('/'), field(column)),
})

/** One of two words, by an answer about the record. */
export const asWord = (column: string, when: Predicate, yes: string, no: string): Mapping => ({
  column,
  computed: { kind: 'case', branches: [{ when, then: literal(yes) }], otherwise: literal(no) },
})

// What the forms of a line share: for each kind of test, the expression that finds a field with such a value, from the start of the line.

import type { Glob } from '../../ir/predicate.ts'

/** How a line holds an event. Names and texts are plain; patterns and digits are expressions already. */
export interface Form {
  readonly name: string
  /** Groups that the expressions use. */
  readonly definitions: string
  readonly file: string
  exists(name: string): string
  present(name: string): string
  empty(name: string): string
  text(name: string, glob: Glob, fold: boolean): string
  pattern(name: string, pattern: string): string
  truth(name: string, value: boolean): string
  number(name: string, digits: string): string
}

// Names of fields and options as commands take them: bare, in quotes, with stars (Search Reference, "Understanding SPL syntax").

import { glob as normalised } from '../../../ir/glob.ts'
import type { Column } from '../../../ir/pipeline.ts'
import type { Glob, Scalar } from '../../../ir/predicate.ts'
import { plainText, type Scanner } from './reading.ts'
import { pattern } from './search.ts'

/** A name with its place. */
export interface Name {
  readonly text: string
  readonly quoted: boolean
  readonly start: number
  readonly end: number
}

const bare = /(?:<<\w+>>|\$[\w.]+\$|[^\s,()[\]|"'`=<>!])+(?:\([^\s(),|"]*\))?/y
/** After `as` a name goes on to the next blank or comma: `as aceFlags(inheritance)`. */
const open = /[^\s,|"`[\]]+/y

/** A name of a field: bare, in double or in single quotes. */
export function fieldName(scanner: Scanner, after: 'list' | 'as' = 'list'): Name | undefined {
  if (!scanner.more()) return undefined
  const start = scanner.at
  if (scanner.next === '"') {
    const string = scanner.string()
    return string === undefined ? undefined : { text: plainText(string.raw), quoted: true, start, end: scanner.at }
  }
  const single = scanner.match(/'([^']+)'/y)
  if (single !== undefined) return { text: single[1]!, quoted: true, start, end: scanner.at }
  const found = scanner.match(after === 'as' ? open : bare)
  return found === undefined ? undefined : { text: found[0], quoted: false, start, end: scanner.at }
}

/** Names up to the end or to a word that is given; commas and blanks part them. */
export function fieldNames(scanner: Scanner, stop?: RegExp): readonly Name[] {
  const out: Name[] = []
  while (scanner.listed()) {
    if (stop !== undefined && scanner.sees(stop)) break
    const name = fieldName(scanner)
    if (name === undefined) {
      if (!scanner.failed) scanner.unexpected('the name of a field')
      break
    }
    out.push(name)
  }
  return out
}

/** A name as a field of the rows. */
export function field(scanner: Scanner, name: Name): Scalar {
  return { kind: 'field', name: name.text, span: scanner.reading.span(name.start, name.end) }
}

/** A name as a column of the same name. */
export const column = (scanner: Scanner, name: Name): Column => ({ name: name.text, value: field(scanner, name) })

/** A name with stars as a pattern of names. */
export const names = (name: Name): Glob => normalised(pattern(name.text))

/** Whether a name stands for several. */
export const isPattern = (name: Name): boolean => name.text.includes('*')

/** A value of an option: bare, or in quotes. */
export interface Option {
  readonly name: string
  readonly value: string
  readonly start: number
  readonly end: number
}

/**
 * `name=value`, blanks around the sign allowed, where the name is one of those the command knows; what looks like one and is none is reported by whoever
 * reads on.
 */
export function option(scanner: Scanner, known: readonly string[]): Option | undefined {
  scanner.more()
  const start = scanner.at
  const name = scanner.match(/([A-Za-z_]\w*)\s*=(?!=)\s*/y)
  if (name === undefined) return undefined
  const lower = name[1]!.toLowerCase()
  if (!known.includes(lower)) {
    scanner.at = start
    return undefined
  }
  const string = scanner.next === '"' ? scanner.string() : undefined
  const value = string === undefined ? scanner.match(/[^\s,|"[\]`]+/y)?.[0] : plainText(string.raw)
  if (value === undefined) {
    if (scanner.next === '`') scanner.stop()
    else scanner.fail('SPL004', `"${lower}" needs a value`, start, scanner.at, `write ${lower}=…`)
    return undefined
  }
  return { name: lower, value, start, end: scanner.at }
}

/** All options that stand here. */
export function options(scanner: Scanner, known: readonly string[]): ReadonlyMap<string, Option> {
  const out = new Map<string, Option>()
  for (let found = option(scanner, known); found !== undefined; found = option(scanner, known)) out.set(found.name, found)
  return out
}

/** Whether an option says yes. */
export function isTrue(of: Option | undefined, otherwise = false): boolean {
  return of === undefined ? otherwise : /^(?:t|true|1|yes|y)$/i.test(of.value)
}

/** A whole number of an option; anything else is reported. */
export function count(scanner: Scanner, of: Option | undefined, otherwise: number): number {
  if (of === undefined) return otherwise
  if (/^\d{1,9}$/.test(of.value)) return Number(of.value)
  scanner.fail('SPL005', `"${of.name}" is a whole number, not "${of.value}"`, of.start, of.end)
  return otherwise
}

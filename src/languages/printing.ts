// What every printer shares: and, or and not with their parentheses, the words for "this cannot be said", and the finished text with its marks.

import { and, or } from '../ir/logic.ts'
import type { Column, Measure, Pipeline } from '../ir/pipeline.ts'
import type { Match, Predicate, Scalar } from '../ir/predicate.ts'
import { sameIgnoringCase } from '../ir/regex/characters.ts'
import { printRegex, type RegexFlavour, readPortable } from '../ir/regex.ts'
import type { Diagnostic, Outcome } from '../text/diagnostic.ts'
import { between, type Doc, group, type How, indent, layout, line, mark, parenthesised } from '../text/layout.ts'
import type { Span } from '../text/source.ts'
import type { Printed, Style } from './language.ts'

/** How a language joins conditions. */
export interface Connectives {
  readonly and: string
  readonly or: string
  /** The negation of a condition already in the parentheses it needs; `arg` is that condition, for those who have a word of its own for its contrary. */
  not(inner: Doc, arg: Predicate): Doc
  /** A line break ends a statement unless a connective comes before it. */
  readonly trailing?: boolean
  /** `not` encloses what it negates (`not(…)`), so that it is given it without parentheses. */
  readonly encloses?: boolean
  /** What is always true, and always false, where the language can say it. */
  readonly always?: Doc
  readonly never?: Doc
  /** A whole `and` or `or` where the language has a shorter form (`field in (…)`); undefined where it has none. */
  readonly joint?: (of: Predicate & { kind: 'and' | 'or' }) => Doc | undefined
}

/** One printing: where a printer reports what it cannot say. */
export interface Printing {
  readonly diagnostics: Diagnostic[]
  /** Reports what the language cannot say, with the place in the rule and what to do; the piece in its stead is never shown. */
  cannot(code: string, message: string, span: Span | undefined, hint: string): Doc
  /** Approximations that have a name are written, each with a warning. */
  readonly loose?: boolean
}

export function createPrinting(): Printing {
  const diagnostics: Diagnostic[] = []
  const told = new Set<string>()
  return {
    diagnostics,
    cannot(code, message, span, hint) {
      // A condition that is printed for several tables is refused once.
      const key = JSON.stringify([code, message, span?.start, span?.end, span?.source])
      if (told.has(key)) return ''
      told.add(key)
      diagnostics.push({ code, severity: 'error', message, span, hint })
      return ''
    },
  }
}

/** What was found out about a part of a rule, under the printer's own code where it cannot be said and as it is otherwise. */
export function passOn(findings: readonly Diagnostic[], code: string, span: Span | undefined, printing: Printing): void {
  for (const finding of findings) {
    if (finding.severity === 'error') printing.cannot(code, finding.message, span, finding.hint ?? '')
    else printing.diagnostics.push({ ...finding, span })
  }
}

/** A predicate in a language's words. `leaf` prints one test; every `and` within an `or`, and the other way round, is in parentheses, whatever the language's precedence is. */
export function printPredicate(
  predicate: Predicate,
  words: Connectives,
  leaf: (test: Predicate & { kind: 'test' }) => Doc,
  printing: Printing,
): Doc {
  const print = (of: Predicate, inside: 'and' | 'or' | 'not' | 'top'): Doc => {
    switch (of.kind) {
      case 'and':
      case 'or': {
        if (of.args.length === 0) return print({ kind: 'const', value: of.kind === 'and', span: of.span }, inside)
        if (of.args.length === 1) return print(of.args[0]!, inside)
        const joint = words.joint?.(of)
        if (joint !== undefined) return mark(joint, of.span === undefined ? [] : [of.span])
        const joined = between(
          of.args.map(arg => print(arg, of.kind)),
          words.trailing === true ? [` ${words[of.kind]}`, line] : [line, `${words[of.kind]} `],
        )
        const whole = inside === 'top' || inside === of.kind ? joined : parenthesised(joined)
        return mark(whole, of.span === undefined ? [] : [of.span])
      }
      case 'not':
        return mark(
          words.not(print(of.arg, words.encloses === true ? 'top' : 'not'), of.arg),
          of.span === undefined ? [] : [of.span],
        )
      case 'const':
        return (
          (of.value ? words.always : words.never) ??
          printing.cannot(
            'PRN101',
            `a condition that is always ${of.value} has no word here`,
            of.span,
            'leave the condition out of the rule',
          )
        )
      case 'test':
        return mark(leaf(of), of.span === undefined ? [] : [of.span])
      case 'opaque':
        return printing.cannot(
          'PRN102',
          `"${of.text.slice(0, 80)}" was read and not understood, so it cannot be said in another language`,
          of.span,
          'write this part of the rule by hand',
        )
    }
  }
  return print(predicate, 'top')
}

/** A regular expression of a test in another flavour, its case and anchoring said inside; what the flavour lacks is reported, without a place. */
export function regexText(match: Match & { kind: 'regex' }, flavour: RegexFlavour): Outcome<string> {
  const inside = match.fold ? `(?i:${match.pattern})` : match.pattern
  const { value, diagnostics } = readPortable(match.whole ? `^(?:${inside})$` : inside)
  return value === undefined ? { diagnostics } : printRegex(value, flavour)
}

/** Whether a text has letters with another case, so that it matters whether case does. */
export function hasCase(text: string): boolean {
  for (const character of text) if (sameIgnoringCase(character.codePointAt(0)!).length > 1) return true
  return false
}

/** Half a surrogate pair: no text in UTF-8 has it. */
export const unpaired = (text: string): boolean => /\p{Surrogate}/u.test(text)

/** What a stage or source does beyond asking single events, in the words of a message. */
const beyond: Readonly<Record<string, string>> = {
  aggregate: 'counting events',
  sequence: 'several events in a time window',
  join: 'a join',
  sort: 'sorting',
  limit: 'a limit',
  extend: 'a computed column',
  project: 'a choice of columns',
  rename: 'renamed columns',
  window: 'values of neighbouring events',
  expand: 'one row for each member of a list',
  opaque: 'a stage that was not understood',
}

export interface Beyond {
  readonly beyond: string
  readonly span: Span | undefined
}

/** Events of one table that pass a question, with the columns that are computed for them. */
export interface Branch {
  readonly table: string
  readonly where: Predicate
  readonly columns: readonly Column[]
}

/** The events that a query without counting or order takes, table by table; otherwise what it does beyond that, and where. */
export function branches(query: Pick<Pipeline, 'from' | 'stages'>): readonly Branch[] | Beyond {
  const { from } = query
  let found: Branch[]
  if (from.kind === 'table') found = [{ table: from.name, where: and([]), columns: [] }]
  else if (from.kind === 'union') {
    found = []
    for (const of of from.of) {
      const inner = branches(of)
      if ('beyond' in inner) return inner
      found.push(...inner)
    }
  } else return { beyond: beyond[from.kind] ?? `rows from a ${from.kind}`, span: from.span }
  for (const stage of query.stages) {
    if (stage.kind === 'filter') found = found.map(one => ({ ...one, where: and([one.where, stage.where]) }))
    else if (stage.kind === 'extend') found = found.map(one => ({ ...one, columns: [...one.columns, ...stage.columns] }))
    else return { beyond: beyond[stage.kind] ?? `the stage "${stage.kind}"`, span: stage.span }
  }
  return found
}

/** The one question that a query asks of the single events of its tables (a union asks any of its branches' questions); otherwise what it does beyond that, and where. */
export function question(query: Pipeline): { readonly tables: readonly string[]; readonly where: Predicate } | Beyond {
  const found = branches(query)
  if ('beyond' in found) return found
  if (found.some(one => one.columns.length > 0)) return { beyond: beyond.extend!, span: query.from.span }
  return { tables: [...new Set(found.map(one => one.table))], where: or(found.map(one => one.where)) }
}

type Field = Scalar & { kind: 'field' }

/** A correlation that counts the events of one rule by group, for languages that have no more than that. */
export interface Counting {
  readonly tables: readonly string[]
  readonly where: Predicate
  /** The fields that tell groups apart. */
  readonly by: readonly Field[]
  readonly measures: readonly { readonly name: string; readonly fn: Measure['fn']; readonly of?: Field }[]
  /** In milliseconds; windows slide in the rule unless `beside`. */
  readonly window?: number
  readonly beside: boolean
  readonly having?: Predicate
  readonly span: Span | undefined
}

/** Undefined where the query counts nothing. */
export function counting(query: Pipeline): Counting | Beyond | undefined {
  const last = query.stages.at(-1)
  if (last?.kind !== 'aggregate') return undefined
  const span = last.span ?? query.from.span
  const found = branches({ from: query.from, stages: query.stages.slice(0, -1) })
  if ('beyond' in found) return found
  const columns = new Set(
    found.map(one => JSON.stringify(one.columns, (key, member) => (key === 'span' ? undefined : (member as unknown)))),
  )
  // An event that two rules find counts for each; what is different, least or greatest stays so.
  const once = last.measures.every(measure => measure.fn === 'distinct' || measure.fn === 'min' || measure.fn === 'max')
  if (columns.size > 1 || (found.length > 1 && !once)) return { beyond: 'counting the events of several rules together', span }
  const field = (of: Scalar): Field | undefined => {
    if (of.kind !== 'field') return undefined
    const told = found[0]?.columns.findLast(column => column.name === of.name)?.value
    if (told === undefined) return of
    return told.kind === 'field' ? told : undefined
  }
  const by = last.by.map(column => field(column.value))
  if (by.includes(undefined)) return { beyond: 'a group that is told by a computed value', span }
  const measures: Counting['measures'][number][] = []
  for (const { name, fn, of, also, where } of last.measures) {
    const told = of === undefined ? undefined : field(of)
    if (where !== undefined || (also?.length ?? 0) > 0 || (of !== undefined && told === undefined))
      return { beyond: 'counting by a condition or by several values', span }
    measures.push({ name, fn, ...(told === undefined ? {} : { of: told }) })
  }
  return {
    tables: [...new Set(found.map(one => one.table))],
    where: or(found.map(one => one.where)),
    by: by as readonly Field[],
    measures,
    ...(last.window === undefined ? {} : { window: last.window.size }),
    beside: last.window?.kind !== 'sliding',
    ...(last.having === undefined ? {} : { having: last.having }),
    span,
  }
}

export const codes: Readonly<Record<string, string>> = {
  PRN101: 'a condition that is always true or always false has no word in the language',
  PRN102: 'a part of the rule was not understood and cannot be converted',
}

const blockWidth = 100

/** The text of a document, unless something could not be said. `block` sets one condition a line where a line does not hold them. */
export function finish(
  doc: Doc,
  printing: Printing,
  style: Style | undefined,
  options: { readonly indent?: string } = {},
): Outcome<Printed> {
  const { diagnostics } = printing
  if (diagnostics.some(finding => finding.severity === 'error')) return { diagnostics }
  const { text, marks } = layout(group(doc), {
    width: style?.layout === 'line' ? Number.POSITIVE_INFINITY : blockWidth,
    indent: options.indent,
  })
  return { value: { text, marks: marks satisfies readonly { readonly how: How }[] }, diagnostics }
}

/** A condition set below the stage it belongs to. */
export const below = (doc: Doc): Doc => indent(line, doc)

/** Whether a test asks no more than that the field is there. */
export const isPresence = (test: Predicate & { kind: 'test' }): boolean =>
  test.match.kind === 'exists' || test.match.kind === 'present'

/**
 * A question for a product in which a test of an absent field is neither true nor false: under a negation every test first asks
 * that its field is there, so that `not` of it is true where the field is absent.
 */
export function guarded(of: Predicate, negated: boolean): Predicate {
  switch (of.kind) {
    case 'not':
      return { ...of, arg: guarded(of.arg, true) }
    case 'and':
    case 'or': {
      const [first] = of.args
      const name = first === undefined ? undefined : nullable(first)
      if (negated && name !== undefined && of.args.every(arg => nullable(arg) === name)) return withPresence(of, name)
      return { ...of, args: of.args.map(arg => guarded(arg, negated)) }
    }
    case 'test': {
      const name = nullable(of)
      return negated && name !== undefined ? withPresence(of, name) : of
    }
    default:
      return of
  }
}

const nullable = (of: Predicate): string | undefined =>
  of.kind === 'test' && of.subject.kind === 'field' && !isPresence(of) ? of.subject.name : undefined

const withPresence = (of: Predicate, name: string): Predicate => ({
  kind: 'and',
  args: [{ kind: 'test', subject: { kind: 'field', name }, match: { kind: 'present' }, span: of.span }, of],
  span: of.span,
})

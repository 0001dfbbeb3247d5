// Conditions of SPL in its two languages: those of search, without regard to case and with `*` alone, and those of where, in which every test is made to answer yes or no.

import { asText } from '../../ir/event.ts'
import { matchGlob, shape } from '../../ir/glob.ts'
import type { Match, Predicate, Scalar } from '../../ir/predicate.ts'
import { isNumeric } from '../../ir/settle.ts'
import { type Doc, group, indent, line, mark, parenthesised, tight } from '../../text/layout.ts'
import { hasCase, type Printing, printPredicate, unpaired } from '../printing.ts'
import {
  evalField,
  isName,
  isSearchName,
  literalRegex,
  patternRegex,
  pcre,
  quoted,
  searchField,
  searchPattern,
  widerPattern,
} from './text.ts'

type Test = Predicate & { kind: 'test' }

/** Where a condition stands. `model`: over a data model, which writes `unknown` where there is no value. */
export interface Around {
  readonly printing: Printing
  readonly model: boolean
}

/** What data models write for a value that is absent or empty (CIM manual, "How to use the CIM data model reference tables"; the eval expressions of its fields). */
export const unknown = 'unknown'

/** Whether the search language can say a condition. */
export function isSearchable(of: Predicate, around: Around): boolean {
  if (of.kind === 'and' || of.kind === 'or') return of.args.every(arg => isSearchable(arg, around))
  if (of.kind === 'not') return isSearchable(of.arg, around)
  return of.kind === 'test' && searchTest(of, around) !== undefined
}

/** A condition of the search language that holds wherever this one does; undefined where nothing is known of it. */
export function wider(of: Predicate, around: Around): Predicate | undefined {
  if (isSearchable(of, around)) return of
  if (of.kind === 'and') {
    const args = of.args.flatMap(arg => wider(arg, around) ?? [])
    return args.length === 0 ? undefined : { ...of, args }
  }
  if (of.kind === 'or') {
    const args = of.args.map(arg => wider(arg, around))
    return args.includes(undefined) ? undefined : { ...of, args: args as Predicate[] }
  }
  if (of.kind !== 'test' || of.match.kind !== 'glob' || of.subject.kind !== 'field') return undefined
  const glob = widerPattern(of.match.glob)
  const made: Predicate = { ...of, match: { kind: 'glob', glob, fold: true } }
  return shape(glob).kind === 'any' || !isSearchable(made, around) ? undefined : made
}

/** A condition that the search language can say, in it. */
export function inSearch(of: Predicate, around: Around): Doc {
  return printPredicate(
    of,
    {
      and: 'AND',
      or: 'OR',
      not: inner => ['NOT ', inner],
      joint: some => listed(some, around),
    },
    test => searchTest(test, around) ?? '',
    around.printing,
  )
}

/** Several values of one field: `field IN (…)`. */
function listed(of: Predicate & { kind: 'and' | 'or' }, around: Around): Doc | undefined {
  const [first] = of.args
  if (of.kind !== 'or' || of.args.length < 2 || first?.kind !== 'test' || first.subject.kind !== 'field') return undefined
  const { name } = first.subject
  const values: Doc[] = []
  for (const test of of.args) {
    if (test.kind !== 'test' || test.subject.kind !== 'field' || test.subject.name !== name) return undefined
    const told = searchTest(test, around)
    const head = `${searchField(name)}=`
    if (told === undefined || !told.startsWith(head) || test.match.kind === 'present' || test.match.kind === 'exists')
      return undefined
    values.push(mark(told.slice(head.length), test.span === undefined ? [] : [test.span]))
  }
  const list = values.flatMap((value, at): Doc[] => (at === 0 ? [value] : [',', line, value]))
  return group(`${searchField(name)} IN (`, indent(tight, list), tight, ')')
}

/** One test in the search language, undefined where it has no words for it. */
function searchTest({ subject, match, each }: Test, { model }: Around): string | undefined {
  if ((each !== undefined && each !== 'any') || subject.kind !== 'field' || !isSearchName(subject.name)) return undefined
  const field = searchField(subject.name)
  switch (match.kind) {
    case 'exists':
    case 'present':
      return model ? `${field}!="${unknown}"` : `${field}=*`
    case 'empty':
      return model ? undefined : `${field}=""`
    case 'glob': {
      const texts = match.glob.filter(part => typeof part === 'string').join('')
      const form = shape(match.glob)
      if (form.kind === 'equals' && form.text === '') return model ? undefined : `${field}=""`
      const pattern = !match.fold && hasCase(texts) ? undefined : searchPattern(match.glob)
      if (pattern === undefined) return undefined
      if (model && matchGlob(match.glob, match.fold)(unknown)) return `(${field}=${quoted(pattern)} AND ${field}!="${unknown}")`
      return `${field}=${quoted(pattern)}`
    }
    case 'compare': {
      if (match.to.kind !== 'literal' || !isNumeric(subject.type)) return undefined
      const { value } = match.to
      return typeof value === 'number' || typeof value === 'bigint' ? `${field}${match.op}${value}` : undefined
    }
    case 'cidr':
      return !model && /^[0-9a-f.:]+\/\d+$/i.test(match.network) ? `${field}=${quoted(match.network)}` : undefined
    default:
      return undefined
  }
}

/** A condition in the language of where. Every test answers yes or no, also of a field that is not there. */
export function inWhere(of: Predicate, around: Around): Doc {
  return printPredicate(
    of,
    { and: 'AND', or: 'OR', not: inner => parenthesised(inner, 'NOT ('), encloses: true, always: '1=1', never: '1=0' },
    test => whereTest(test, around),
    around.printing,
  )
}

/** Yes where an expression is true, no where it is false or has no answer. */
const answered = (expression: string): string => `if(${expression}, 1, 0)=1`

/** The regular expression of a test, and the field it is asked of; undefined, and told, where there is none. */
export function regexOf(test: Test, around: Around): { readonly field: string; readonly pattern: string } | undefined {
  const { subject, match, span } = test
  const { printing } = around
  const keyword = subject.kind === 'raw' || (subject.kind === 'fields' && shape(subject.names).kind === 'any')
  if (subject.kind !== 'field' && !keyword) return undefined
  const field = subject.kind === 'field' ? subject.name : '_raw'
  if (match.kind === 'glob') {
    if (match.glob.some(part => typeof part === 'string' && unpaired(part))) {
      printing.cannot('SPL104', 'half of a character cannot be in an event', span, 'leave the value out')
      return undefined
    }
    if (!keyword) return { field, pattern: patternRegex(match.glob, match.fold) }
    // Events in XML write some characters as entities.
    const texts = match.glob.filter(part => typeof part === 'string').join('')
    const body = match.glob
      .map(part => (typeof part === 'string' ? withEntities(part) : part.wild === 'any' ? '.*' : '.'))
      .join('')
      .replace(/^(?:\.\*)+|(?:\.\*)+$/g, '')
    return { field, pattern: `(?${match.fold && hasCase(texts) ? 'i' : ''}s)${body}` }
  }
  if (match.kind !== 'regex') return undefined
  const inside = match.fold ? `(?i:${match.pattern})` : match.pattern
  const { text, wrong } = pcre(match.whole ? `^(?:${inside})$` : inside)
  if (text !== undefined && !unpaired(text)) return { field, pattern: text }
  printing.cannot(
    'SPL103',
    `this regular expression cannot be said in SPL: ${wrong ?? 'it has half of a character'}`,
    span,
    'say it with several tests',
  )
  return undefined
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

function withEntities(text: string): string {
  return text
    .split(/([&<>"'])/)
    .map((piece, at) => (at % 2 === 0 ? literalRegex(piece) : `(?:${piece}|${entities[piece]!})`))
    .join('')
}

function whereTest(test: Test, around: Around): Doc {
  const { subject, match, span } = test
  const { printing, model } = around
  const cannot = (code: string, message: string, hint: string): Doc => printing.cannot(code, message, span, hint)
  if (test.each !== undefined && test.each !== 'any')
    return cannot('SPL102', 'a question about all members of a list cannot be said in SPL here', 'ask for any member')
  if (model && subject.kind !== 'field')
    return cannot(
      'SPL105',
      'a data model has no text of the whole event, and no computed values',
      'convert to splunk, or name a field of the model',
    )
  if (subject.kind === 'call') return cannot('SPL102', `${computed(subject)} cannot be said in SPL here`, 'ask a field instead')
  if (subject.kind === 'field' && !isName(subject.name))
    return cannot('SPL104', `"${subject.name}" cannot be the name of a field in a search`, 'rename the field')
  if (match.kind === 'glob' || match.kind === 'regex') {
    if (
      model &&
      subject.kind === 'field' &&
      match.kind === 'glob' &&
      shape(match.glob).kind === 'equals' &&
      match.glob.every(part => part === '')
    )
      return unknownOf(test, around)
    const made = regexOf(test, around)
    if (made === undefined)
      return printing.diagnostics.length > 0 ? '' : cannot('SPL102', 'this test cannot be said in SPL', 'name a field')
    const told = `isnotnull(mvfind(${evalField(made.field)}, ${quoted(made.pattern)}))`
    const guarded = model && (match.kind === 'regex' || matchGlob(match.glob, match.fold)(unknown))
    return guarded ? `(${evalField(made.field)}!="${unknown}" AND ${told})` : told
  }
  if (subject.kind !== 'field') return cannot('SPL102', 'this question about a whole event cannot be said in SPL', 'name a field')
  const field = evalField(subject.name)
  switch (match.kind) {
    case 'exists':
    case 'present':
      return model ? `${field}!="${unknown}"` : `isnotnull(${field})`
    case 'empty':
      return model ? unknownOf(test, around) : answered(`${field}=""`)
    case 'cidr':
      return answered(`cidrmatch(${quoted(match.network)}, ${field})`)
    case 'compare': {
      const { to } = match
      if (to.kind === 'field')
        return isName(to.name) ? answered(`tonumber(${field})${match.op}tonumber(${evalField(to.name)})`) : ''
      const value =
        to.kind === 'literal' && (typeof to.value === 'number' || typeof to.value === 'bigint') ? asText(to.value) : undefined
      if (value === undefined) return cannot('SPL102', 'this value cannot be compared in SPL', 'compare with a number')
      return answered(`tonumber(${field})${match.op}${value}`)
    }
    case 'text':
      return fields(field, match, test, around)
    case 'word':
      return cannot('SPL102', 'a test of words cannot be said of a field in SPL', 'use contains')
    case 'among':
      return cannot('SPL102', 'a test against the rows of another query cannot be said here', 'list the values')
  }
}

/** Whether a field of a data model has no value: absent or empty, which it does not tell apart. */
function unknownOf(test: Test, { printing }: Around): Doc {
  const name = test.subject.kind === 'field' ? test.subject.name : ''
  printing.diagnostics.push({
    code: 'SPL301',
    severity: 'warning',
    message: `the data model writes "${unknown}" for absent and for empty values of "${name}" alike`,
    span: test.span,
    hint: 'convert to splunk, which tells them apart',
  })
  return `${evalField(name)}="${unknown}"`
}

/** One field against another. */
function fields(left: string, match: Match & { kind: 'text' }, test: Test, { printing }: Around): Doc {
  const { to } = match
  if (to.kind !== 'field' || !isName(to.name))
    return printing.cannot('SPL102', 'a field and a computed value cannot be compared here', test.span, 'compare two fields')
  const told = (of: string): string => (match.fold ? `lower(${of})` : of)
  const [a, b] = [told(left), told(evalField(to.name))]
  switch (match.how) {
    case 'whole':
      return answered(`${a}=${b}`)
    case 'start':
      return answered(`len(${b})=0 OR substr(${a}, 1, len(${b}))=${b}`)
    case 'end':
      return answered(`len(${b})=0 OR (len(${a})>=len(${b}) AND substr(${a}, len(${a})-len(${b})+1)=${b})`)
    case 'anywhere':
      return answered(`len(${b})=0 OR mvcount(split(${a}, ${b}))>1`)
  }
}

function computed(subject: Scalar & { kind: 'call' }): string {
  return subject.fn.startsWith('derive:')
    ? `the derived field "${subject.fn.slice('derive:'.length)}"`
    : `the function "${subject.fn}"`
}

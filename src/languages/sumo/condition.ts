// Conditions of Sumo Logic's `where`: fields under the names that `json` gave them, texts without case as expressions. What is negated asks first whether the field is there.

import { asText } from '../../ir/event.ts'
import { networkRegex } from '../../ir/network.ts'
import type { Glob, Match, Predicate, Scalar } from '../../ir/predicate.ts'
import { re2Expression, re2Glob } from '../../ir/regex/re2.ts'
import { between, type Doc, group, indent, line, mark, parenthesised, tight } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import { type Connectives, hasCase, isPresence, type Printing, passOn, printPredicate, unpaired } from '../printing.ts'

type Test = Predicate & { kind: 'test' }

/** Fields of the message by their path, and the names that they get; and where what cannot be said is reported. */
export interface Around {
  readonly printing: Printing
  /** Path to name, in the order of their first use. */
  readonly names: Map<string, string>
  readonly taken: Set<string>
}

/** Words that could be taken for operators of a search. */
const reserved =
  /^(?:and|or|not|in|as|by|where|if|count|sum|min|max|avg|json|parse|fields|sort|limit|num|field|true|false|null|matches|contains|timeslice)$/

/** A free name for a value: words parted by underscores. */
export function variable(name: string, taken: Set<string>): string {
  const plain =
    name
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .replace(/\W+/g, '_')
      .replace(/^_+|_+$/g, '') || 'value'
  const start = reserved.test(plain) || !/^[a-z]/.test(plain) ? `${plain}_value`.replace(/^(?=\d)/, 'v_') : plain
  let free = start
  for (let at = 2; taken.has(free); at++) free = `${start}_${at}`
  taken.add(free)
  return free
}

/** The name of a field of the message; undefined, and reported, where the path is none. */
export function fieldName(of: Scalar, around: Around, span: Span | undefined = of.span): string | undefined {
  if (of.kind !== 'field') {
    around.printing.cannot('SUM102', 'a computed value cannot be asked in a log search', span, 'ask a field')
    return undefined
  }
  const known = around.names.get(of.name)
  if (known !== undefined) return known
  if (!/^[\w-]+(?:\.[\w-]+)*$/.test(of.name)) {
    around.printing.cannot('SUM106', `"${of.name}" cannot be the path of a field here`, span, 'rename the field')
    return undefined
  }
  const name = variable(of.name.slice(of.name.lastIndexOf('.') + 1), around.taken)
  around.names.set(of.name, name)
  return name
}

/** A condition, one test a line where a line does not hold them. */
export function condition(of: Predicate, around: Around): Doc {
  const words: Connectives = {
    and: 'and',
    or: 'or',
    not: (inner, arg) => {
      if (arg.kind !== 'test' || !isPresence(arg) || arg.subject.kind !== 'field') return ['!', parenthesised(inner)]
      return `isNull(${fieldName(arg.subject, around) ?? ''})`
    },
    encloses: true,
    always: 'true',
    never: 'false',
    joint: some => listed(some, around),
  }
  return printPredicate(of, words, test => leaf(test, around), around.printing)
}

/** A text in quotes; undefined where the manual has no escape for a character of it. */
function quoted(text: string): string | undefined {
  return /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufeff]/u.test(text) ? undefined : `"${text.replaceAll('"', '\\"')}"`
}

/** A text that is asked by `=`, in quotes; undefined where an expression is needed. */
function exact(match: Match): string | undefined {
  if (match.kind !== 'glob' || match.glob.length !== 1) return undefined
  const [text] = match.glob
  return typeof text !== 'string' || (match.fold && hasCase(text)) || unpaired(text) ? undefined : quoted(text)
}

/** Several whole texts of one field: `in`. */
function listed(of: Predicate & { kind: 'and' | 'or' }, around: Around): Doc | undefined {
  const [first] = of.args
  if (of.kind !== 'or' || of.args.length < 2 || first?.kind !== 'test' || first.subject.kind !== 'field') return undefined
  const { name } = first.subject
  const values: Doc[] = []
  for (const test of of.args) {
    if (test.kind !== 'test' || test.subject.kind !== 'field' || test.subject.name !== name || test.each !== undefined)
      return undefined
    const text = exact(test.match)
    if (text === undefined) return undefined
    values.push(mark(text, test.span === undefined ? [] : [test.span]))
  }
  return group(`${fieldName(first.subject, around) ?? ''} in (`, indent(tight, between(values, [',', line])), tight, ')')
}

const matches = (name: string, flags: string, body: string): string => `${name} matches /(?${flags})${body}/`

function leaf(test: Test, around: Around): Doc {
  const { subject, match, span } = test
  const cannot = (code: string, message: string, hint: string): Doc => around.printing.cannot(code, message, span, hint)
  if (test.each !== undefined && test.each !== 'any')
    return cannot('SUM102', 'a question about all members of a list cannot be said in a log search', 'ask for any member')
  if (subject.kind === 'raw' || subject.kind === 'fields') return keyword(test, around)
  const name = fieldName(subject, around, span)
  if (name === undefined || subject.kind !== 'field') return ''
  switch (match.kind) {
    case 'exists':
    case 'present':
      return `!isNull(${name})`
    case 'empty':
      return `${name} = ""`
    case 'glob': {
      const texts = match.glob.flatMap(part => (typeof part === 'string' ? [part] : []))
      if (texts.some(unpaired)) return cannot('SUM106', 'half of a character cannot be in an event', 'leave the value out')
      if (match.glob.length === 0) return `${name} = ""`
      if (texts.length === 0 && match.glob.every(part => typeof part !== 'string' && part.wild === 'any'))
        return `!isNull(${name})`
      const whole = exact(match)
      if (whole !== undefined) return `${name} = ${whole}`
      const folds = match.fold && hasCase(texts.join(''))
      return matches(name, folds ? 'is' : 's', re2Glob(match.glob, folds, '/', true))
    }
    case 'regex':
      if (unpaired(match.pattern)) return cannot('SUM106', 'half of a character cannot be in an event', 'leave the value out')
      return searched(name, match, span, around)
    case 'cidr': {
      const pattern = networkRegex(match.network)
      if (pattern === undefined)
        return cannot('SUM102', `"${match.network}" is no network`, 'write an address and a prefix length')
      return searched(name, { kind: 'regex', pattern, fold: false, whole: false }, span, around)
    }
    case 'compare': {
      if (match.to.kind === 'field' && match.op === '=')
        return pair(name, match.to, match.fold === false, span, around, (a, b) => `${a} = ${b}`)
      const text = match.to.kind === 'literal' ? asText(match.to.value) : undefined
      if (match.to.kind !== 'literal' || text === undefined || !/^-?\d+(?:\.\d+)?$/.test(text))
        return cannot('SUM103', 'this value cannot be compared with in a log search', 'compare with a number or a text')
      // What is no number compares with none.
      return parenthesised([`isNumeric(${name})`, line, `and ${name} ${match.op} ${text}`])
    }
    case 'text':
      if (match.how === 'whole') return pair(name, match.to, !match.fold, span, around, (a, b) => `${a} = ${b}`)
      if (match.how === 'anywhere') return pair(name, match.to, !match.fold, span, around, (a, b) => `contains(${a}, ${b})`)
      return cannot('SUM103', 'the beginning or end of a field cannot be compared with another field', 'use contains')
    case 'word':
    case 'among':
      return cannot('SUM102', `this test ("${match.kind}") cannot be said in a log search`, 'ask for a text or a pattern')
  }
}

/** Two fields, both of which must be there. */
function pair(
  name: string,
  to: Scalar,
  cased: boolean,
  span: Span | undefined,
  around: Around,
  asked: (a: string, b: string) => string,
): Doc {
  const other = fieldName(to, around, span)
  if (other === undefined) return ''
  const low = (text: string): string => (cased ? text : `toLowerCase(${text})`)
  return parenthesised([`!isNull(${name})`, line, `and !isNull(${other})`, line, `and ${asked(low(name), low(other))}`])
}

/** Whether an expression must fit the whole value is not said in the manual: written so that it need not be known. */
function searched(name: string, match: Match & { kind: 'regex' }, span: Span | undefined, around: Around): Doc {
  const { value, diagnostics } = re2Expression(match, '/')
  passOn(diagnostics, 'SUM105', span, around.printing)
  return value === undefined ? '' : matches(name, value.flags, `^.*(?:${value.text}).*$`)
}

/** A keyword is asked of the message, which is JSON: a backslash or quote of a value is two characters there. */
function keyword({ subject, match, span }: Test, { printing }: Around): Doc {
  if (subject.kind === 'fields' && !(subject.names.length === 1 && typeof subject.names[0] !== 'string'))
    return printing.cannot(
      'SUM102',
      'a test of several fields by pattern cannot be said in a log search',
      span,
      'name the fields',
    )
  if (match.kind !== 'glob')
    return printing.cannot('SUM102', 'this test cannot be asked of a whole message in a log search', span, 'name the field')
  if (match.glob.some(part => typeof part === 'string' && unpaired(part)))
    return printing.cannot('SUM106', 'half of a character cannot be in an event', span, 'leave the value out')
  printing.diagnostics.push({
    code: 'SUM301',
    severity: 'warning',
    message: 'a keyword is searched in the message as it was collected, names of fields included',
    span,
    hint: 'name the field',
  })
  const inside: Glob = match.glob.map(part => (typeof part === 'string' ? JSON.stringify(part).slice(1, -1) : part))
  const texts = inside.filter(part => typeof part === 'string').join('')
  const ends = (part: Glob[number] | undefined): Glob =>
    typeof part === 'object' && part.wild === 'any' ? [] : [{ wild: 'any' }]
  const glob = [...ends(inside[0]), ...inside, ...ends(inside.at(-1))]
  const folds = match.fold && hasCase(texts)
  return mark(matches('_raw', folds ? 'is' : 's', re2Glob(glob, folds, '/', true)), span === undefined ? [] : [span], 'widened')
}

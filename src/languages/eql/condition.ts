// Conditions of EQL: a category, one condition a line, lists where several values are asked of one field.

import { asText } from '../../ir/event.ts'
import { glob, shape } from '../../ir/glob.ts'
import { and } from '../../ir/logic.ts'
import type { Glob, Predicate, Scalar } from '../../ir/predicate.ts'
import { foldsThroughout, hasCase, luceneLiteral, printLucene } from '../../ir/regex/lucene.ts'
import { readPortable } from '../../ir/regex.ts'
import { isAddress, isNumeric, settle } from '../../ir/settle.ts'
import { between, type Doc, group, indent, line, mark, tight } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import { type Connectives, createPrinting, type Printing, passOn, printPredicate } from '../printing.ts'

type Test = Predicate & { kind: 'test' }

/** `index.max_regex_length` of Elasticsearch. */
const longestRegex = 1000

/** `category where condition`; `any` where the question names no category. */
export function events(where: Predicate, printing: Printing): Doc {
  const settled = guarded(settle(where), false)
  const parts = settled.kind === 'and' ? settled.args : [settled]
  const at = parts.findIndex(part => categoryOf(part) !== undefined)
  const category = at === -1 ? 'any' : categoryOf(parts[at]!)!
  const rest = and(parts.filter((_, index) => index !== at))
  const words: Connectives = {
    and: 'and',
    or: 'or',
    not: (inner, of) => absent(of) ?? ['not ', inner],
    always: 'true',
    never: 'false',
    joint: of => alternatives(of, printing),
  }
  const name = /^[a-z][a-z0-9_]*$/.test(category) ? category : text(category)
  return [
    `${name} where`,
    indent(
      line,
      printPredicate(rest, words, test => leaf(test, printing), printing),
    ),
  ]
}

/** `field == null`, the short form of "not there". */
function absent(of: Predicate): Doc | undefined {
  if (of.kind !== 'test' || of.subject.kind !== 'field') return undefined
  return of.match.kind === 'exists' || of.match.kind === 'present' ? `${path(of.subject.name)} == null` : undefined
}

/** EQL compares its category with `event.category`, heeding case. */
function categoryOf(of: Predicate): string | undefined {
  if (of.kind !== 'test' || of.subject.kind !== 'field' || of.subject.name !== 'event.category') return undefined
  const { match } = of
  const form = match.kind === 'glob' && !match.fold ? shape(match.glob) : undefined
  return form?.kind === 'equals' && form.text !== '' ? form.text : undefined
}

/** Under a negation, what is no plain equality says that the field is there: `not f > 3` would be read as `f <= 3`, which no absent field passes. */
function guarded(of: Predicate, negated: boolean): Predicate {
  switch (of.kind) {
    case 'and':
    case 'or':
      return { ...of, args: of.args.map(arg => guarded(arg, negated)) }
    case 'not':
      return { ...of, arg: guarded(of.arg, true) }
    case 'test': {
      const ordered = of.match.kind === 'compare' && of.match.op !== '='
      if (!negated || !(ordered || of.match.kind === 'cidr')) return of
      return and([{ kind: 'test', subject: of.subject, match: { kind: 'present' }, span: of.span }, of])
    }
    default:
      return of
  }
}

/** A test as an operator and the values it takes, so that several of one kind are one list. */
interface Told {
  readonly operator: '==' | ':' | 'like' | 'in~' | 'regex' | 'regex~' | 'cidr'
  readonly value: Doc
}

const lists: Readonly<Record<Told['operator'], string>> = {
  '==': 'in',
  ':': ':',
  like: 'like',
  'in~': 'in~',
  regex: 'regex',
  'regex~': 'regex~',
  cidr: '',
}

function alternatives(of: Predicate & { kind: 'and' | 'or' }, printing: Printing): Doc | undefined {
  const [first] = of.args
  if (of.kind !== 'or' || of.args.length < 2 || first?.kind !== 'test' || first.subject.kind !== 'field') return undefined
  const { name } = first.subject
  const silent = createPrinting()
  const told: { readonly test: Test; readonly told: Told }[] = []
  for (const test of of.args) {
    if (test.kind !== 'test' || test.subject.kind !== 'field' || test.subject.name !== name || test.each !== undefined)
      return undefined
    const one = tell(test, silent)
    if (one === undefined || one.operator !== (told[0]?.told.operator ?? one.operator)) return undefined
    told.push({ test, told: one })
  }
  printing.diagnostics.push(...silent.diagnostics)
  const values = between(
    told.map(({ test, told: { value } }) => mark(value, test.span === undefined ? [] : [test.span])),
    [',', line],
  )
  const { operator } = told[0]!.told
  if (operator === 'cidr') return group(`cidrMatch(${path(name)}, `, indent(tight, values), tight, ')')
  return group(`${path(name)} ${lists[operator]} (`, indent(tight, values), tight, ')')
}

function leaf(test: Test, printing: Printing): Doc {
  const { subject, match, span } = test
  if (test.each !== undefined && test.each !== 'any')
    return printing.cannot('EQL102', 'a question about all members of a list cannot be said in EQL', span, 'ask for any member')
  if (subject.kind === 'fields' || subject.kind === 'raw')
    return printing.cannot(
      'EQL102',
      'a keyword without a field cannot be said in EQL',
      span,
      'name the field that holds it, or convert to elastic-lucene',
    )
  if (subject.kind !== 'field')
    return printing.cannot('EQL102', `${computed(subject)} cannot be said in EQL`, span, 'ask a column instead')
  const name = path(subject.name)
  const { type } = subject
  if (match.kind === 'exists' || match.kind === 'present') return `${name} != null`
  if (match.kind === 'empty') return `${name} == ""`
  if (match.kind === 'compare' && match.to.kind === 'literal') {
    const value = asText(match.to.value)
    if (value !== undefined && isNumeric(type)) return `${name} ${match.op === '=' ? '==' : match.op} ${value}`
    return printing.cannot(
      'EQL104',
      `"${subject.name}" holds text, which is compared letter by letter and not as a number`,
      span,
      'convert to elastic-esql',
    )
  }
  if (match.kind === 'text' || match.kind === 'compare') {
    const what = match.to.kind === 'field' ? `two fields (the second is "${match.to.name}")` : 'a field and a computed value'
    return printing.cannot('EQL103', `${what} cannot be compared in EQL`, span, 'convert to elastic-esql')
  }
  if (match.kind === 'word') return printing.cannot('EQL102', 'a test of words cannot be said in EQL', span, 'use contains')
  if (match.kind === 'among')
    return printing.cannot('EQL102', 'a test against the rows of another query cannot be said in EQL', span, 'list the values')
  const told = tell(test, printing)
  if (told === undefined) return ''
  if (told.operator === 'cidr') return [`cidrMatch(${name}, `, told.value, ')']
  return told.operator === 'in~' ? [`${name} in~ (`, told.value, ')'] : [`${name} ${told.operator} `, told.value]
}

function tell(test: Test, printing: Printing): Told | undefined {
  const { subject, match, span } = test
  if (subject.kind !== 'field') return undefined
  const { type, name } = subject
  if (match.kind === 'cidr') {
    if (type === 'ip') return { operator: 'cidr', value: text(match.network) }
    printing.cannot(
      'EQL104',
      `"${name}" holds text, and a network is asked only of addresses`,
      span,
      'write the addresses with wildcards',
    )
    return undefined
  }
  const typed = (): undefined => {
    const what =
      type === 'ip'
        ? 'addresses, of which a part or a text cannot be asked'
        : `${type} values, of which a part or a text cannot be asked`
    printing.cannot('EQL104', `"${name}" holds ${what}`, span, type === 'ip' ? 'use cidr' : 'compare with a value of that type')
    return undefined
  }
  if (match.kind === 'regex') {
    if (type === 'ip' || type === 'bool' || isNumeric(type)) return typed()
    const tree = readPortable(match.pattern).value
    if (tree === undefined) {
      printing.cannot('EQL105', 'this regular expression cannot be read', span, 'say it with several tests')
      return undefined
    }
    const folded = asciiCase(match.pattern) && (match.fold || foldsThroughout(tree)) && hasCase(match.pattern)
    const told = printLucene(tree, { whole: match.whole, fold: match.fold, folded })
    passOn(told.diagnostics, 'EQL105', span, printing)
    return expression(told.value ?? '', folded, span, printing)
  }
  if (match.kind !== 'glob') return undefined
  if (match.glob.some(part => typeof part === 'string' && /\p{Surrogate}/u.test(part))) {
    printing.cannot('EQL106', 'half of a character cannot be in a document', span, 'leave the value out')
    return undefined
  }
  const form = shape(match.glob)
  if (type === 'ip') return form.kind === 'equals' && isAddress(form.text) ? { operator: '==', value: text(form.text) } : typed()
  if (type === 'bool')
    return form.kind === 'equals' ? { operator: '==', value: String(form.text.toLowerCase() === 'true') } : typed()
  if (isNumeric(type)) return typed()
  const plain = match.glob.filter(part => typeof part === 'string').join('')
  // Only ASCII letters are folded by the operators; wildcards in a value cannot be escaped.
  if (match.fold && !asciiCase(plain)) return expression(spelled(match.glob, true), false, span, printing)
  const wild = /[*?]/.test(plain)
  if (form.kind === 'equals') {
    if (!match.fold) return { operator: '==', value: text(form.text) }
    return wild ? { operator: 'in~', value: text(form.text) } : { operator: ':', value: text(form.text) }
  }
  if (wild) return expression(spelled(match.glob, false), match.fold, span, printing)
  const pattern = glob(match.glob)
    .map(part => (typeof part === 'string' ? part : part.wild === 'any' ? '*' : '?'))
    .join('')
  return { operator: match.fold ? ':' : 'like', value: text(pattern) }
}

const asciiCase = (plain: string): boolean => [...plain].every(character => character <= '\x7f' || !hasCase(character))

const spelled = (pattern: Glob, fold: boolean): string =>
  glob(pattern)
    .map(part => (typeof part === 'string' ? luceneLiteral(part, { fold }) : part.wild === 'any' ? '.*' : '.'))
    .join('')

function expression(pattern: string, folded: boolean, span: Span | undefined, printing: Printing): Told | undefined {
  if (pattern.length > longestRegex) {
    printing.cannot(
      'EQL107',
      `the regular expression would be longer than ${longestRegex} characters, which Elasticsearch refuses`,
      span,
      'shorten the value',
    )
    return undefined
  }
  return { operator: folded ? 'regex~' : 'regex', value: text(pattern) }
}

function computed(subject: Scalar): string {
  if (subject.kind !== 'call') return 'a computed value'
  return subject.fn.startsWith('derive:')
    ? `the derived field "${subject.fn.slice('derive:'.length)}"`
    : `the function "${subject.fn}"`
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
}

/** A string; what is invisible is written by number. */
function text(value: string): string {
  const told = value.replace(
    /[\\"\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu,
    found => escapes[found] ?? `\\u{${found.codePointAt(0)!.toString(16).padStart(2, '0')}}`,
  )
  return `"${told}"`
}

const reserved = new Set(
  'and any by false in join like maxspan not null of or regex sample sequence tail head true until where with'.split(' '),
)

/** A field's name, step by step; a step that is no plain word stands in back-ticks. */
export function path(name: string): string {
  return name
    .split('.')
    .map(step =>
      /^[A-Za-z_@][A-Za-z0-9_]*$/.test(step) && !reserved.has(step.toLowerCase()) ? step : `\`${step.replaceAll('`', '``')}\``,
    )
    .join('.')
}

// Meaning to Lucene's query string as Elasticsearch and OpenSearch read it: one clause a line, every level in parentheses, negations only beside something positive.

import { asText } from '../../ir/event.ts'
import { glob, shape } from '../../ir/glob.ts'
import { always } from '../../ir/logic.ts'
import { networkRegex } from '../../ir/network.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Glob, Predicate, Scalar } from '../../ir/predicate.ts'
import { hasCase, luceneLiteral, printLucene } from '../../ir/regex/lucene.ts'
import { readPortable } from '../../ir/regex.ts'
import { isAddress, isNumeric, settle } from '../../ir/settle.ts'
import { rewrite } from '../../ir/walk.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { between, type Doc, group, indent, line, mark, tight } from '../../text/layout.ts'
import type { Printed, Style } from '../language.ts'
import {
  type Printing as Common,
  type Connectives,
  createPrinting,
  finish,
  passOn,
  printPredicate,
  question,
} from '../printing.ts'
import { type Dialect, dialects, elasticsearch } from './dialects.ts'

type Test = Predicate & { kind: 'test' }

/** One printing for one product. */
interface Printing extends Common {
  readonly dialect: Dialect
}

/** `index.max_regex_length` of Elasticsearch and OpenSearch. */
const longestRegex = 1000

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const form = style?.form
  const dialect = form !== undefined && Object.hasOwn(dialects, form) ? dialects[form]! : elasticsearch
  const printing: Printing = { ...createPrinting(), dialect }
  const asked = question(query)
  if ('beyond' in asked) {
    printing.cannot(
      'LUC101',
      `${asked.beyond} cannot be said in a Lucene query`,
      asked.span,
      dialect === elasticsearch
        ? 'convert to elastic-esql or elastic-eql, or convert the rules that it names'
        : 'convert the rules that it names',
    )
    return finish('', printing, style)
  }
  const words: Connectives = {
    and: 'AND',
    or: 'OR',
    not: inner => ['NOT ', inner],
    always: '*:*',
    never: '(*:* AND NOT *:*)',
    joint: of => alternatives(of, printing),
  }
  const doc = printPredicate(affirm(settle(kept(asked.where, printing))), words, test => leaf(test, printing), printing)
  return finish(doc, printing, style)
}

/** Where empty texts are kept as no field at all, one is asked as an absent field, which is told. */
function kept(of: Predicate, printing: Printing): Predicate {
  if (printing.dialect.empties) return of
  return rewrite(of, {
    predicate: test => {
      if (test.kind !== 'test' || test.subject.kind !== 'field') return test
      const { match, span } = test
      const form = match.kind === 'glob' ? shape(match.glob) : undefined
      if (match.kind !== 'empty' && !(form?.kind === 'equals' && form.text === '')) return test
      printing.diagnostics.push({
        code: 'LUC302',
        severity: 'warning',
        message: `${printing.dialect.title} keeps no empty texts: one is asked as an absent field`,
        span,
        hint: 'see that the rule does not depend on the difference',
      })
      return { kind: 'not', arg: { ...test, match: { kind: 'exists' } }, span }
    },
  })
}

/**
 * A negation stands alone only beside something positive that is required: `a OR NOT b` would mean "a, but not b", and a group of nothing
 * but negations finds nothing. Everything (`*:*`) is put beside such ones.
 */
function affirm(of: Predicate): Predicate {
  switch (of.kind) {
    case 'and': {
      const args = of.args.map(arg => (arg.kind === 'not' ? { ...arg, arg: affirm(arg.arg) } : affirm(arg)))
      return { ...of, args: args.length > 0 && args.every(arg => arg.kind === 'not') ? [always, ...args] : args }
    }
    case 'or':
      return { ...of, args: of.args.map(affirm) }
    case 'not':
      return of.arg.kind === 'not'
        ? affirm(of.arg.arg)
        : { kind: 'and', args: [always, { ...of, arg: affirm(of.arg) }], span: of.span }
    default:
      return of
  }
}

/** Several values of one field: `field:(a OR b)`. */
function alternatives(of: Predicate & { kind: 'and' | 'or' }, printing: Printing): Doc | undefined {
  if (of.kind !== 'or' || of.args.length < 2) return undefined
  const [first] = of.args
  if (first?.kind !== 'test' || first.subject.kind !== 'field') return undefined
  const { name, type } = first.subject
  const tests: Test[] = []
  for (const arg of of.args) {
    if (arg.kind !== 'test' || arg.subject.kind !== 'field' || arg.subject.name !== name || arg.each !== undefined)
      return undefined
    if (arg.match.kind !== 'glob' || isNumeric(type) || type === 'ip') return undefined
    tests.push(arg)
  }
  const values = tests.map(test => mark(value(test, printing), test.span === undefined ? [] : [test.span]))
  return group(`${fieldName(name)}:(`, indent(tight, between(values, [line, 'OR '])), tight, ')')
}

function leaf(test: Test, printing: Printing): Doc {
  const { subject, match, span } = test
  if (test.each !== undefined && test.each !== 'any') {
    return printing.cannot(
      'LUC102',
      'a question about all members of a list cannot be said in a Lucene query',
      span,
      'ask for any member',
    )
  }
  if (subject.kind === 'fields' || subject.kind === 'raw') return keyword(test, printing)
  if (subject.kind !== 'field')
    return printing.cannot('LUC102', `${computed(subject)} cannot be said in a Lucene query`, span, 'ask a column instead')
  const name = fieldName(subject.name)
  const { type } = subject
  if (printing.dialect.analysed.includes(subject.name) && match.kind !== 'exists' && match.kind !== 'present') {
    return printing.cannot(
      'LUC104',
      `"${subject.name}" is split into words in ${printing.dialect.title}, and neither the whole text nor a part can be asked`,
      span,
      'ask another field',
    )
  }
  switch (match.kind) {
    case 'exists':
    case 'present':
      return `_exists_:${name}`
    case 'empty':
      return `${name}:""`
    case 'cidr': {
      const pattern = printing.dialect.addresses ? undefined : networkRegex(match.network)
      if (pattern !== undefined) {
        const written: Test = { ...test, match: { kind: 'regex', pattern, fold: false, whole: false } }
        return [`${name}:`, value(written, printing)]
      }
      if (type !== 'ip') {
        return printing.cannot(
          'LUC104',
          `"${subject.name}" holds text, and a network is asked only of addresses`,
          span,
          'write the addresses with wildcards',
        )
      }
      return `${name}:${quoted(match.network)}`
    }
    case 'glob':
    case 'regex':
      return [`${name}:`, value(test, printing)]
    case 'compare': {
      const to = match.to.kind === 'literal' ? match.to.value : undefined
      if (match.to.kind !== 'literal' || to === undefined) return fieldReference(match.to, span, printing)
      const text = asText(to)
      if (text === undefined)
        return printing.cannot('LUC102', 'this value cannot be compared in a Lucene query', span, 'compare with a number')
      if (match.op === '=') return `${name}:${/^\d+$/.test(text) ? text : quoted(text)}`
      if (!isNumeric(type) && type !== 'datetime') {
        return printing.cannot(
          'LUC104',
          `"${subject.name}" holds text, which is compared letter by letter and not as a number`,
          span,
          'convert to elastic-eql or elastic-esql',
        )
      }
      return /^\d+$/.test(text) ? `${name}:${match.op}${text}` : `${name}:${range(match.op, quoted(text))}`
    }
    case 'text':
      return fieldReference(match.to, span, printing)
    case 'word':
      return printing.cannot('LUC102', 'a test of words cannot be said of a keyword column', span, 'use contains')
    case 'among':
      return printing.cannot(
        'LUC102',
        'a test against the rows of another query cannot be said in a Lucene query',
        span,
        'list the values',
      )
  }
}

function range(op: '<' | '<=' | '>' | '>=', text: string): string {
  return { '<': `{* TO ${text}}`, '<=': `{* TO ${text}]`, '>': `{${text} TO *}`, '>=': `[${text} TO *}` }[op]
}

function fieldReference(to: Scalar, span: Predicate['span'], printing: Printing): Doc {
  const what = to.kind === 'field' ? `two fields (the second is "${to.name}")` : 'a field and a computed value'
  return printing.cannot('LUC103', `${what} cannot be compared in a Lucene query`, span, 'convert to elastic-esql')
}

function computed(subject: Scalar): string {
  if (subject.kind !== 'call') return 'a computed value'
  return subject.fn.startsWith('derive:')
    ? `the derived field "${subject.fn.slice('derive:'.length)}"`
    : `the function "${subject.fn}"`
}

/** The value of a test on a field: a phrase, a term with wildcards, or an expression in slashes. */
function value(test: Test, printing: Printing): Doc {
  const { match, subject, span } = test
  const type = subject.kind === 'field' ? subject.type : undefined
  const name = subject.kind === 'field' ? subject.name : 'fields'
  if (match.kind === 'regex') {
    if (type === 'ip' || isNumeric(type)) return typed(name, type, span, printing)
    const tree = readPortable(match.pattern)
    const told =
      tree.value === undefined ? undefined : printLucene(tree.value, { whole: match.whole, fold: match.fold, slash: true })
    passOn(told?.diagnostics ?? [], 'LUC105', span, printing)
    if (told === undefined) printing.cannot('LUC105', 'this regular expression cannot be read', span, 'say it with several tests')
    return expression(told?.value ?? '', span, printing)
  }
  if (match.kind !== 'glob') return ''
  if (match.glob.some(part => typeof part === 'string' && /\p{Surrogate}/u.test(part)))
    return printing.cannot('LUC106', 'half of a character cannot be in a document', span, 'leave the value out')
  const form = shape(match.glob)
  if (type === 'ip' && !(form.kind === 'equals' && isAddress(form.text))) return typed(name, type, span, printing)
  if (type === 'bool' && form.kind === 'equals') return form.text.toLowerCase() === 'true' ? 'true' : 'false'
  if (isNumeric(type)) return typed(name, type, span, printing)
  const text = match.glob.filter(part => typeof part === 'string').join('')
  const folds = match.fold && hasCase(text)
  const { dialect } = printing
  if (form.kind === 'equals' && !folds) return quoted(form.text, dialect.escaped)
  // A < or > cannot be escaped in a term with wildcards.
  const begins = typeof match.glob[0] === 'string' || dialect.leading
  if (!folds && begins && !/[<>]/.test(text)) return term(match.glob, dialect.escaped)
  return expression(
    glob(match.glob)
      .map(part =>
        typeof part === 'string' ? luceneLiteral(part, { fold: folds, slash: true }) : part.wild === 'any' ? '.*' : '.',
      )
      .join(''),
    span,
    printing,
  )
}

function typed(name: string, type: string | undefined, span: Predicate['span'], printing: Printing): Doc {
  const what =
    type === 'ip' ? 'addresses, of which a part or a text cannot be asked' : 'numbers, of which a part or a text cannot be asked'
  return printing.cannot('LUC104', `"${name}" holds ${what}`, span, type === 'ip' ? 'use cidr' : 'compare with a number')
}

function expression(text: string, span: Predicate['span'], printing: Printing): Doc {
  if (text.length > longestRegex) {
    return printing.cannot(
      'LUC107',
      `the regular expression would be longer than ${longestRegex} characters, which ${printing.dialect.title} refuses`,
      span,
      'shorten the value, or convert to elastic-eql',
    )
  }
  // A backslash just before the slash would keep it from ending the expression.
  const ended = text.endsWith('\\\\') ? `${text.slice(0, -2)}[\\\\]` : text
  return `/${apart(ended, printing.dialect.escaped)}/`
}

/** A keyword is asked of the index's default fields; those of analysed text know words only. */
function keyword(test: Test, printing: Printing): Doc {
  const { match, span, subject } = test
  if (subject.kind === 'fields' && !(subject.names.length === 1 && typeof subject.names[0] !== 'string')) {
    return printing.cannot(
      'LUC102',
      'a test of several fields by pattern cannot be said in a Lucene query',
      span,
      'name the fields',
    )
  }
  if (match.kind !== 'glob' && match.kind !== 'regex')
    return printing.cannot('LUC102', 'this test cannot be asked of all fields in a Lucene query', span, 'name the field')
  printing.diagnostics.push({
    code: 'LUC301',
    severity: 'warning',
    message: printing.dialect.keywords,
    span,
    hint: printing.dialect.keywordHint,
  })
  return mark(value(test, printing), span === undefined ? [] : [span], 'narrowed')
}

/** A value in quotes: whole, and without wildcards. */
function quoted(text: string, more?: string): string {
  return `"${apart(text.replace(/[\\"]/g, '\\$&'), more)}"`
}

function term(pattern: Glob, more?: string): string {
  return glob(pattern)
    .map(part => (typeof part === 'string' ? apart(escaped(part), more) : part.wild === 'any' ? '*' : '?'))
    .join('')
}

/** A character that the product reads for itself, escaped: to Lucene it is the same. */
const apart = (text: string, more: string | undefined): string => (more === undefined ? text : text.replaceAll(more, `\\${more}`))

const escaped = (text: string): string => text.replace(/[+\-=&|><!(){}[\]^"~*?:\\/\s\u3000]/g, '\\$&')

/** The name of a field; what is reserved in it is escaped. */
const fieldName = (name: string): string => name.replace(/[+=&|><!(){}[\]^"~*?:\\/\s\u3000]|^-/g, '\\$&')

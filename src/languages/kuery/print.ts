// Meaning to Kibana's query language (kuery): keyword columns heed case there, so what ignores case is refused, or narrowed where that is asked for.

import { asText } from '../../ir/event.ts'
import { glob, shape } from '../../ir/glob.ts'
import type { Pipeline } from '../../ir/pipeline.ts'
import type { Glob, Predicate, Scalar } from '../../ir/predicate.ts'
import { hasCase } from '../../ir/regex/lucene.ts'
import { isAddress, isNumeric, settle } from '../../ir/settle.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { between, type Doc, group, indent, line, mark, tight } from '../../text/layout.ts'
import type { Printed, Style } from '../language.ts'
import { type Connectives, createPrinting, finish, type Printing, printPredicate, question } from '../printing.ts'

type Test = Predicate & { kind: 'test' }

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const printing: Printing = { ...createPrinting(), loose: style?.loose === true }
  const asked = question(query)
  if ('beyond' in asked) {
    printing.cannot('KUE101', `${asked.beyond} cannot be said in kuery`, asked.span, 'convert to elastic-esql or elastic-eql')
    return finish('', printing, style)
  }
  const words: Connectives = {
    and: 'and',
    or: 'or',
    not: inner => ['not ', inner],
    always: '*',
    never: 'not *',
    joint: of => alternatives(of, printing),
  }
  return finish(
    printPredicate(settle(asked.where), words, test => leaf(test, printing), printing),
    printing,
    style,
  )
}

/** Several values of one field: `field : (a or b)`. */
function alternatives(of: Predicate & { kind: 'and' | 'or' }, printing: Printing): Doc | undefined {
  const [first] = of.args
  if (of.kind !== 'or' || of.args.length < 2 || first?.kind !== 'test' || first.subject.kind !== 'field') return undefined
  const { name } = first.subject
  const tests: Test[] = []
  for (const arg of of.args) {
    if (arg.kind !== 'test' || arg.subject.kind !== 'field' || arg.subject.name !== name || arg.each !== undefined)
      return undefined
    if (arg.match.kind !== 'glob') return undefined
    tests.push(arg)
  }
  const values = tests.map(test => mark(value(test, printing), test.span === undefined ? [] : [test.span]))
  return group(`${fieldName(name)} : (`, indent(tight, between(values, [line, 'or '])), tight, ')')
}

function leaf(test: Test, printing: Printing): Doc {
  const { subject, match, span } = test
  const cannot = (code: string, message: string, hint: string): Doc => printing.cannot(code, message, span, hint)
  if (test.each !== undefined && test.each !== 'any')
    return cannot('KUE102', 'a question about all members of a list cannot be said in kuery', 'ask for any member')
  if (subject.kind === 'fields' || subject.kind === 'raw')
    return cannot(
      'KUE102',
      'a keyword without a field heeds case and whole values in kuery',
      'name the field that holds it, or convert to elastic-lucene',
    )
  if (subject.kind !== 'field') return cannot('KUE102', `${computed(subject)} cannot be said in kuery`, 'ask a column instead')
  const name = fieldName(subject.name)
  const { type } = subject
  switch (match.kind) {
    case 'exists':
    case 'present':
      return `${name} : *`
    case 'empty':
      return `${name} : ""`
    case 'cidr':
      if (type === 'ip') return `${name} : ${quoted(match.network)}`
      return cannot(
        'KUE104',
        `"${subject.name}" holds text, and a network is asked only of addresses`,
        'write the addresses with wildcards',
      )
    case 'glob':
      return [`${name} : `, value(test, printing)]
    case 'compare': {
      const to = match.to.kind === 'literal' ? asText(match.to.value) : undefined
      if (to === undefined) return cannot('KUE103', 'two fields cannot be compared in kuery', 'convert to elastic-esql')
      if (match.op === '=') return `${name} : ${/^\d+$/.test(to) ? to : quoted(to)}`
      if (isNumeric(type) || type === 'datetime') return `${name} ${match.op} ${/^\d+$/.test(to) ? to : quoted(to)}`
      return cannot(
        'KUE104',
        `"${subject.name}" holds text, which is compared letter by letter and not as a number`,
        'convert to elastic-esql',
      )
    }
    case 'text':
      return cannot('KUE103', 'two fields cannot be compared in kuery', 'convert to elastic-esql')
    case 'regex':
      return cannot('KUE106', 'kuery has no regular expressions', 'convert to elastic-eql or elastic-lucene')
    case 'word':
      return cannot('KUE102', 'a test of words cannot be said of a keyword column', 'use contains')
    case 'among':
      return cannot('KUE102', 'a test against the rows of another query cannot be said in kuery', 'list the values')
  }
}

function computed(subject: Scalar): string {
  if (subject.kind !== 'call') return 'a computed value'
  return subject.fn.startsWith('derive:')
    ? `the derived field "${subject.fn.slice('derive:'.length)}"`
    : `the function "${subject.fn}"`
}

/** A value in quotes, or one with stars. */
function value(test: Test, printing: Printing): Doc {
  const { match, subject, span } = test
  if (match.kind !== 'glob' || subject.kind !== 'field') return ''
  const { type, name } = subject
  if (match.glob.some(part => typeof part === 'string' && /\p{Surrogate}/u.test(part)))
    return printing.cannot('KUE107', 'half of a character cannot be in a document', span, 'leave the value out')
  const form = shape(match.glob)
  const plain = match.glob.filter(part => typeof part === 'string').join('')
  if (isNumeric(type) || (type === 'ip' && !(form.kind === 'equals' && isAddress(form.text)))) {
    const what = type === 'ip' ? 'addresses' : 'numbers'
    return printing.cannot(
      'KUE104',
      `"${name}" holds ${what}, of which a part or a text cannot be asked`,
      span,
      'compare whole values',
    )
  }
  if (type === 'bool') return form.kind === 'equals' && form.text.toLowerCase() === 'true' ? 'true' : 'false'
  const folds = match.fold && hasCase(plain) && type !== 'ip'
  if (folds && !printing.loose) {
    return printing.cannot(
      'KUE105',
      `kuery heeds case, and the rule does not mean to for "${plain.slice(0, 80)}"`,
      span,
      'convert to elastic-eql or elastic-lucene, or take the narrower query with --loose',
    )
  }
  if (folds) {
    printing.diagnostics.push({
      code: 'KUE105',
      severity: 'warning',
      message: `kuery heeds case, so "${plain.slice(0, 80)}" is found in this case only`,
      span,
      hint: 'convert to elastic-eql or elastic-lucene',
    })
  }
  if (match.glob.some(part => typeof part !== 'string' && part.wild === 'one'))
    return printing.cannot('KUE106', 'kuery has no wildcard for one character', span, 'convert to elastic-eql or elastic-lucene')
  const doc = form.kind === 'equals' ? quoted(form.text) : wildcards(match.glob)
  return folds ? mark(doc, span === undefined ? [] : [span], 'narrowed') : doc
}

/** A value in quotes is whole, and a star in it is one. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\t/g, '\\t').replace(/\r/g, '\\r').replace(/\n/g, '\\n')}"`
}

/** An unquoted value; blanks at its ends and around the words of the language are written by number. */
function wildcards(pattern: Glob): string {
  const parts = glob(pattern)
  return parts
    .map((part, index) => {
      if (typeof part !== 'string') return '*'
      let text = part
        .replace(/[\\():<>"*{}]/g, '\\$&')
        .replace(/\t/g, '\\t')
        .replace(/\r/g, '\\r')
        .replace(/\n/g, '\\n')
      // A word of the language counts as one only between blanks.
      text = text.replace(/(?<=\s)(and|or|not)(?=\s)/gi, word => `\\${word}`)
      if (index === 0) text = text.replace(/^(not)(?=\s)/i, word => `\\${word}`).replace(/^\s+/, blanks)
      if (index === parts.length - 1) text = text.replace(/\s+$/, blanks)
      return text
    })
    .join('')
}

const blanks = (text: string): string =>
  [...text].map(character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')

const fieldName = (name: string): string => (/^[\w@.-]+$/.test(name) && !/^(?:and|or|not)$/i.test(name) ? name : quoted(name))

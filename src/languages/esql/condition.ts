// Conditions of ES|QL: three-valued, so a negation says what becomes of fields that are not there; case is folded by TO_LOWER or spelt out.

import { asText } from '../../ir/event.ts'
import { shape } from '../../ir/glob.ts'
import type { Glob, Predicate, Scalar } from '../../ir/predicate.ts'
import { sameIgnoringCase } from '../../ir/regex/characters.ts'
import { hasCase, luceneLiteral, printLucene } from '../../ir/regex/lucene.ts'
import { readPortable } from '../../ir/regex.ts'
import { isAddress, isNumeric, settle } from '../../ir/settle.ts'
import { between, type Doc, group, indent, line, mark, tight } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import { type Connectives, type Printing, passOn, printPredicate } from '../printing.ts'
import { likePattern, path, text } from './text.ts'

type Test = Predicate & { kind: 'test' }

/** `index.max_regex_length` of Elasticsearch. */
const longestRegex = 1000

/** A question as a condition. */
export function condition(question: Predicate, printing: Printing): Doc {
  const settled = settle(question)
  const guarded = new Set<Predicate>()
  guardLeaves(settled, false, guarded)
  const words: Connectives = {
    and: 'AND',
    or: 'OR',
    not(inner, of) {
      if (of.kind === 'test' && presence(of) && of.subject.kind === 'field') return `${path(of.subject.name)} IS NULL`
      // What is unanswered counts as no, and its negation as yes.
      return mixed(of) || !unanswered(of) ? ['NOT ', inner] : ['NOT COALESCE(', inner, ', FALSE)']
    },
    always: 'TRUE',
    never: 'FALSE',
    joint: of => alternatives(of, guarded, printing),
  }
  return printPredicate(settled, words, test => guard(leaf(test, printing), guarded.has(test)), printing)
}

const guard = (doc: Doc, wanted: boolean): Doc => (wanted ? ['COALESCE(', doc, ', FALSE)'] : doc)

const presence = (of: Test): boolean => of.match.kind === 'exists' || of.match.kind === 'present'

/** A test by the match operator or of a keyword, which has an answer for every row and cannot stand inside a function. */
function isMatch(of: Test): boolean {
  if (of.subject.kind === 'fields' || of.subject.kind === 'raw') return true
  if (of.subject.kind !== 'field' || of.subject.type !== 'dynamic') return false
  if (of.match.kind === 'empty') return true
  const form = of.match.kind === 'glob' ? shape(of.match.glob) : undefined
  return of.match.kind === 'glob' && form?.kind === 'equals' && !(of.match.fold && hasCase(form.text))
}

function some(of: Predicate, fits: (test: Test) => boolean): boolean {
  if (of.kind === 'and' || of.kind === 'or') return of.args.some(arg => some(arg, fits))
  return of.kind === 'not' ? some(of.arg, fits) : of.kind === 'test' && fits(of)
}

const unanswered = (of: Predicate): boolean => some(of, test => !isMatch(test) && !presence(test))
const mixed = (of: Predicate): boolean => some(of, isMatch)

/** Where a negation cannot be guarded as a whole, its tests are, one by one. */
function guardLeaves(of: Predicate, within: boolean, guarded: Set<Predicate>): void {
  if (of.kind === 'and' || of.kind === 'or') for (const arg of of.args) guardLeaves(arg, within, guarded)
  else if (of.kind === 'not') guardLeaves(of.arg, within || mixed(of.arg), guarded)
  else if (of.kind === 'test' && within && !isMatch(of) && !presence(of)) guarded.add(of)
}

/** Several whole values of one field: `field IN (…)`. */
function alternatives(
  of: Predicate & { kind: 'and' | 'or' },
  guarded: ReadonlySet<Predicate>,
  printing: Printing,
): Doc | undefined {
  const [first] = of.args
  if (of.kind !== 'or' || of.args.length < 2 || first?.kind !== 'test' || first.subject.kind !== 'field') return undefined
  const { name, type } = first.subject
  if (type === 'dynamic' || type === 'ip' || type === 'bool' || type === 'datetime') return undefined
  const values: Doc[] = []
  const folds = of.args.some(
    test =>
      test.kind === 'test' &&
      test.match.kind === 'glob' &&
      test.match.fold &&
      test.match.glob.some(part => typeof part === 'string' && hasCase(part)),
  )
  for (const test of of.args) {
    if (test.kind !== 'test' || test.subject.kind !== 'field' || test.subject.name !== name || test.each !== undefined)
      return undefined
    const { match } = test
    let value: string
    if (isNumeric(type)) {
      if (match.kind !== 'compare' || match.op !== '=' || match.to.kind !== 'literal') return undefined
      value = asText(match.to.value) ?? ''
    } else {
      const form = match.kind === 'glob' ? shape(match.glob) : undefined
      if (match.kind !== 'glob' || form?.kind !== 'equals' || !sound(match.glob)) return undefined
      // A value without letters is the same in lower case.
      const here = match.fold && hasCase(form.text)
      if ((here && !lowers(form.text)) || (!here && folds && hasCase(form.text))) return undefined
      value = text(here ? form.text.toLowerCase() : form.text)
    }
    values.push(mark(value, test.span === undefined ? [] : [test.span]))
  }
  if (printing.diagnostics.some(finding => finding.severity === 'error')) return undefined
  const subject = folds ? `TO_LOWER(${path(name)})` : path(name)
  return guard(group(`${subject} IN (`, indent(tight, between(values, [',', line])), tight, ')'), guarded.has(first))
}

const sound = (pattern: Glob): boolean => pattern.every(part => typeof part !== 'string' || !/\p{Surrogate}/u.test(part))

/** Whether lower case brings together what folding does, and nothing else: not so for the final sigma and its like. */
function lowers(value: string): boolean {
  for (const character of value) {
    const point = character.codePointAt(0)!
    for (const other of sameIgnoringCase(point)) {
      if (point <= 0x7f && other > 0x7f) continue
      if (String.fromCodePoint(other).toLowerCase() !== character.toLowerCase()) return false
    }
  }
  return true
}

const isDynamic = (subject: Scalar): boolean => subject.kind === 'field' && subject.type === 'dynamic'

function leaf(test: Test, printing: Printing): Doc {
  const { subject, match, span } = test
  const cannot = (code: string, message: string, hint: string): Doc => printing.cannot(code, message, span, hint)
  // A comparison asks a single value by itself; what is a list by its type is asked for any member.
  if (test.each !== undefined && test.each !== 'any' && !(test.each === 'one' && !isDynamic(subject)))
    return cannot('ESQ102', 'a question about all members of a list cannot be said in ES|QL', 'ask for any member')
  if (subject.kind === 'fields' || subject.kind === 'raw') return keyword(test, printing)
  const dated = subject.kind === 'call' && subject.fn === 'datepart' ? datePart(subject, printing) : undefined
  if (subject.kind !== 'field' && dated === undefined)
    return cannot('ESQ102', `${computed(subject)} cannot be said in ES|QL`, 'ask a column instead')
  const type = subject.kind === 'field' ? subject.type : 'long'
  const field = subject.kind === 'field' ? path(subject.name) : dated!
  const name = subject.kind === 'field' ? subject.name : 'date'
  switch (match.kind) {
    case 'exists':
    case 'present':
      // A list of several is there and has no answer to any comparison.
      return test.each === 'one' ? `${field} LIKE "*"` : `${field} IS NOT NULL`
    case 'empty':
      return type === 'dynamic' ? `${field} : ""` : `${field} == ""`
    case 'cidr':
      return `CIDR_MATCH(${type === 'ip' ? field : `TO_IP(${field})`}, ${text(match.network)})`
    case 'glob':
      return globTest(field, name, type, match, span, printing)
    case 'regex': {
      if (type !== undefined && type !== 'string') return typed(name, type, span, printing)
      const tree = readPortable(match.pattern).value
      const told = tree === undefined ? undefined : printLucene(tree, { whole: match.whole, fold: match.fold })
      if (told === undefined) return cannot('ESQ105', 'this regular expression cannot be read', 'say it with several tests')
      passOn(told.diagnostics, 'ESQ105', span, printing)
      return expression(field, told.value ?? '', span, printing)
    }
    case 'compare': {
      if (match.to.kind !== 'literal') return fields(field, test, printing)
      const value = asText(match.to.value)
      const number = typeof match.to.value === 'number' || typeof match.to.value === 'bigint'
      if (value === undefined || !number)
        return cannot('ESQ102', 'this value cannot be compared in ES|QL', 'compare with a number')
      if (type === 'dynamic') return typed(name, type, span, printing)
      return `${isNumeric(type) ? field : `TO_DOUBLE(${field})`} ${match.op === '=' ? '==' : match.op} ${value}`
    }
    case 'text':
      return fields(field, test, printing)
    case 'word':
      return cannot('ESQ102', 'a test of words cannot be said of a keyword column', 'use contains')
    case 'among':
      return cannot('ESQ102', 'a test against the rows of another query cannot be said here', 'list the values')
  }
}

function globTest(
  field: string,
  name: string,
  type: string | undefined,
  match: { readonly glob: Glob; readonly fold: boolean },
  span: Span | undefined,
  printing: Printing,
): Doc {
  if (!sound(match.glob))
    return printing.cannot('ESQ106', 'half of a character cannot be in a document', span, 'leave the value out')
  const form = shape(match.glob)
  const plain = match.glob.filter(part => typeof part === 'string').join('')
  const folds = match.fold && hasCase(plain)
  if (type === 'ip' && !(form.kind === 'equals' && isAddress(form.text))) return typed(name, type, span, printing)
  if (type === 'bool')
    return form.kind === 'equals'
      ? `${field} == ${form.text.toLowerCase() === 'true' ? 'TRUE' : 'FALSE'}`
      : typed(name, type, span, printing)
  if (type === 'dynamic') {
    if (form.kind === 'equals' && !folds) return `${field} : ${text(form.text)}`
    return member(field, match.glob, folds, span, printing)
  }
  if (type !== undefined && type !== 'string' && type !== 'ip') return typed(name, type, span, printing)
  if (folds && !lowers(plain)) {
    const pattern = match.glob
      .map(part => (typeof part === 'string' ? luceneLiteral(part, { fold: true }) : part.wild === 'any' ? '.*' : '.'))
      .join('')
    return expression(field, pattern, span, printing)
  }
  const subject = folds ? `TO_LOWER(${field})` : field
  if (form.kind === 'equals') return `${subject} == ${text(folds ? form.text.toLowerCase() : form.text)}`
  const pattern = likePattern(match.glob)
  return `${subject} LIKE ${text(folds ? pattern.toLowerCase() : pattern)}`
}

/** A keyword is a query string over the default fields of the index (QSTR, Elasticsearch 8.17); those of analysed text know words only. */
function keyword({ subject, match, span }: Test, printing: Printing): Doc {
  if (subject.kind === 'fields' && !(subject.names.length === 1 && typeof subject.names[0] !== 'string'))
    return printing.cannot('ESQ102', 'several fields by pattern cannot be asked in ES|QL', span, 'name the fields')
  if (match.kind !== 'glob')
    return printing.cannot('ESQ102', 'this test cannot be asked of all fields in ES|QL', span, 'name the field that holds it')
  if (!sound(match.glob))
    return printing.cannot('ESQ106', 'half of a character cannot be in a document', span, 'leave the value out')
  const pattern = match.glob
    .map(part =>
      typeof part === 'string' ? luceneLiteral(part, { fold: match.fold, slash: true }) : part.wild === 'any' ? '.*' : '.',
    )
    .join('')
  if (pattern.length > longestRegex)
    return printing.cannot('ESQ107', 'the keyword would be too long a regular expression', span, 'shorten the value')
  printing.diagnostics.push({
    code: 'ESQ302',
    severity: 'warning',
    message: 'a keyword is searched in the default fields of the index, and in fields of analysed text word by word',
    span,
    hint: 'name the field, or see that "index.query.default_field" names every keyword field',
  })
  return mark(`QSTR(${text(`/${pattern}/`)})`, span === undefined ? [] : [span], 'narrowed')
}

/** Any member of a list: its members on lines of one text, of which one is asked. */
function member(field: string, pattern: Glob, folds: boolean, span: Span | undefined, printing: Printing): Doc {
  const form = shape(pattern)
  const texts = pattern.filter(part => typeof part === 'string').join('')
  if (texts.includes('\n'))
    return printing.cannot(
      'ESQ104',
      'a line break within a member of a list cannot be asked in ES|QL',
      span,
      'convert to elastic-eql',
    )
  const lines = `MV_CONCAT(${field}, "\\n")`
  if (form.kind === 'contains' && (!folds || lowers(form.text))) {
    const like = text(likePattern(folds ? pattern.map(part => (typeof part === 'string' ? part.toLowerCase() : part)) : pattern))
    return `${folds ? `TO_LOWER(${lines})` : lines} LIKE ${like}`
  }
  const told = pattern
    .map(part => (typeof part === 'string' ? luceneLiteral(part, { fold: folds }) : part.wild === 'any' ? '[^\n]*' : '[^\n]'))
    .join('')
  return expression(lines, `(.*\n)?${told}(\n.*)?`, span, printing)
}

function typed(name: string, type: string, span: Span | undefined, printing: Printing): Doc {
  const what =
    type === 'ip'
      ? 'addresses, of which a part or a text cannot be asked'
      : type === 'dynamic'
        ? 'several values, of which ES|QL compares whole ones only'
        : `${type} values, of which a part or a text cannot be asked`
  return printing.cannot('ESQ104', `"${name}" holds ${what}`, span, type === 'ip' ? 'use cidr' : 'convert to elastic-eql')
}

function expression(field: string, pattern: string, span: Span | undefined, printing: Printing): Doc {
  if (pattern.length <= longestRegex) return `${field} RLIKE ${text(pattern)}`
  return printing.cannot(
    'ESQ107',
    `the regular expression would be longer than ${longestRegex} characters, which Elasticsearch refuses`,
    span,
    'shorten the value',
  )
}

/** One field against another. */
function fields(field: string, test: Test, printing: Printing): Doc {
  const { match, span } = test
  const to = match.kind === 'text' || match.kind === 'compare' ? match.to : undefined
  if (to?.kind !== 'field')
    return printing.cannot('ESQ103', 'a field and a computed value cannot be compared here', span, 'compare two columns')
  const own = test.subject.kind === 'field' ? test.subject.type : undefined
  if ([own, to.type].some(type => type === 'dynamic'))
    return printing.cannot(
      'ESQ103',
      `"${to.name}" may hold several values, which cannot be compared here`,
      span,
      'compare two columns',
    )
  const other = path(to.name)
  if (match.kind === 'compare') {
    const number = (name: string, type: string | undefined): string =>
      type === 'long' || type === 'int' ? name : `TO_DOUBLE(${name})`
    return `${number(field, own)} ${match.op === '=' ? '==' : match.op} ${number(other, to.type)}`
  }
  if (match.kind !== 'text') return ''
  const form = (name: string, type: string | undefined): string => {
    const text = type === undefined || type === 'string' ? name : `TO_STRING(${name})`
    return match.fold ? `TO_LOWER(${text})` : text
  }
  const [left, right] = [form(field, own), form(other, to.type)]
  switch (match.how) {
    case 'whole':
      return `${left} == ${right}`
    case 'start':
      return `STARTS_WITH(${left}, ${right})`
    case 'end':
      return `ENDS_WITH(${left}, ${right})`
    case 'anywhere':
      return `LOCATE(${left}, ${right}) > 0`
  }
}

const parts: Readonly<Record<string, string>> = {
  minute: 'minute_of_hour',
  hour: 'hour_of_day',
  day: 'day_of_month',
  month: 'month_of_year',
  year: 'year',
}

/** A part of a date column, in UTC. */
function datePart(subject: Scalar & { kind: 'call' }, printing: Printing): string | undefined {
  const [value, part] = subject.args
  if (value?.kind !== 'field' || value.type !== 'datetime' || part?.kind !== 'literal') return undefined
  const name = typeof part.value === 'string' && Object.hasOwn(parts, part.value) ? parts[part.value] : undefined
  if (name === undefined) {
    printing.cannot('ESQ102', 'the number of the week cannot be said in ES|QL', subject.span, 'test the month or the day')
    return ''
  }
  return `DATE_EXTRACT(${text(name)}, ${path(value.name)})`
}

function computed(subject: Scalar): string {
  if (subject.kind !== 'call') return 'a computed value'
  return subject.fn.startsWith('derive:')
    ? `the derived field "${subject.fn.slice('derive:'.length)}"`
    : `the function "${subject.fn}"`
}

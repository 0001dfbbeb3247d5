// Conditions of one event in YARA-L: one predicate for each test, `any` on repeated fields, and what a zero value is taken for.

import { asText } from '../../ir/event.ts'
import { shape } from '../../ir/glob.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { re2Expression, re2Glob } from '../../ir/regex/re2.ts'
import { isAddress, isNumeric } from '../../ir/settle.ts'
import { type Doc, line, mark, parenthesised } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import { type Connectives, hasCase, isPresence, type Printing, passOn, printPredicate, unpaired } from '../printing.ts'

type Test = Predicate & { kind: 'test' }

/** Fields of UDM that hold one of a list of words and are asked by `=` alone (UDM field list, enumerated types). */
const enumerated = new Set(['metadata.event_type', 'network.ip_protocol', 'network.direction'])

/** Whether a field may hold several values: addresses and what the schema calls a list. */
export const isRepeated = (field: Scalar & { kind: 'field' }): boolean => field.type === 'ip' || field.type === 'dynamic'

const isPath = (name: string): boolean => /^[a-z]\w*(?:\.[a-z]\w*)*$/.test(name)

/** Where conditions stand: which event is asked, and where what cannot be said is reported. */
export interface Around {
  readonly event: string
  readonly printing: Printing
  readonly told: Set<string>
}

const words = (around: Around): Connectives => ({
  and: 'and',
  or: 'or',
  not: (inner, arg) => {
    if (arg.kind !== 'test' || !isPresence(arg) || arg.subject.kind !== 'field' || isRepeated(arg.subject) || inner === '')
      return ['not ', parenthesised(inner)]
    return `$${around.event}.${arg.subject.name} = ${isNumeric(arg.subject.type) ? '0' : '""'}`
  },
  encloses: true,
})

/** A text in quotes; undefined where the language has no escape for a character of it. */
export function quoted(text: string): string | undefined {
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufeff]/u.test(text.replace(/[\t\n]/g, ''))) return undefined
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\t', '\\t').replaceAll('\n', '\\n')}"`
}

/** A field of the event; undefined, and reported, where its name is none. */
export function fieldName(of: Scalar, around: Around, span: Span | undefined = of.span): string | undefined {
  if (of.kind === 'field' && isPath(of.name)) return `$${around.event}.${of.name}`
  if (of.kind === 'field')
    around.printing.cannot('YRL106', `"${of.name}" is no field of UDM`, span, 'use the name of a UDM field')
  else around.printing.cannot('YRL102', 'a computed value cannot be asked in YARA-L', span, 'ask a field')
  return undefined
}

/** The lines of an events section for a condition: they all hold. */
export function lines(of: Predicate, around: Around): readonly Doc[] {
  if (of.kind === 'and') return of.args.flatMap(arg => lines(arg, around))
  const doc = printPredicate(of, words(around), test => leaf(test, around), around.printing)
  return [of.kind === 'or' && of.args.length > 1 ? parenthesised(doc) : doc]
}

/** What a zero value is taken for is said once for each field and question. */
function zero(what: string, span: Span | undefined, { printing, told }: Around): void {
  if (told.has(what)) return
  told.add(what)
  printing.diagnostics.push({
    code: 'YRL301',
    severity: 'warning',
    message: `UDM does not tell ${what} from an absent field`,
    span,
    hint: 'see that the rule does not depend on the difference',
  })
}

function leaf(test: Test, around: Around): Doc {
  const { subject, match, span } = test
  const cannot = (code: string, message: string, hint: string): Doc => around.printing.cannot(code, message, span, hint)
  if (test.each === 'none') return ['not ', parenthesised(leaf({ kind: 'test', subject, match, span, each: 'any' }, around))]
  if (subject.kind === 'fields' || subject.kind === 'raw')
    return cannot('YRL102', 'a keyword cannot be said in a rule of YARA-L, which asks fields', 'name the field')
  const name = fieldName(subject, around, span)
  if (name === undefined || subject.kind !== 'field') return ''
  const { type } = subject
  if (test.each === 'all' && !isRepeated(subject))
    return cannot('YRL102', `"${subject.name}" holds one value, so that "all" has nothing to ask`, 'ask for any member')
  const each = isRepeated(subject) ? `${test.each ?? 'any'} ` : ''
  const operand = `${each}${name}`
  const rough = (doc: Doc): Doc => mark(doc, span === undefined ? [] : [span], 'widened')
  switch (match.kind) {
    case 'exists':
    case 'present':
      if (isEnum(subject.name)) return cannot('YRL104', `"${subject.name}" always has a value`, 'ask for one of its words')
      zero(isNumeric(type) ? 'zero' : 'an empty text', span, around)
      return rough(isNumeric(type) ? `${name} != 0` : `${operand} != ""`)
    case 'empty':
      if (isNumeric(type) || isEnum(subject.name)) return cannot('YRL104', `"${subject.name}" holds no texts`, 'ask for a value')
      zero('an empty text', span, around)
      return rough(`${operand} = ""`)
    case 'cidr':
      if (type !== 'ip')
        return cannot('YRL104', `"${subject.name}" holds text, and a network is asked only of addresses`, 'use wildcards')
      if (!/^[0-9a-f:.]+\/\d+$/i.test(match.network))
        return cannot('YRL102', `"${match.network}" is no network`, 'write an address and a prefix length')
      return `net.ip_in_range_cidr(${operand}, "${match.network}")`
    case 'glob':
      return glob(test, operand, around)
    case 'regex': {
      if (isNumeric(type) || isEnum(subject.name))
        return cannot('YRL104', `"${subject.name}" holds no texts, of which alone an expression is asked`, 'compare with a value')
      if (unpaired(match.pattern)) return cannot('YRL106', 'half of a character cannot be in an event', 'leave the value out')
      const { value, diagnostics } = re2Expression(match, '`')
      passOn(diagnostics, 'YRL105', span, around.printing)
      if (value === undefined) return ''
      const asked = `re.regex(${operand}, \`(?${value.flags})${value.text}\`)`
      // An absent text is the empty one, in which this expression is found.
      return value.empty && test.each !== 'all' ? parenthesised([`${operand} != ""`, line, 'and ', asked]) : asked
    }
    case 'compare':
      return compare(test, name, around)
    case 'text': {
      const other = fieldName(match.to, around, span)
      if (other === undefined || match.to.kind !== 'field') return ''
      if (isRepeated(subject) || isRepeated(match.to) || isNumeric(type) || isNumeric(match.to.type))
        return cannot('YRL103', `"${subject.name}" and "${match.to.name}" cannot be compared as texts`, 'compare with a value')
      if (match.how === 'whole') return pair(name, `${name} = ${other}${match.fold ? ' nocase' : ''}`)
      const fn = { start: 'strings.starts_with', end: 'strings.ends_with', anywhere: 'strings.contains' }[match.how]
      const low = (text: string): string => (match.fold ? `strings.to_lower(${text})` : text)
      return pair(other, `${fn}(${low(name)}, ${low(other)})`)
    }
    case 'word':
    case 'among':
      return cannot('YRL102', `this test ("${match.kind}") cannot be said in YARA-L`, 'ask for a text or a pattern')
  }
}

const isEnum = (name: string): boolean => enumerated.has(name)

/** Two absent fields are alike, and every text begins with an absent one: the field is asked to be there. */
const pair = (name: string, doc: string): Doc => parenthesised([`${name} != ""`, line, 'and ', doc])

function glob(test: Test, operand: string, around: Around): Doc {
  const { subject, match, span } = test
  if (match.kind !== 'glob' || subject.kind !== 'field') return ''
  const cannot = (code: string, message: string, hint: string): Doc => around.printing.cannot(code, message, span, hint)
  const { type, name } = subject
  const texts = match.glob.flatMap(part => (typeof part === 'string' ? [part] : []))
  if (texts.some(unpaired)) return cannot('YRL106', 'half of a character cannot be in an event', 'leave the value out')
  if (isNumeric(type))
    return cannot('YRL104', `"${name}" holds numbers, of which a part or a text cannot be asked`, 'compare with a number')
  const form = shape(match.glob)
  if (isEnum(name)) {
    return form.kind === 'equals' && /^[A-Z][A-Z0-9_]*$/.test(form.text)
      ? `${operand} = "${form.text}"`
      : cannot('YRL104', `"${name}" holds one of a list of words, and this is none of them`, 'ask for one of its words')
  }
  if (form.kind === 'any') return leaf({ ...test, match: { kind: 'present' } }, around)
  if (form.kind === 'equals' && form.text === '') return leaf({ ...test, match: { kind: 'empty' } }, around)
  if (type === 'ip' && !(form.kind === 'equals' && isAddress(form.text)))
    return cannot('YRL104', `"${name}" holds addresses, of which a part or a text cannot be asked`, 'use cidr')
  const folds = match.fold && hasCase(texts.join(''))
  const whole = form.kind === 'equals' && !(folds && /[^\0-\x7f]/.test(form.text)) ? quoted(form.text) : undefined
  const nocase = folds ? ' nocase' : ''
  return whole === undefined
    ? `re.regex(${operand}, \`(?s)${re2Glob(match.glob, folds, '`')}\`)${nocase}`
    : `${operand} = ${whole}${nocase}`
}

function compare(test: Test, name: string, around: Around): Doc {
  const { subject, match, span } = test
  if (match.kind !== 'compare' || subject.kind !== 'field') return ''
  const cannot = (code: string, message: string, hint: string): Doc => around.printing.cannot(code, message, span, hint)
  if (match.to.kind === 'field') {
    const other = fieldName(match.to, around, span)
    if (other === undefined) return ''
    if (isNumeric(subject.type) && isNumeric(match.to.type))
      return parenthesised([`${name} != 0`, line, `and ${other} != 0`, line, `and ${name} ${match.op} ${other}`])
    if (
      match.op === '=' &&
      !isNumeric(subject.type) &&
      !isNumeric(match.to.type) &&
      !isRepeated(subject) &&
      !isRepeated(match.to)
    )
      return pair(name, `${name} = ${other}${match.fold === false ? '' : ' nocase'}`)
    return cannot('YRL103', `"${subject.name}" and "${match.to.name}" cannot be compared so`, 'compare with a value')
  }
  if (match.to.kind !== 'literal') return cannot('YRL102', 'a computed value cannot be compared with', 'compare with a value')
  const text = asText(match.to.value)
  if (!isNumeric(subject.type) || text === undefined || !/^-?\d+(?:\.\d+)?$/.test(text))
    return cannot('YRL104', `"${subject.name}" cannot be compared with this value as a number`, 'compare with a text')
  const asked = `${name} ${match.op} ${text}`
  const number = Number(text)
  // An absent number is zero, for which this would hold.
  const holds = { '=': number === 0, '<': number > 0, '<=': number >= 0, '>': number < 0, '>=': number <= 0 }[match.op]
  if (!holds) return asked
  zero('zero', span, around)
  if (match.op === '=') return mark(asked, span === undefined ? [] : [span], 'widened')
  return mark(parenthesised([`${name} != 0`, line, 'and ', asked]), span === undefined ? [] : [span], 'narrowed')
}

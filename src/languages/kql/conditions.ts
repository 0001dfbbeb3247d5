// Conditions in KQL's words. Texts of Kusto are never null, only empty, so `not(…)` keeps rows without a value, as a rule does; what can be null is guarded.

import { glob as normalGlob, shape } from '../../ir/glob.ts'
import type { Glob, Match, Predicate, Scalar } from '../../ir/predicate.ts'
import { partsOf, printRegex, type RegexTree, readPortable } from '../../ir/regex.ts'
import { said } from '../../ir/said.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { between, type Doc, group, indent, line, mark, parenthesised, tight } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import { type Connectives, hasCase, type Printing, printPredicate } from '../printing.ts'
import { hasLoneSurrogate, quoted, verbatim } from './words.ts'

type Test = Predicate & { kind: 'test' }

/** A value as KQL computes it. `text`: it is a string, which is empty where there is none; otherwise it may be null. */
export interface Value {
  readonly doc: Doc
  readonly type: 'text' | 'number' | 'bool' | 'datetime' | 'dynamic'
  /** Never null: a count. */
  readonly sure?: boolean
}

/** What conditions need of the query around them. */
export interface Around {
  readonly printing: Printing
  /** A value in this query's words; undefined when it was reported as one that cannot be said. */
  value(scalar: Scalar, span: Span | undefined): Value | undefined
}

/** Several texts or networks that one column is asked for. */
interface List {
  readonly texts: readonly string[]
  readonly spans: readonly Span[]
}

/** The most conditions in one row. */
const longest = 60

/** A predicate as a condition. */
export function condition(predicate: Predicate, around: Around): Doc {
  const lists = new Map<Predicate, List>()
  const negatives = new Set<Predicate>()
  const prepared = prepare(predicate, lists, negatives)
  const guarded = underNot(prepared)
  const print = (of: Predicate): Doc => printPredicate(of, words, ask, around.printing)
  const ask = (test: Test): Doc => {
    const list = lists.get(test)
    const doc = leaf(test, list?.texts, negatives.has(test), guarded.has(test), around)
    return list === undefined ? doc : mark(doc, list.spans)
  }
  const words: Connectives = {
    and: 'and',
    or: 'or',
    encloses: true,
    not: inner => group('not(', indent(tight, inner), tight, ')'),
    always: 'true',
    never: 'false',
    // Kusto reads `a or b or c` as `(a or b) or c` and refuses what is nested too deep (KS245), so that long rows are cut.
    joint: of => {
      if (of.args.length <= longest) return undefined
      const parts: Predicate[] = []
      for (let at = 0; at < of.args.length; at += longest) parts.push({ kind: of.kind, args: of.args.slice(at, at + longest) })
      return parenthesised(
        between(
          parts.map(part => parenthesised(print(part))),
          [line, `${of.kind} `],
        ),
      )
    },
  }
  return print(prepared)
}

/** Alternatives of one column taken together, keywords asked once, and a negated test as the operator with `!`. */
function prepare(of: Predicate, lists: Map<Predicate, List>, negatives: Set<Predicate>): Predicate {
  if (of.kind === 'not') {
    const arg = prepare(of.arg, lists, negatives)
    if (arg.kind !== 'test' || !hasOpposite(arg)) return { ...of, arg }
    const opposite: Test = { ...arg, span: of.span ?? arg.span }
    const list = lists.get(arg)
    if (list !== undefined) lists.set(opposite, list)
    // The opposite of an opposite is the test itself.
    if (!negatives.has(arg)) negatives.add(opposite)
    return opposite
  }
  if (of.kind !== 'and' && of.kind !== 'or') return of
  const args: Predicate[] = []
  const groups = new Map<string, { at: number; tests: Test[] }>()
  for (const arg of of.args) {
    const key = of.kind === 'or' && arg.kind === 'test' ? listKey(arg) : undefined
    const known = key === undefined ? undefined : groups.get(key)
    if (known !== undefined) known.tests.push(arg as Test)
    else {
      if (key !== undefined) groups.set(key, { at: args.length, tests: [arg as Test] })
      args.push(arg)
    }
  }
  for (const { at, tests } of groups.values()) {
    if (tests.length === 1) continue
    const first: Test = { ...tests[0]! }
    const texts = tests.map(test => textOf(test.match)!)
    lists.set(first, { texts, spans: tests.flatMap(test => (test.span === undefined ? [] : [test.span])) })
    args[at] = first
  }
  const everywhere = args.filter(arg => arg.kind === 'test' && arg.subject.kind === 'fields').map(arg => keyword(arg as Test))
  const kept = args.filter(
    arg => !(of.kind === 'or' && arg.kind === 'test' && arg.subject.kind === 'raw' && everywhere.includes(keyword(arg))),
  )
  const made = kept.map(arg => (arg.kind === 'test' ? arg : prepare(arg, lists, negatives)))
  return made.length === 1 ? made[0]! : { ...of, args: made }
}

const keyword = (test: Test): string => said([test.match, test.each])

/** What tests share that can stand in one list: `in~ (…)`, `ipv4_is_in_any_range(…)`. */
function listKey(test: Test): string | undefined {
  if (test.each !== undefined || test.subject.kind === 'fields' || test.subject.kind === 'raw') return undefined
  const { match } = test
  if (textOf(match) === undefined) return undefined
  const how = match.kind === 'glob' ? match.fold : match.kind === 'cidr' ? (match.network.includes(':') ? 'six' : 'four') : ''
  return JSON.stringify([said(test.subject), match.kind, how])
}

/** The one text, number or network that an equality asks for. */
function textOf(match: Match): string | undefined {
  if (match.kind === 'cidr') return match.network
  if (match.kind === 'glob') {
    const form = shape(match.glob)
    return form.kind === 'equals' && form.text !== '' && !(match.fold && !plain(form.text)) ? form.text : undefined
  }
  if (match.kind !== 'compare' || match.op !== '=' || match.to.kind !== 'literal') return undefined
  const { value } = match.to
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined
}

/** Whether the test has an operator for its opposite. */
function hasOpposite({ subject, match, each }: Test): boolean {
  if (each !== undefined || subject.kind === 'fields' || subject.kind === 'raw') return false
  if (match.kind === 'present' || match.kind === 'exists' || match.kind === 'empty') return true
  if (match.kind === 'compare') return match.op === '=' && match.to.kind === 'literal'
  return (
    match.kind === 'glob' &&
    shape(match.glob).kind !== 'other' &&
    !(match.fold && !match.glob.every(part => typeof part !== 'string' || plain(part)))
  )
}

/** The tests below a negation, where an answer of null would lose rows. */
function underNot(predicate: Predicate): ReadonlySet<Predicate> {
  const found = new Set<Predicate>()
  const walk = (of: Predicate, negated: boolean): void => {
    if (of.kind === 'not') walk(of.arg, true)
    else if (of.kind === 'and' || of.kind === 'or') for (const arg of of.args) walk(arg, negated)
    else if (negated) found.add(of)
  }
  walk(predicate, false)
  return found
}

/** Whether operators that ignore the case of ASCII letters alone ignore all that this text has. */
const plain = (text: string): boolean => !hasCase(text.replace(/[\u0000-\u007f]/g, ''))

function leaf(test: Test, list: readonly string[] | undefined, negative: boolean, guarded: boolean, around: Around): Doc {
  const { subject, match, span } = test
  const { printing } = around
  const cannot = (what: string, hint = 'write this part of the query by hand'): Doc => printing.cannot('KQL101', what, span, hint)
  if (test.each !== undefined && test.each !== 'any')
    return cannot(`a test of ${test.each} members of a list has no operator in KQL`)
  if (subject.kind === 'fields' || subject.kind === 'raw') return anywhere(test, around)
  const value = around.value(subject, span)
  if (value === undefined) return ''
  const not = negative ? '!' : ''
  const text = (): Doc => (value.type === 'text' ? value.doc : ['tostring(', value.doc, ')'])
  const wrapped = (doc: Doc): Doc => (negative ? group('not(', indent(tight, doc), tight, ')') : doc)
  switch (match.kind) {
    case 'exists':
    case 'present':
      return [
        value.type === 'text' ? (negative ? 'isempty' : 'isnotempty') : negative ? 'isnull' : 'isnotnull',
        '(',
        value.doc,
        ')',
      ]
    case 'empty':
      if (value.type !== 'text') return negative ? 'true' : 'false'
      warnEmpty(printing.diagnostics, span)
      return [negative ? 'isnotempty(' : 'isempty(', value.doc, ')']
    case 'glob': {
      const form = shape(match.glob)
      if (form.kind === 'any') return leaf({ ...test, match: { kind: 'present' } }, undefined, negative, guarded, around)
      if (value.type !== 'text' && form.kind === 'equals') {
        const equal = equality(list ?? [form.text], value, negative)
        if (equal !== undefined) return equal
      }
      const lost =
        list?.find(hasLoneSurrogate) ??
        (match.glob.some(part => typeof part === 'string' && hasLoneSurrogate(part)) ? form : undefined)
      if (lost !== undefined)
        return printing.cannot('KQL104', 'half of a surrogate pair is no text in KQL', span, 'leave the value out of the rule')
      if (list !== undefined)
        return [text(), ` ${not}in${match.fold ? '~' : ''} `, parenthesised(between(list.map(quoted), [',', line]))]
      if (form.kind === 'equals' && form.text === '')
        return leaf({ ...test, match: { kind: 'empty' } }, undefined, negative, guarded, around)
      const simple = !match.fold || match.glob.every(part => typeof part !== 'string' || plain(part))
      if (!('text' in form) || !simple) return wrapped([text(), ' matches regex ', verbatim(globRegex(match.glob, match.fold))])
      const sign = {
        equals: match.fold ? (negative ? '!~' : '=~') : negative ? '!=' : '==',
        starts: `${not}startswith${match.fold ? '' : '_cs'}`,
        ends: `${not}endswith${match.fold ? '' : '_cs'}`,
        contains: `${not}contains${match.fold ? '' : '_cs'}`,
      }[form.kind]
      return [text(), ` ${sign} ${quoted(form.text)}`]
    }
    case 'text': {
      if (match.to.kind === 'literal') return cannot('a comparison with nothing has no operator in KQL')
      const other = around.value(match.to, span)
      if (other === undefined) return ''
      const to: Doc = other.type === 'text' ? other.doc : ['tostring(', other.doc, ')']
      const sign = {
        whole: match.fold ? '=~' : '==',
        start: `startswith${match.fold ? '' : '_cs'}`,
        end: `endswith${match.fold ? '' : '_cs'}`,
        anywhere: `contains${match.fold ? '' : '_cs'}`,
      }[match.how]
      // Two absent values are equal texts to Kusto, and every text contains an absent one.
      return parenthesised(['isnotempty(', to, ') and ', text(), ` ${sign} `, to])
    }
    case 'regex':
      return wrapped(regex(match, text(), test, printing))
    case 'compare':
      return comparison(test, match, value, list, negative, around)
    case 'cidr': {
      const six = match.network.includes(':')
      const networks = list ?? [match.network]
      const name = `ipv${six ? 6 : 4}_is_in_${networks.length === 1 ? 'range' : 'any_range'}`
      // An IPv4 address may be written in its IPv6 form, which the function for IPv4 does not read.
      const address: Doc = six ? text() : ['trim_start("::ffff:", ', text(), ')']
      const call: Doc = group(
        `${name}(`,
        indent(tight, address, ',', line, between(networks.map(quoted), [',', line])),
        tight,
        ')',
      )
      // Of what is no address the function says null.
      return guarded || negative ? wrapped(group('coalesce(', indent(tight, call, ',', line, 'false'), tight, ')')) : call
    }
    case 'word': {
      if (match.words !== 'kusto' || match.text.kind !== 'literal' || typeof match.text.value !== 'string')
        return cannot("a test for a word by another product's rule has no operator in KQL")
      const sign = { whole: 'has', start: 'hasprefix', end: 'hassuffix' }[match.side]
      return [text(), ` ${sign}${match.fold ? '' : '_cs'} ${quoted(match.text.value)}`]
    }
    case 'among':
      return cannot('a test against the rows of another query has no place here')
  }
}

/** Equality of a column that is no text, which the canonical spelling of one of its values alone can fit. */
function equality(texts: readonly string[], value: Value, negative: boolean): Doc | undefined {
  const fits =
    value.type === 'number'
      ? texts.filter(text => /^-?(?:0|[1-9]\d{0,17})(?:\.\d+)?$/.test(text) && text !== '-0')
      : value.type === 'bool'
        ? texts.map(text => text.toLowerCase()).filter(text => text === 'true' || text === 'false')
        : undefined
  if (fits === undefined) return undefined
  if (fits.length === 0) return negative ? 'true' : 'false'
  if (fits.length === 1) return [value.doc, ` ${negative ? '!=' : '=='} ${fits[0]}`]
  return [value.doc, ` ${negative ? '!in' : 'in'} `, parenthesised(between(fits, [',', line]))]
}

function comparison(
  test: Test,
  match: Match & { kind: 'compare' },
  value: Value,
  list: readonly string[] | undefined,
  negative: boolean,
  around: Around,
): Doc {
  const cannot = (what: string): Doc => around.printing.cannot('KQL101', what, test.span, 'write this part of the query by hand')
  const to = match.to.kind === 'literal' ? match.to.value : undefined
  if (match.op === '=') {
    if (typeof to !== 'number' && typeof to !== 'bigint' && typeof to !== 'boolean')
      return cannot('this equality has no operator in KQL')
    const texts = list ?? [String(to)]
    if (value.type !== 'text') {
      const equal = equality(texts, value, negative)
      if (equal !== undefined) return equal
    }
    const doc: Doc = value.type === 'text' ? value.doc : ['tostring(', value.doc, ')']
    if (texts.length > 1) return [doc, negative ? ' !in ' : ' in ', parenthesised(between(texts.map(quoted), [',', line]))]
    const fold = typeof to === 'boolean'
    return [doc, ` ${fold ? (negative ? '!~' : '=~') : negative ? '!=' : '=='} ${quoted(texts[0]!)}`]
  }
  if (typeof to !== 'number' && typeof to !== 'bigint') return cannot('an order of anything but numbers has no operator in KQL')
  if (value.type === 'bool' || value.type === 'datetime') return cannot('this column is not compared with a number in KQL')
  // A text may spell a number in decimal or, with 0x, in hexadecimal digits, which only tolong reads; of anything else both say null.
  const number: Doc =
    value.type === 'number' ? value.doc : ['coalesce(todouble(', value.doc, '), todouble(tolong(', value.doc, ')))']
  if (value.sure === true) return [number, ` ${match.op} ${to}`]
  return ['coalesce(', number, ` ${match.op} ${to}, false)`]
}

function warnEmpty(diagnostics: Diagnostic[], span: Span | undefined): void {
  diagnostics.push({
    code: 'KQL301',
    severity: 'warning',
    message: 'texts of Kusto are empty where there is none, so this also finds events without the field',
    span,
    hint: 'test another field that only those events have',
  })
}

/** Keywords: Kusto asks every column of text. */
function anywhere(test: Test, { printing }: Around): Doc {
  const { match, subject, span } = test
  if (subject.kind === 'fields' && subject.names.some(part => typeof part === 'string'))
    return printing.cannot('KQL101', 'a test of all columns of some names has no operator in KQL', span, 'name the columns')
  if (match.kind === 'regex') return regex(match, '*', test, printing)
  if (match.kind !== 'glob')
    return printing.cannot('KQL101', 'this test of all columns has no operator in KQL', span, 'name the columns')
  if (match.glob.some(part => typeof part === 'string' && hasLoneSurrogate(part)))
    return printing.cannot('KQL104', 'half of a surrogate pair is no text in KQL', span, 'leave the value out of the rule')
  const form = shape(match.glob)
  if ('text' in form && (!match.fold || plain(form.text))) {
    const sign = { equals: match.fold ? '=~' : '==', starts: 'startswith', ends: 'endswith', contains: 'contains' }[form.kind]
    return `* ${sign}${match.fold || form.kind === 'equals' ? '' : '_cs'} ${quoted(form.text)}`
  }
  return `* matches regex ${verbatim(globRegex(match.glob, match.fold))}`
}

/** A glob as a regular expression of the whole text; a `*` at either end is left out with its anchor. */
function globRegex(pattern: Glob, fold: boolean): string {
  const parts = normalGlob(pattern)
  const star = (part: Glob[number] | undefined): boolean => typeof part === 'object' && part.wild === 'any'
  const open = star(parts[0])
  const close = star(parts.at(-1))
  const of: RegexTree[] = open ? [] : [{ kind: 'edge', at: 'start' }]
  for (const part of parts.slice(open ? 1 : 0, close ? -1 : undefined)) {
    if (typeof part === 'string') for (const character of part) of.push({ kind: 'char', point: character.codePointAt(0)!, fold })
    else if (part.wild === 'one') of.push({ kind: 'any', newline: true })
    else of.push({ kind: 'repeat', of: { kind: 'any', newline: true }, min: 0, max: undefined, how: 'greedy' })
  }
  if (!close) of.push({ kind: 'edge', at: 'end' })
  return printRegex({ kind: 'sequence', of }, 're2').value!
}

function regex(match: Match & { kind: 'regex' }, text: Doc, test: Test, printing: Printing): Doc {
  const refuse = (found: Diagnostic | undefined): Doc =>
    printing.cannot(
      'KQL102',
      `this regular expression has no form in KQL: ${found?.message ?? 'it cannot be read'}`,
      test.span,
      found?.hint ?? 'say it with several tests',
    )
  const read = readPortable(`${match.fold ? '(?i)' : ''}${match.pattern}`)
  if (read.value === undefined) return refuse(read.diagnostics[0])
  // Kusto allows 16 groups, and a test needs none.
  const tree = ungrouped(read.value)
  const whole: RegexTree = match.whole
    ? { kind: 'sequence', of: [{ kind: 'edge', at: 'start' }, tree, { kind: 'edge', at: 'end' }] }
    : tree
  const { value, diagnostics } = printRegex(whole, 're2')
  if (value === undefined) return refuse(diagnostics[0])
  if (hasLoneSurrogate(value) || /\\x\{D[89A-F][0-9A-F]{2}\}/.test(value))
    return printing.cannot('KQL104', 'half of a surrogate pair is no text in KQL', test.span, 'leave the value out of the rule')
  const doc: Doc = [text, ' matches regex ', verbatim(value)]
  // An absent text is an empty one, which must not fit.
  return text !== '*' && mayBeEmpty(whole) ? parenthesised(['isnotempty(', text, ') and ', doc]) : doc
}

function ungrouped(tree: RegexTree): RegexTree {
  if (hasReference(tree)) return tree
  switch (tree.kind) {
    case 'group':
      return ungrouped(tree.of)
    case 'sequence':
    case 'choice':
      return { ...tree, of: tree.of.map(ungrouped) }
    case 'repeat':
    case 'atomic':
    case 'look':
      return { ...tree, of: ungrouped(tree.of) }
    default:
      return tree
  }
}

const hasReference = (tree: RegexTree): boolean => tree.kind === 'reference' || partsOf(tree).some(hasReference)

/** Whether the empty text may fit; when in doubt, yes. */
function mayBeEmpty(tree: RegexTree): boolean {
  switch (tree.kind) {
    case 'char':
    case 'set':
    case 'any':
      return false
    case 'sequence':
      return tree.of.every(mayBeEmpty)
    case 'choice':
      return tree.of.some(mayBeEmpty)
    case 'repeat':
      return tree.min === 0 || mayBeEmpty(tree.of)
    case 'group':
    case 'atomic':
      return mayBeEmpty(tree.of)
    default:
      return true
  }
}

// Conditions of the search language → predicates: without regard to case, `*` the only wildcard, OR before AND (Search Reference, "search"; Search Manual, "Boolean expressions").

import { and, never, not, or } from '../../../ir/logic.ts'
import type { Glob, Match, Predicate, Scalar } from '../../../ir/predicate.ts'
import { fold } from '../../../text/fold.ts'
import { deepest, plainText, type Scanner } from './reading.ts'
import { bracketEnd } from './split.ts'
import { subsearchFilter } from './subsearch.ts'

/** The names of a search that say which time it looks at, and are no fields. */
const times =
  /^(?:_?index_)?(?:earliest|latest)$|^(?:start|end)(?:time(?:u)?|(?:seconds|minutes|hours|days|months)ago)$|^(?:daysago|hoursago|minutesago|timeformat|searchtimespan\w+)$/i

/** A condition, to the end of the scanner. Nothing at all lets everything through. */
export function searchExpression(scanner: Scanner): Predicate {
  const found = conjunction(scanner)
  if (scanner.more()) {
    if (scanner.next === ')') scanner.fail('SPL002', 'a parenthesis closes none', scanner.at, scanner.at + 1, 'leave it out')
    else scanner.unexpected('a condition')
  }
  return found
}

interface Group {
  readonly predicate: Predicate
  /** Whether it is several conditions joined by OR without parentheses. */
  readonly loose: boolean
  readonly start: number
  readonly end: number
}

/** `disjunction (AND? disjunction)*`: what stands beside each other must hold together, and binds least. */
function conjunction(scanner: Scanner): Predicate {
  const { reading } = scanner
  if (++reading.depth > deepest) {
    scanner.fail('SPL010', `conditions are nested deeper than ${deepest}`, scanner.at, scanner.at + 1)
    reading.depth--
    return never
  }
  const parts: Group[] = []
  const start = scanner.more() ? scanner.at : scanner.end
  while (scanner.more() && scanner.next !== ')') {
    if (parts.length > 0 && scanner.match(/AND(?![\w=.])/y) !== undefined && (!scanner.more() || scanner.next === ')')) {
      scanner.unexpected('a condition after "AND"')
      break
    }
    const before = scanner.at
    parts.push(disjunction(scanner))
    if (scanner.at === before) break
  }
  reading.depth--
  mixed(scanner, parts)
  if (parts.length === 1) return parts[0]!.predicate
  const joined = and(parts.map(part => part.predicate))
  return joined.kind === 'and' ? { ...joined, span: reading.span(start, scanner.at) } : joined
}

/** OR beside AND without parentheses: what it means here is not what it means in `where`. */
function mixed(scanner: Scanner, parts: readonly Group[]): void {
  if (parts.length < 2) return
  const { reading } = scanner
  const loose = parts.find(part => part.loose && !reading.written.expanded(part.start))
  if (loose === undefined) return
  const text = reading.text.slice(loose.start, loose.end)
  reading.report(
    'SPL202',
    'warning',
    'OR and AND stand beside each other without parentheses: a search joins by OR first, "where" and "eval" by AND',
    loose.start,
    loose.end,
    'put the alternatives in parentheses, which says the same in both',
    `(${text})`,
  )
}

/** `negation (OR negation)*` */
function disjunction(scanner: Scanner): Group {
  scanner.more()
  const start = scanner.at
  const parts = [negation(scanner)]
  while (scanner.match(/OR(?![\w=.])/y) !== undefined) {
    if (!scanner.more() || scanner.next === ')') {
      scanner.unexpected('a condition after "OR"')
      break
    }
    parts.push(negation(scanner))
  }
  const predicate = or(parts)
  const end = scanner.at
  const spanned: Predicate =
    predicate.kind === 'or' && parts.length > 1 ? { ...predicate, span: scanner.reading.span(start, end) } : predicate
  return { predicate: spanned, loose: parts.length > 1, start, end }
}

/** `NOT* primary` */
function negation(scanner: Scanner): Predicate {
  let negated = false
  while (scanner.match(/NOT(?![\w=.])/y) !== undefined) negated = !negated
  const found = primary(scanner)
  return negated ? not(found) : found
}

function primary(scanner: Scanner): Predicate {
  const { reading } = scanner
  if (!scanner.more()) {
    scanner.unexpected('a condition')
    return never
  }
  const start = scanner.at
  if (scanner.next === '(') {
    scanner.at++
    const inside = conjunction(scanner)
    if (!scanner.take(')') && !scanner.failed) scanner.fail('SPL002', 'a parenthesis is not closed', start, start + 1, 'close it')
    return inside
  }
  if (scanner.next === '[') {
    const close = bracketEnd(scanner.text, start, scanner.end)
    if (close === undefined) {
      scanner.fail('SPL002', 'a bracket is not closed', start, start + 1, 'close the subsearch with "]"')
      return never
    }
    scanner.at = close + 1
    return subsearchFilter(reading, start, close)
  }
  if (scanner.next === '`') return unknownMacro(scanner)
  return comparison(scanner)
}

/** A macro that nobody defines: a condition whose answer is not known. */
function unknownMacro(scanner: Scanner): Predicate {
  const start = scanner.at
  const close = scanner.text.indexOf('`', start + 1)
  scanner.at = close === -1 ? scanner.end : close + 1
  return { kind: 'opaque', text: scanner.text.slice(start, scanner.at), span: scanner.reading.span(start, scanner.at) }
}

interface Operand {
  readonly text: string
  readonly quoted: boolean
  readonly start: number
  readonly end: number
}

/** What a bare word goes on with, as a value and as a name, until a quote or an escape. */
const bareValue = /[^\s()[\],|`"\\]+/y
const bareName = /[^\s()[\],|`"\\=<>!]+/y

/** A bare word or a string. A bare word ends at a blank, a parenthesis, a bracket, a comma, a pipe; as a name also at an operator. */
function operand(scanner: Scanner, name: boolean): Operand | undefined {
  if (!scanner.more()) return undefined
  const start = scanner.at
  let text = ''
  let quoted = false
  while (scanner.at < scanner.end) {
    const character = scanner.next
    if (character === '"') {
      const string = scanner.string()
      if (string === undefined) return undefined
      quoted = true
      text += plainText(string.raw)
      // A quoted name ends with its quote; a value may go on: `*"a b"*`.
      if (name) break
      continue
    }
    const run = name ? bareName : bareValue
    run.lastIndex = scanner.at
    if (run.test(scanner.text)) {
      const end = Math.min(run.lastIndex, scanner.end)
      text += scanner.text.slice(scanner.at, end)
      scanner.at = end
      continue
    }
    if (character !== '\\') break
    if (scanner.at + 1 < scanner.end && /[\\"|]/.test(scanner.text[scanner.at + 1]!)) {
      text += scanner.text[scanner.at + 1]
      scanner.at += 2
      continue
    }
    text += character
    scanner.at++
  }
  return scanner.at === start ? undefined : { text, quoted, start, end: scanner.at }
}

function comparison(scanner: Scanner): Predicate {
  const { reading } = scanner
  const special = scanner.match(/(TERM|CASE)\(\s*("(?:[^"\\]|\\.)*"|[^)]*)\s*\)/y)
  if (special !== undefined) {
    const inside = special[2]!.startsWith('"') ? plainText(special[2]!.slice(1, -1)) : special[2]!.trim()
    return term(scanner, inside, scanner.at - special[0].length, scanner.at, special[1] === 'CASE', special[1] === 'TERM')
  }
  const left = operand(scanner, true)
  if (left === undefined) {
    if (scanner.failed) return never
    // What stands here is an operator or a comma.
    scanner.unexpected('a field or a word', 'a field is compared as field=value')
    return never
  }
  const operator = scanner.match(/==|!=|<=|>=|=|<|>/y)?.[0]
  if (operator !== undefined) {
    const right = operand(scanner, false)
    if (right === undefined) {
      if (!scanner.failed) scanner.unexpected(`a value after "${left.text}${operator}"`, 'an empty value is written ""')
      return never
    }
    const cased =
      /^CASE$/.test(right.text) && scanner.next === '(' ? scanner.match(/\(\s*("(?:[^"\\]|\\.)*"|[^)]*)\)/y)?.[1] : undefined
    if (cased !== undefined) {
      const text = cased.startsWith('"') ? plainText(cased.slice(1, -1)) : cased.trim()
      return asked(scanner, left, operator, { ...right, text, end: scanner.at }, false)
    }
    return asked(scanner, left, operator, right, true)
  }
  const negated = scanner.match(/NOT\s+(?=IN\s*\()/iy) !== undefined
  if (scanner.match(/IN\s*(?=\()/iy) !== undefined && scanner.take('(')) return listed(scanner, left, negated)
  // `sourcetype::name` is how a field that is kept at index time may be written.
  const indexed = left.quoted ? null : /^(\w+)::(.+)$/.exec(left.text)
  if (indexed !== null) return asked(scanner, { ...left, text: indexed[1]! }, '=', { ...left, text: indexed[2]! }, true)
  if (!left.quoted && /^(?:and|or|not)$/.test(left.text))
    reading.report(
      'SPL201',
      'warning',
      `"${left.text}" in lower case is a word that is searched for, no operator`,
      left.start,
      left.end,
      `write "${left.text.toUpperCase()}"`,
      left.text.toUpperCase(),
    )
  return term(scanner, left.text, left.start, left.end, false, false)
}

/** `field IN (value, …)`: any of them. */
function listed(scanner: Scanner, left: Operand, negated: boolean): Predicate {
  const { reading } = scanner
  const args: Predicate[] = []
  const seen = new Map<string, string>()
  while (scanner.listed() && scanner.next !== ')') {
    const value = operand(scanner, false)
    if (value === undefined) {
      if (scanner.next === '`') args.push(unknownMacro(scanner))
      else {
        if (!scanner.failed) scanner.unexpected('a value of the list')
        break
      }
      continue
    }
    const key = fold(value.text)
    const known = seen.get(key)
    if (known !== undefined)
      reading.report(
        'SPL203',
        'warning',
        known === value.text
          ? `"${value.text}" is in the list twice`
          : `"${value.text}" is the same as "${known}": a search ignores case`,
        value.start,
        value.end,
        known === value.text ? 'leave one of them out' : 'for case that counts, use "regex" or "where match(…)"',
      )
    else seen.set(key, value.text)
    args.push(asked(scanner, left, '=', value, true))
  }
  if (!scanner.take(')') && !scanner.failed)
    scanner.fail('SPL002', 'the list of "IN" is not closed', left.start, left.end, 'close it with ")"')
  if (args.length === 0 && !scanner.failed)
    scanner.fail('SPL004', 'the list of "IN" is empty', left.start, scanner.at, 'give at least one value')
  const joined = or(args)
  const found = joined.kind === 'or' ? { ...joined, span: reading.span(left.start, scanner.at) } : joined
  return negated ? not(found) : found
}

/** A value as a pattern: `*` is any run, and nothing can make it plain. */
export function pattern(text: string): Glob {
  const out: Glob[number][] = []
  for (const [at, part] of text.split('*').entries()) {
    if (at > 0) out.push({ wild: 'any' })
    if (part !== '') out.push(part)
  }
  return out.length === 0 ? [''] : out
}

const isNumber = (text: string): boolean => /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)
const isNetwork = (text: string): boolean => /^(?:\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}|[0-9a-f:]*:[0-9a-f:.]*\/\d{1,3})$/i.test(text)

/** One comparison of a field with a value. */
function asked(scanner: Scanner, left: Operand, operator: string, right: Operand, folded: boolean): Predicate {
  const { reading } = scanner
  const span = reading.span(left.start, right.end)
  if (times.test(left.text) && !left.quoted) {
    reading.report(
      'SPL303',
      'note',
      `"${left.text}" says which time the search looks at, which whoever runs it says here`,
      left.start,
      right.end,
      'use --since and --until',
    )
    return { kind: 'const', value: true, span }
  }
  const place = reading.span(left.start, left.end)
  const subject: Scalar = left.text === '_raw' ? { kind: 'raw', span: place } : { kind: 'field', name: left.text, span: place }
  const test = (match: Match, each?: 'all'): Predicate => ({
    kind: 'test',
    subject,
    match,
    ...(each === undefined ? {} : { each }),
    span,
  })
  if (operator !== '=' && operator !== '==' && operator !== '!=') {
    const value = isNumber(right.text) && !right.quoted ? Number(right.text) : right.text
    return test({
      kind: 'compare',
      op: operator as '<',
      to: { kind: 'literal', value, span: reading.span(right.start, right.end) },
    })
  }
  const { text } = right
  const glob = pattern(text)
  const present = test({ kind: 'present' })
  if (operator === '!=') {
    if (text === '') return { ...and([present, not(test({ kind: 'empty' }))]), span }
    const match: Match = isNetwork(text) ? { kind: 'cidr', network: text } : { kind: 'glob', glob, fold: folded }
    // Of several values one that differs is enough.
    return { ...and([present, not(test(match, 'all'))]), span }
  }
  if (text === '') return test({ kind: 'empty' })
  if (/^\*+$/.test(text)) {
    // The manual does not say whether `*` stands for an empty value; any run of characters may be one.
    const { 'spl.star': star } = reading.context.assume ?? {}
    reading.assumed.add(`spl.star=${star === 'nonempty' ? star : 'any'}`)
    return star === 'nonempty' ? { ...and([present, not(test({ kind: 'empty' }))]), span } : present
  }
  if (!right.quoted && /^(?:0|[1-9]\d{0,14})$/.test(text))
    return test({ kind: 'compare', op: '=', to: { kind: 'literal', value: Number(text) } })
  if (isNetwork(text)) return test({ kind: 'cidr', network: text })
  return test({ kind: 'glob', glob, fold: folded })
}

/** Major breakers, as the members of a class. */
const major = ' \\n\\r\\t\\[\\]<>(){}|!;,\'"*&?+'

const escaped = (of: string): string => of.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')

/** A word or phrase that is looked for in the text of the event, at the borders of words unless a star says otherwise. */
function term(scanner: Scanner, text: string, start: number, end: number, cased: boolean, whole: boolean): Predicate {
  const span = scanner.reading.span(start, end)
  if (/^\*+$/.test(text)) return { kind: 'const', value: true, span }
  const subject: Scalar = { kind: 'raw', span }
  const folded = !cased
  const glob = pattern(text)
  const texts = glob.filter(part => typeof part === 'string')
  const open = typeof glob[0] !== 'string'
  const close = typeof glob.at(-1) !== 'string'
  if (text === '' || texts.length === 0) return { kind: 'const', value: true, span }
  if (whole) {
    // One indexed term, whatever minor breakers it has: parted from the rest by major ones (Search Manual, "Use CASE() and TERM()").
    const middle = glob.map(part => (typeof part === 'string' ? escaped(part) : '[^ \\n\\r\\t]*')).join('')
    const pattern = `${folded ? '(?i)' : ''}(?:^|[${major}])${middle}(?:$|[${major}])`
    return { kind: 'test', subject, match: { kind: 'regex', pattern, fold: false, whole: false }, span }
  }
  if (texts.length === 1 && !(open && close)) {
    const side = open ? 'end' : close ? 'start' : 'whole'
    const to: Scalar = { kind: 'literal', value: texts.join('') }
    return { kind: 'test', subject, match: { kind: 'word', text: to, side, fold: folded, words: 'splunk' }, span }
  }
  const inside: Glob = [{ wild: 'any' }, ...glob, { wild: 'any' }]
  return { kind: 'test', subject, match: { kind: 'glob', glob: inside, fold: folded }, span }
}

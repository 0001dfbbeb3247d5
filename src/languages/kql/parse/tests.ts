// Tests told in the tree: each operator with its case and word rules, and what it says of null (https://learn.microsoft.com/kusto/query/datatypes-string-operators, /scalar-data-types/null-values).

import type { Value } from '../../../ir/event.ts'
import { any } from '../../../ir/glob.ts'
import type { Glob, Match, Predicate } from '../../../ir/predicate.ts'
import { portableRegex, type RegexTree, readPortable } from '../../../ir/regex.ts'
import type { Span } from '../../../text/source.ts'
import { all, blank, computed, condition, condition3, either, type Lowered, literal, negate, present, test } from './lowered.ts'
import { remarkExclusion, remarkPrograms, remarkTerms } from './remarks.ts'
import { type Context, fresh, report } from './scope.ts'
import { isTable, tableOf } from './tables.ts'
import type { Expression } from './tree.ts'
import { asString, call, deeper, lower } from './values.ts'

/** What each operator on texts asks. */
const textual: Readonly<Record<string, { readonly how: 'anywhere' | 'start' | 'end' | 'whole'; readonly fold: boolean }>> = {
  contains: { how: 'anywhere', fold: true },
  contains_cs: { how: 'anywhere', fold: false },
  containscs: { how: 'anywhere', fold: false },
  startswith: { how: 'start', fold: true },
  startswith_cs: { how: 'start', fold: false },
  endswith: { how: 'end', fold: true },
  endswith_cs: { how: 'end', fold: false },
  '=~': { how: 'whole', fold: true },
}
const wordy: Readonly<Record<string, { readonly side: 'whole' | 'start' | 'end'; readonly fold: boolean }>> = {
  has: { side: 'whole', fold: true },
  has_cs: { side: 'whole', fold: false },
  hasprefix: { side: 'start', fold: true },
  hasprefix_cs: { side: 'start', fold: false },
  hassuffix: { side: 'end', fold: true },
  hassuffix_cs: { side: 'end', fold: false },
}
/** Negated operators that have a word of their own. */
const contraries: Readonly<Record<string, string>> = {
  '!~': '=~',
  notcontains: 'contains',
  notcontainscs: 'contains_cs',
  notlike: 'like',
  notlikecs: 'likecs',
}

/** A comparison, a test of text, a list, a range. */
export function lowerTest(of: Expression & { kind: 'binary' | 'list' | 'between' }, context: Context): Lowered {
  if (of.kind === 'binary' && of.left.kind === 'star') return lowerAny(of, context)
  if (of.kind === 'between') return lowerBetween(of, context)
  // `* has "plink"` asks every column (https://learn.microsoft.com/kusto/query/where-operator).
  const left: Lowered =
    of.left.kind === 'star' && of.kind === 'binary' && !Object.hasOwn(contraries, of.word) && !of.word.startsWith('!')
      ? computed({ kind: 'fields', names: [any], ...(of.left.span === undefined ? {} : { span: of.left.span }) }, 'string')
      : lower(of.left, context)
  if (of.kind === 'list') return lowerList(of, left, context)
  const right = lower(of.right, context)
  switch (of.word) {
    case '==':
      return equality(left, right, of.span, context)
    case '!=':
      return opposite(equality(left, right, of.span, context))
    case '<':
    case '<=':
    case '>':
    case '>=':
      return order(of.word, left, right, of.span, context)
    case ':':
      return condition(word(left, right, { side: 'whole', fold: true }, of.span, context), deeper([left, right]))
  }
  const negated = Object.hasOwn(contraries, of.word) || of.word.startsWith('!')
  const plain = Object.hasOwn(contraries, of.word) ? contraries[of.word]! : of.word.replace(/^!/, '')
  const holds = textTest(plain, left, right, of.span, context)
  return condition(negated ? negate(holds, of.span) : holds, deeper([left, right]))
}

/** `* has "x"`: of any column (https://learn.microsoft.com/kusto/query/where-operator). Columns that are known to be no texts are asked as the texts that they are written as. */
function lowerAny(of: Expression & { kind: 'binary' }, context: Context): Lowered {
  const { header } = context
  if (header === undefined) return lower(of.left, context)
  const negated = Object.hasOwn(contraries, of.word) || of.word.startsWith('!')
  const plain = Object.hasOwn(contraries, of.word) ? contraries[of.word]! : of.word.replace(/^!/, '')
  const right = lower(of.right, context)
  if (plain === '=' || /^[<>]/.test(plain) || of.word === '!=') {
    report(context, 'KQL022', 'error', `"${of.word}" cannot be asked of any column`, of.span, 'write the columns that are meant')
    return condition({ kind: 'const', value: false }, 1)
  }
  if (negated)
    report(
      context,
      'KQL214',
      'warning',
      `"${of.word}" of any column is taken as: no column ${plain} it; Microsoft does not say what it means`,
      of.span,
      'write not(* …), which says so',
    )
  const asked = (left: Lowered): Predicate => {
    if (plain !== '==') return textTest(plain === ':' ? 'has' : plain, asString(left, of.span), right, of.span, context)
    return equality(right.type === 'string' ? asString(left, of.span) : left, right, of.span, context).holds()
  }
  // A product's own table is asked as a whole, as keywords are; so are columns that nobody knows.
  const whole = header.open || header.lax === true
  const fits = ({ type }: { readonly type: Lowered['type'] }): boolean =>
    plain !== '==' ||
    right.type === 'string' ||
    type === undefined ||
    type === 'dynamic' ||
    (type !== 'string' && type !== 'guid')
  const lefts = whole
    ? [computed({ kind: 'fields', names: [any], span: of.left.span }, undefined)]
    : header.columns.filter(fits).map(({ name }) => lower({ kind: 'name', name, span: of.left.span }, context))
  const holds = either(lefts.map(asked), of.span)
  return condition(negated ? negate(holds, of.span) : holds, deeper([right]) + 2)
}

/** What is true where the other is false, and null where it is null. */
export const opposite = (of: Lowered): Lowered =>
  of.sure ? condition(of.fails(), of.depth) : condition3(of.fails(), of.holds(), of.depth)

function textTest(name: string, left: Lowered, right: Lowered, span: Span, context: Context): Predicate {
  const subject = textSubject(left, name, span, context)
  if (Object.hasOwn(wordy, name)) return word(subject, right, wordy[name]!, span, context)
  if (Object.hasOwn(textual, name)) return text(subject, asString(right, span), textual[name]!, span)
  const pattern = asString(right, span)
  if (name === 'matches regex') {
    if (typeof pattern.constant?.value === 'string') return regex(subject, pattern.constant.value, span, context)
    return holds(call('kusto:matches_regex', [subject, pattern], 'bool', span, true))
  }
  // like: * is any run of characters; an older spelling (https://learn.microsoft.com/kusto/query/datatypes-string-operators).
  const folded = name === 'like'
  if (typeof pattern.constant?.value !== 'string')
    return holds(call(folded ? 'kusto:like' : 'kusto:likecs', [subject, pattern], 'bool', span, true))
  const glob: Glob = pattern.constant.value
    .split(/([*%])/)
    .flatMap((part): Glob => (part === '' ? [] : part === '*' || part === '%' ? [any] : [part]))
  return withBlank(
    subject,
    { kind: 'glob', glob, fold: folded },
    glob.every(part => typeof part !== 'string'),
    span,
  )
}

const holds = (of: Lowered): Predicate => of.holds()

/** The left side of an operator on texts: what is no text is told, since Kusto takes texts and dynamics only. */
function textSubject(left: Lowered, name: string, span: Span, context: Context): Lowered {
  const { type } = left
  if (type !== undefined && type !== 'string' && type !== 'dynamic' && type !== 'guid')
    report(
      context,
      'KQL203',
      'warning',
      `"${name}" tests texts, and the left side is ${type}`,
      span,
      'convert it with tostring(…)',
    )
  return asString(left, span)
}

/** A test of a text; where the empty text passes it, an absent one does. */
function withBlank(subject: Lowered, match: Match, passesBlank: boolean, span: Span): Predicate {
  const asked = test(subject.scalar(), match, span)
  return passesBlank ? either([asked, blank(subject.scalar())], span) : asked
}

const shapes: Readonly<Record<'anywhere' | 'start' | 'end' | 'whole', (text: string) => Glob>> = {
  anywhere: text => [any, text, any],
  start: text => [text, any],
  end: text => [any, text],
  whole: text => [text],
}

function text(
  subject: Lowered,
  other: Lowered,
  { how, fold }: { how: keyof typeof shapes; fold: boolean },
  span: Span,
): Predicate {
  const value = other.constant?.value
  if (typeof value === 'string') {
    if (subject.constant !== undefined)
      return { kind: 'const', value: compareTexts(String(subject.constant.value ?? ''), value, how, fold) }
    if (value === '') return how === 'whole' ? blank(subject.scalar(), span) : { kind: 'const', value: true }
    return test(subject.scalar(), { kind: 'glob', glob: shapes[how](value), fold }, span)
  }
  return test(subject.scalar(), { kind: 'text', how, to: other.scalar(), fold }, span)
}

function compareTexts(a: string, b: string, how: keyof typeof shapes, fold: boolean): boolean {
  const [left, right] = fold ? [a.toLowerCase(), b.toLowerCase()] : [a, b]
  if (how === 'whole') return left === right
  return how === 'start' ? left.startsWith(right) : how === 'end' ? left.endsWith(right) : left.includes(right)
}

function word(
  left: Lowered,
  right: Lowered,
  { side, fold }: { side: 'whole' | 'start' | 'end'; fold: boolean },
  span: Span,
  context: Context,
): Predicate {
  const subject = textSubject(left, 'has', span, context)
  const term = asString(right, span)
  const value = term.constant?.value
  if (value === '') return { kind: 'const', value: true }
  if (typeof value === 'string' && fold) noteTerm(value, span, context)
  return test(subject.scalar(), { kind: 'word', text: term.scalar(), side, fold, words: 'kusto' }, span)
}

/** What a term does that may surprise: short ones are looked for in every row, an option's letter in both cases. */
function noteTerm(value: string, span: Span, context: Context): void {
  const terms = value.match(/[\p{L}\p{N}]+/gu) ?? []
  if (terms.length > 0 && terms.every(term => term.length < 3))
    report(
      context,
      'KQL304',
      'note',
      `"${value}" has no term of three letters: no index helps, every row is searched`,
      span,
      'ask for a longer term beside it',
    )
  if (/^[-/][A-Za-z]\s*$/.test(value))
    report(
      context,
      'KQL204',
      'warning',
      `"has" ignores case, so "${value}" also finds "${value === value.toLowerCase() ? value.toUpperCase() : value.toLowerCase()}"`,
      span,
      'has_cs heeds case',
    )
}

/** A pattern that is known, in the portable form (https://learn.microsoft.com/kusto/query/regex). */
function regex(subject: Lowered, written: string, span: Span, context: Context): Predicate {
  const { value, diagnostics } = portableRegex(written, { flavour: 'pcre' })
  const wrong = diagnostics.find(finding => finding.severity === 'error')
  if (value === undefined || wrong !== undefined) {
    report(
      context,
      'KQL033',
      'error',
      `the regular expression "${written.slice(0, 80)}" cannot be read: ${wrong?.message ?? ''}`,
      span,
      wrong?.hint,
    )
    return { kind: 'const', value: false }
  }
  return withBlank(subject, { kind: 'regex', pattern: value, fold: false, whole: false }, passesEmpty(value), span)
}

/** Whether a pattern matches the empty text. */
function passesEmpty(pattern: string): boolean {
  const tree = readPortable(pattern).value
  return tree !== undefined && nullable(tree, 0)
}

function nullable(tree: RegexTree, depth: number): boolean {
  if (depth > 500) return false
  switch (tree.kind) {
    case 'empty':
    case 'look':
      return true
    case 'edge':
      return tree.at !== 'word'
    case 'group':
    case 'atomic':
      return nullable(tree.of, depth + 1)
    case 'repeat':
      return tree.min === 0 || nullable(tree.of, depth + 1)
    case 'sequence':
      return tree.of.every(part => nullable(part, depth + 1))
    case 'choice':
      return tree.of.some(part => nullable(part, depth + 1))
    default:
      return false
  }
}

/** `==` (https://learn.microsoft.com/kusto/query/scalar-data-types/null-values): one null makes it false, two make it null. */
export function equality(left: Lowered, right: Lowered, span: Span, context: Context): Lowered {
  if (right.constant === undefined && left.constant !== undefined) return equality(right, left, span, context)
  const depth = deeper([left, right])
  const isText = (of: Lowered): boolean => of.type === 'string'
  if (left.type === 'guid' || right.type === 'guid') {
    const other = asString(right, span)
    const value = other.constant?.value
    if (typeof value === 'string') return condition(test(left.scalar(), { kind: 'glob', glob: [value], fold: true }, span), depth)
    return condition(test(left.scalar(), { kind: 'text', how: 'whole', to: other.scalar(), fold: true }, span), depth)
  }
  if (isText(left) && isText(right)) return condition(text(left, right, exactly, span), depth)
  if (isText(right) && (left.type === undefined || left.type === 'dynamic'))
    return condition(text(asString(left, span), right, exactly, span), depth)
  if (isText(left) && (right.type === undefined || right.type === 'dynamic'))
    return condition(text(left, asString(right, span), exactly, span), depth)
  if (isText(left) !== isText(right) && left.type !== undefined && right.type !== undefined)
    return mixed(left, right, span, context)
  if (left.type === 'decimal' || right.type === 'decimal') return equality(...asOrder(left, right, span), span, context)
  const to = comparable(left, right)
  if (right.constant !== undefined) {
    if (right.constant.value === undefined)
      return condition3({ kind: 'const', value: false }, present(left.scalar(), span), depth)
    return condition(test(left.scalar(), { kind: 'compare', op: '=', to: to.scalar() }, span), depth)
  }
  const equal = test(left.scalar(), { kind: 'compare', op: '=', to: right.scalar() }, span)
  if (left.sure || right.sure) return condition(equal, depth)
  return condition3(equal, all([negate(equal), either([present(left.scalar()), present(right.scalar())])], span), depth)
}

const exactly = { how: 'whole', fold: false } as const

/** A comparison of decimals, which are digits, as one of their order with 0. */
const asOrder = (left: Lowered, right: Lowered, span: Span): readonly [Lowered, Lowered] => [
  call('kusto:decimal_order', [left, right], 'long', span),
  literal(0, 'long'),
]

/** A bool compared with 0 or 1 is compared with false or true. */
function comparable(left: Lowered, right: Lowered): Lowered {
  const value = right.constant?.value
  return left.type === 'bool' && typeof value === 'number' ? literal(value !== 0, 'bool') : right
}

/** A text compared with something else: the literal is read as the other's type where it can be. */
function mixed(left: Lowered, right: Lowered, span: Span, context: Context): Lowered {
  report(
    context,
    'KQL203',
    'warning',
    `a ${left.type} is compared with a ${right.type}`,
    span,
    'convert one side: tostring(…), tolong(…), todatetime(…)',
  )
  const depth = deeper([left, right])
  const value = right.constant?.value
  const isNumeric = left.type === 'int' || left.type === 'long' || left.type === 'real'
  if (typeof value === 'string' && isNumeric) {
    const number = /^\s*-?\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : undefined
    if (number === undefined) return condition({ kind: 'const', value: false }, depth)
    return condition(test(left.scalar(), { kind: 'compare', op: '=', to: literal(number, left.type).scalar() }, span), depth)
  }
  return condition(text(asString(left, span), asString(right, span), exactly, span), depth)
}

const inverses = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const
const mirrored = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

/** `<` and its kin: null where one side is. */
export function order(op: keyof typeof inverses, left: Lowered, right: Lowered, span: Span, context: Context): Lowered {
  if (left.constant !== undefined && right.constant === undefined) return order(mirrored[op], right, left, span, context)
  const bad = [left, right].find(of => of.type === 'string' || of.type === 'guid')
  if (bad !== undefined && !(left.type === undefined || right.type === undefined)) {
    const other = bad === left ? right : left
    if (other.type !== 'dynamic')
      report(
        context,
        'KQL203',
        'warning',
        `"${op}" compares ${left.type} with ${right.type}`,
        span,
        'compare texts with strcmp(…), or convert them',
      )
  }
  const depth = deeper([left, right])
  if (right.constant !== undefined && right.constant.value === undefined)
    return condition3({ kind: 'const', value: false }, { kind: 'const', value: false }, depth)
  if (left.type === 'decimal' || right.type === 'decimal') return order(op, ...asOrder(left, right, span), span, context)
  const to = comparable(left, right).scalar()
  const subject = left.scalar()
  return condition3(
    test(subject, { kind: 'compare', op, to }, span),
    test(subject, { kind: 'compare', op: inverses[op], to }, span),
    depth,
  )
}

/** `between (a .. b)`: both ends are in it; a timespan as the end is counted from the start. */
function lowerBetween(of: Expression & { kind: 'between' }, context: Context): Lowered {
  const left = lower(of.left, context)
  const from = lower(of.from, context)
  let to = lower(of.to, context)
  if (to.type === 'timespan' && (from.type === 'datetime' || left.type === 'datetime'))
    to = call('add', [from, to], 'datetime', of.to.span)
  const above = order('>=', left, from, of.span, context)
  const below = order('<=', left, to, of.span, context)
  const depth = deeper([above, below])
  const inside = condition3(all([above.holds(), below.holds()], of.span), either([above.fails(), below.fails()], of.span), depth)
  return of.negated ? opposite(inside) : inside
}

/** `in`, `has_any`, `has_all` over values, a dynamic array or a table. */
function lowerList(of: Expression & { kind: 'list' }, left: Lowered, context: Context): Lowered {
  const { word: name, items, span } = of
  const negated = name.startsWith('!')
  const plain = name.replace(/^!/, '')
  const finish = (holds: Predicate, depth: number): Lowered => condition(negated ? negate(holds, span) : holds, depth)
  const first = items[0]
  if (items.length === 1 && first !== undefined && isTable(first, context)) {
    const table = tableOf(first, context)
    const column = table.header.columns[0]?.name ?? ''
    if (plain === 'in' || plain === 'in~') {
      const subject = left.type === 'dynamic' || left.type === 'guid' ? asString(left, span) : left
      return finish(
        test(subject.scalar(), { kind: 'among', rows: table.query, column, fold: plain === 'in~' }, span),
        left.depth + 1,
      )
    }
    const list = fresh(context)
    const rows = {
      ...table.query,
      stages: [
        ...table.query.stages,
        {
          kind: 'aggregate' as const,
          by: [],
          measures: [{ name: list, fn: 'values' as const, of: { kind: 'field' as const, name: column } }],
        },
      ],
    }
    const array = computed({ kind: 'single', of: rows }, 'dynamic', { depth: 2 })
    return finish(
      call(plain === 'has_all' ? 'kusto:has_all' : 'kusto:has_any', [left, array], 'bool', span, true).holds(),
      left.depth + 2,
    )
  }
  const values = items.map(item => lower(item, context))
  const depth = deeper([left, ...values])
  const flat = values.flatMap(value => spread(value))
  if (values.some(value => value.type === 'dynamic' && value.constant === undefined)) {
    const fn =
      plain === 'in' ? 'kusto:in' : plain === 'in~' ? 'kusto:in_folded' : plain === 'has_all' ? 'kusto:has_all' : 'kusto:has_any'
    return finish(call(fn, [left, ...values], 'bool', span, true).holds(), depth)
  }
  const texts = flat.flatMap(item => (typeof item.constant?.value === 'string' ? [item.constant.value] : []))
  if (plain === 'has_any') remarkTerms(texts, span, context)
  if (plain === 'in' || plain === 'in~') {
    remarkPrograms(texts, span, context)
    if (negated) remarkExclusion(left.column, texts, span, context)
  }
  if (plain === 'has_any')
    return finish(
      either(
        flat.map(item => word(left, item, wordy.has!, span, context)),
        span,
      ),
      depth,
    )
  if (plain === 'has_all')
    return finish(
      all(
        flat.map(item => word(left, item, wordy.has!, span, context)),
        span,
      ),
      depth,
    )
  const subject = left.type === 'dynamic' ? asString(left, span) : left
  const parts = flat.map(item =>
    plain === 'in~'
      ? text(asString(left, span), asString(item, span), textual['=~']!, span)
      : equality(item.type === 'string' ? subject : left, item, span, context).holds(),
  )
  return finish(either(parts, span), depth)
}

/** A dynamic array that is known as its members. */
function spread(of: Lowered): readonly Lowered[] {
  if (of.type !== 'dynamic' || of.constant === undefined) return [of]
  const { value } = of.constant
  const members = Array.isArray(value) ? (value as readonly Value[]) : value === undefined ? [] : [value]
  return members.flatMap((member): readonly Lowered[] => {
    switch (typeof member) {
      case 'string':
        return [literal(member, 'string')]
      case 'number':
        return [literal(member, Number.isInteger(member) ? 'long' : 'real')]
      case 'bigint':
        return [literal(member, 'long')]
      case 'boolean':
        return [literal(member, 'bool')]
      default:
        return Array.isArray(member) ? spread(literal(member, 'dynamic')) : []
    }
  })
}

// Meaning to EQL as Elasticsearch reads it: a category, one condition a line, lists where several values are asked of one field; ordered correlations as sequences.

import { asText } from '../../ir/event.ts'
import { glob, shape } from '../../ir/glob.ts'
import { and, or } from '../../ir/logic.ts'
import type { Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Glob, Predicate, Scalar } from '../../ir/predicate.ts'
import { foldsThroughout, hasCase, luceneLiteral, printLucene } from '../../ir/regex/lucene.ts'
import { readPortable } from '../../ir/regex.ts'
import { isAddress, isNumeric, settle } from '../../ir/settle.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { between, type Doc, group, hard, indent, line, mark, tight } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import type { Printed, Style } from '../language.ts'
import {
  type Branch,
  branches,
  type Connectives,
  createPrinting,
  finish,
  type Printing,
  printPredicate,
  question,
} from '../printing.ts'

type Test = Predicate & { kind: 'test' }

/** `index.max_regex_length` of Elasticsearch. */
const longestRegex = 1000

/** How often a step of a sequence may repeat (EQL syntax reference, "with runs"). */
const mostRuns = 100

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const printing = createPrinting()
  return finish(whole(query, printing), printing, style)
}

function whole(query: Pipeline, printing: Printing): Doc {
  if (query.from.kind === 'sequence') return sequence(query, printing)
  const stage = query.stages.at(-1)
  if (stage?.kind === 'aggregate') return runs(query, stage, printing)
  const asked = question(query)
  if ('beyond' in asked) return beyond(asked.beyond, asked.span, printing)
  return events(asked.where, printing)
}

function beyond(what: string, span: Span | undefined, printing: Printing): Doc {
  return printing.cannot(
    'EQL101',
    `${what} cannot be said in EQL`,
    span,
    'convert to elastic-esql, or convert the rules that it names',
  )
}

/** `category where condition`; `any` where the question names no category. */
function events(where: Predicate, printing: Printing): Doc {
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
    for (const finding of told.diagnostics) printing.cannot('EQL105', finding.message, span, finding.hint ?? '')
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
    /[\\"\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/gu,
    found => escapes[found] ?? `\\u{${found.codePointAt(0)!.toString(16).padStart(2, '0')}}`,
  )
  return `"${told}"`
}

const reserved = new Set(
  'and any by false in join like maxspan not null of or regex sample sequence tail head true until where with'.split(' '),
)

/** A field's name, step by step; a step that is no plain word stands in back-ticks. */
function path(name: string): string {
  return name
    .split('.')
    .map(step =>
      /^[A-Za-z_@][A-Za-z0-9_]*$/.test(step) && !reserved.has(step.toLowerCase()) ? step : `\`${step.replaceAll('`', '``')}\``,
    )
    .join('.')
}

/** The column that a step's key comes from; undefined, and reported, where it is none or several. */
function key(value: Scalar, of: readonly Branch[], printing: Printing): string | undefined {
  const names = new Set<string>()
  for (const { columns } of of) {
    let found: Scalar | undefined = value
    if (value.kind === 'field') found = columns.findLast(column => column.name === value.name)?.value ?? value
    if (found.kind !== 'field') {
      const what = value.kind === 'field' ? `the field "${value.name}"` : 'a computed value'
      printing.cannot(
        'EQL108',
        `${what} lies in several columns, and EQL groups by single ones`,
        value.span,
        'group by a field with one column',
      )
      return undefined
    }
    names.add(found.name)
  }
  if (names.size !== 1) {
    printing.cannot(
      'EQL108',
      'the rules of this step group by different columns',
      value.span,
      'correlate rules of one log source',
    )
    return undefined
  }
  return path([...names][0]!)
}

/** `sequence by … with maxspan=…`: correlations whose rules match one after the other. */
function sequence(query: Pipeline, printing: Printing): Doc {
  const from = query.from as Pipeline['from'] & { kind: 'sequence' }
  if (!from.ordered) return beyond('several events in any order within a time window', from.span, printing)
  const other = query.stages.find(stage => stage.kind !== 'filter' || stage.where.kind !== 'const')
  if (other !== undefined) return beyond('a condition on the result of a sequence', other.span, printing)
  if (
    from.until !== undefined ||
    from.steps.some(step => step.absent === true || step.times !== undefined || step.until !== undefined)
  )
    return beyond('a step that must be absent or repeats', from.span, printing)
  const steps: { readonly event: Doc; readonly by: string }[] = []
  for (const step of from.steps) {
    const of = branches(step.of)
    if ('beyond' in of) return beyond(of.beyond, of.span, printing)
    const keys = step.by.map(by => key(by.value, of, printing))
    const by = keys.length === 0 ? '' : ` by ${keys.join(', ')}`
    steps.push({ event: group('[', events(or(of.map(one => one.where)), printing), ']'), by })
  }
  // Keys that all steps have in common are said once.
  const by = steps.every(step => step.by === steps[0]!.by) ? (steps[0]?.by ?? '') : undefined
  return [
    `sequence${by ?? ''}${span(from.within)}`,
    indent(...steps.map((step): Doc => [hard, step.event, by === undefined ? step.by : ''])),
  ]
}

/** Counts of events with one threshold: as many in a row, each with the same key, within the window. */
function runs(query: Pipeline, stage: Stage & { kind: 'aggregate' }, printing: Printing): Doc {
  const of = branches({ from: query.from, stages: query.stages.slice(0, -1) })
  if ('beyond' in of) return beyond(of.beyond, of.span, printing)
  const [measure] = stage.measures
  const { having } = stage
  const limit =
    having?.kind === 'test' &&
    having.subject.kind === 'field' &&
    having.subject.name === measure?.name &&
    having.match.kind === 'compare' &&
    having.match.to.kind === 'literal'
      ? { op: having.match.op, to: Number(having.match.to.value) }
      : undefined
  const times = limit?.op === '>=' ? Math.ceil(limit.to) : limit?.op === '>' ? Math.floor(limit.to) + 1 : undefined
  if (stage.measures.length !== 1 || measure?.fn !== 'count' || measure.of !== undefined || measure.where !== undefined)
    return beyond(
      measure?.fn === 'count' ? 'counting events of several rules apart' : 'counting or adding up values',
      stage.span,
      printing,
    )
  if (times === undefined || !(times >= 2 && times <= mostRuns))
    return beyond(`a count that is not "at least 2 to ${mostRuns}"`, having?.span ?? stage.span, printing)
  const keys = stage.by.map(by => key(by.value, of, printing))
  const by = keys.length === 0 ? '' : ` by ${keys.join(', ')}`
  return [
    `sequence${by}${span(stage.window?.size)}`,
    indent(hard, group('[', events(or(of.map(one => one.where)), printing), ']'), ` with runs=${times}`),
  ]
}

const units: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
]

function span(within: number | undefined): string {
  if (within === undefined) return ''
  const [unit, size] = units.find(([, length]) => within % length === 0) ?? ['ms', 1]
  return ` with maxspan=${within / size}${unit}`
}

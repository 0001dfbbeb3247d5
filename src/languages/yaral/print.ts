// Meaning to YARA-L: the sections events, match, outcome and condition of a rule. One predicate a line; correlations group events by placeholders within a window.

import { or } from '../../ir/logic.ts'
import type { Measure, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { isNumeric, settle } from '../../ir/settle.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { between, type Doc, group, hard, indent, mark } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import type { Printed, Style } from '../language.ts'
import { type Branch, branches, createPrinting, finish, type Printing, question } from '../printing.ts'
import { type Around, fieldName, isRepeated, lines } from './condition.ts'

export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const printing = createPrinting()
  // The predicates of a section are told apart by line breaks, also where one line is wanted.
  return finish(whole(query, printing), printing, { ...style, layout: 'block' })
}

interface Sections {
  readonly events: readonly Doc[]
  readonly match?: Doc
  readonly outcome?: readonly Doc[]
  readonly condition: Doc
}

function sections({ events, match, outcome = [], condition }: Sections): Doc {
  // An empty line is one without blanks.
  const one = (doc: Doc, at: number): Doc => (doc === '' ? '\n' : [at === 0 ? '' : hard, group(doc)])
  const section = (name: string, docs: readonly Doc[]): Doc => [`${name}:`, indent(hard, ...docs.map(one))]
  return between(
    [
      section('events', events),
      ...(match === undefined ? [] : [section('match', [match])]),
      ...(outcome.length === 0 ? [] : [section('outcome', outcome)]),
      section('condition', [condition]),
    ],
    [hard, hard],
  )
}

function beyond(what: string, span: Span | undefined, printing: Printing): Doc {
  return printing.cannot('YRL101', `${what} cannot be said in YARA-L here`, span, 'convert the rules that it stands on')
}

function whole(query: Pipeline, printing: Printing): Doc {
  if (query.from.kind === 'sequence') return sequence(query, query.from, printing)
  const stage = query.stages.at(-1)
  if (stage?.kind === 'aggregate') return counted(query, stage, printing)
  const asked = question(query)
  if ('beyond' in asked) return beyond(asked.beyond, asked.span, printing)
  const around: Around = { event: 'e', printing, told: new Set() }
  return sections({ events: lines(settle(asked.where), around), condition: '$e' })
}

/** A window as a match section takes it: whole minutes, from one to 48 hours. */
function duration(size: number | undefined, span: Span | undefined, printing: Printing): string {
  const minutes = (size ?? 0) / 60_000
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 48 * 60) {
    printing.cannot(
      'YRL107',
      'a match section takes windows of whole minutes, from one minute to 48 hours',
      span,
      'choose another timespan',
    )
    return ''
  }
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`
}

/** Windows of a match section overlap, but do not begin at every event. */
function hops(window: string, span: Span | undefined, printing: Printing): void {
  printing.diagnostics.push({
    code: 'YRL302',
    severity: 'warning',
    message: `windows of ${window} begin at fixed intervals and overlap: events that lie almost that far apart may be in no window together, and one finding may be told several times`,
    span,
    hint: 'choose a somewhat longer timespan',
  })
}

/** A name as a variable of the rule, which the event's own is not. */
function variable(name: string, taken: Set<string>): string {
  const plain =
    name
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .replace(/\W+/g, '_')
      .replace(/^_+|_+$/g, '') || 'value'
  const start = /^[a-z]/.test(plain) ? plain : `v_${plain}`
  let free = /^e\d*$/.test(start) ? `${start}_` : start
  for (let at = 2; taken.has(free); at++) free = `${start}_${at}`
  taken.add(free)
  return free
}

const resolve = (value: Scalar, of: Branch): Scalar =>
  value.kind === 'field' ? (of.columns.findLast(column => column.name === value.name)?.value ?? value) : value

/** The one field that all branches keep a value in; undefined, and reported, where they keep it in several. */
function common(value: Scalar, of: readonly Branch[], span: Span | undefined, printing: Printing): Scalar | undefined {
  const found = of.map(one => resolve(value, one))
  const keys = new Set(found.map(one => (one.kind === 'field' ? one.name : JSON.stringify(one))))
  if (keys.size === 1 && found[0]!.kind === 'field') return found[0]
  beyond('a value that the rules keep in different fields or compute', span ?? value.span, printing)
  return undefined
}

interface Group {
  readonly events: readonly Doc[]
  readonly variables: readonly string[]
}

/** Placeholders for the group fields. An absent value is in no group: a match section leaves zero values out. */
function grouped(keys: readonly { readonly name: string; readonly value: Scalar }[], around: Around, taken: Set<string>): Group {
  const events: Doc[] = []
  const variables: string[] = []
  for (const { name, value } of keys) {
    const field = fieldName(value, around)
    if (field === undefined) continue
    const own = `$${variable(name, taken)}`
    events.push(`${own} = ${field}`)
    variables.push(own)
  }
  return { events, variables }
}

/** What events of one type all share stands for a group of all of them. */
function everything(of: readonly Branch[], around: Around, taken: Set<string>): Group | undefined {
  const types = of.map(({ where }) => {
    const tests = where.kind === 'and' ? where.args : [where]
    const found = tests.find(
      test => test.kind === 'test' && test.subject.kind === 'field' && test.subject.name === 'metadata.event_type',
    )
    return found?.kind === 'test' && found.match.kind === 'glob' && found.match.glob.length === 1
      ? String(found.match.glob[0])
      : undefined
  })
  if (new Set(types).size !== 1 || types[0] === undefined) return undefined
  return grouped([{ name: 'event_type', value: { kind: 'field', name: 'metadata.event_type' } }], around, taken)
}

const functions: Readonly<Record<string, string>> = { sum: 'sum', avg: 'avg', min: 'min', max: 'max', distinct: 'count_distinct' }

function counted(query: Pipeline, last: Stage & { kind: 'aggregate' }, printing: Printing): Doc {
  const of = branches({ from: query.from, stages: query.stages.slice(0, -1) })
  if ('beyond' in of) return beyond(of.beyond, of.span, printing)
  const span = last.span ?? query.from.span
  const around: Around = { event: 'e', printing, told: new Set() }
  const taken = new Set<string>()
  const keys = last.by.flatMap(by => {
    const value = common(by.value, of, by.value.span ?? span, printing)
    return value === undefined ? [] : [{ name: by.name, value }]
  })
  const groups = last.by.length === 0 ? everything(of, around, taken) : grouped(keys, around, taken)
  if (groups === undefined) return beyond('counting events of several kinds that share no field', span, printing)
  const window = duration(last.window?.size, span, printing)
  const sliding = last.window?.kind === 'sliding'
  if (sliding && window !== '') hops(window, span, printing)
  if (of.length > 1) {
    printing.diagnostics.push({
      code: 'YRL303',
      severity: 'warning',
      message: 'an event that two of the rules find is counted once',
      span,
      hint: 'correlate rules that find different events',
    })
  }
  const extra: Doc[] = []
  const outcome: Doc[] = []
  const names = new Map<string, string>()
  for (const measure of last.measures) {
    const told = measured(measure, of, around, taken, span)
    if (told === undefined) continue
    names.set(measure.name, told.name)
    if (told.outcome !== undefined) outcome.push(told.outcome)
    // An event without the value adds nothing to the one measure there is.
    if (told.present !== undefined && last.measures.length === 1) extra.push(told.present)
  }
  const events = [...lines(settle(or(of.map(one => one.where))), around), ...extra, ...groups.events]
  const condition =
    last.having === undefined || names.size < last.measures.length ? '$e' : having(last.having, names, span, printing)
  return sections({
    events,
    match: `${groups.variables.join(', ')} ${sliding ? 'over' : 'by'} ${window}`,
    outcome,
    condition,
  })
}

interface Told {
  readonly name: string
  readonly outcome?: Doc
  readonly present?: Doc
}

function measured(
  measure: Measure,
  of: readonly Branch[],
  around: Around,
  taken: Set<string>,
  span: Span | undefined,
): Told | undefined {
  const { printing } = around
  if (measure.where !== undefined) {
    beyond('counting each rule of a correlation by itself', measure.where.span ?? span, printing)
    return undefined
  }
  if (measure.fn === 'count' && measure.of === undefined) return { name: '#e' }
  const fn = Object.hasOwn(functions, measure.fn) ? functions[measure.fn] : undefined
  if (fn === undefined || measure.of === undefined) {
    beyond(`the measure "${measure.fn}"`, measure.of?.span ?? span, printing)
    return undefined
  }
  const value = common(measure.of, of, span, printing)
  const field = value === undefined ? undefined : fieldName(value, around, span)
  if (value?.kind !== 'field' || field === undefined) return undefined
  if (fn !== 'count_distinct' && !isNumeric(value.type)) {
    printing.cannot('YRL104', `"${value.name}" holds no numbers, which alone are added up`, span, 'measure a field with numbers')
    return undefined
  }
  const name = `$${variable(measure.name, taken)}`
  const any = isRepeated(value) ? 'any ' : ''
  return {
    name,
    outcome: `${name} = ${fn}(${field})`,
    present: isNumeric(value.type) ? `${field} != 0` : `${any}${field} != ""`,
  }
}

/** The condition section: events must be there, and the counts as asked. */
function having(of: Predicate, names: ReadonlyMap<string, string>, span: Span | undefined, printing: Printing): Doc {
  const tests = of.kind === 'and' ? of.args : [of]
  const told: Doc[] = []
  let bounded = false
  for (const test of tests) {
    const { name, op, value } = asked(test, names)
    if (name === undefined) return beyond('this condition on a count', test.span ?? span, printing)
    if (name === '#e') {
      // What an absence would satisfy does not make the rule wait for events.
      bounded ||= (op === '>' && value >= 0) || (op === '>=' && value > 0) || op === '='
      told.push(op === '=' ? `#e >= ${value} and #e <= ${value}` : `#e ${op} ${value}`)
    } else told.push(`${name} ${op} ${value}`)
  }
  return mark(
    [...(bounded ? [] : ['$e and ']), ...(between(told, ' and ') as readonly Doc[])],
    of.span === undefined ? [] : [of.span],
  )
}

function asked(
  test: Predicate,
  names: ReadonlyMap<string, string>,
): { readonly name: string | undefined; readonly op: string; readonly value: number } {
  const none = { name: undefined, op: '', value: 0 }
  if (test.kind === 'not') {
    const inner = asked(test.arg, names)
    return inner.name !== undefined && inner.name !== '#e' && inner.op === '=' ? { ...inner, op: '!=' } : none
  }
  if (test.kind !== 'test' || test.subject.kind !== 'field' || test.match.kind !== 'compare') return none
  const { to, op } = test.match
  if (to.kind !== 'literal' || typeof to.value !== 'number') return none
  return { name: names.get(test.subject.name), op, value: to.value }
}

/** Rules that match within a window: an event variable each, joined by placeholders; in order, the window begins at the first. */
function sequence(query: Pipeline, from: Pipeline['from'] & { kind: 'sequence' }, printing: Printing): Doc {
  if (query.stages.length > 0) return beyond('a condition on the result of several rules', query.stages[0]!.span, printing)
  if (from.until !== undefined || from.steps.some(step => step.absent === true || step.times !== undefined))
    return beyond('a step that must be absent or repeats', from.span, printing)
  if (from.steps[0]!.by.length === 0) return beyond('rules that share no field', from.span, printing)
  const window = duration(from.within, from.span, printing)
  const events: Doc[] = []
  const told = new Set<string>()
  const taken = new Set<string>()
  const names = from.steps[0]!.by.map((by, at) => variable(by.value.kind === 'field' ? by.value.name : `key${at + 1}`, taken))
  for (const [at, step] of from.steps.entries()) {
    const of = branches(step.of)
    if ('beyond' in of) return beyond(of.beyond, of.span, printing)
    const around: Around = { event: `e${at + 1}`, printing, told }
    const first = at === 0 ? [] : ['']
    events.push(...first, ...lines(settle(or(of.map(one => one.where))), around))
    for (const [place, by] of step.by.entries()) {
      const value = common(by.value, of, from.span, printing)
      const field = value === undefined ? undefined : fieldName(value, around)
      if (field !== undefined) events.push(`$${names[place]!} = ${field}`)
    }
    // The window begins at the first; the others follow each other.
    if (from.ordered && at > 1)
      events.push(`$e${at}.metadata.event_timestamp.seconds <= $e${at + 1}.metadata.event_timestamp.seconds`)
  }
  if (!from.ordered && window !== '') hops(window, from.span, printing)
  return sections({
    events,
    match: `${names.map(name => `$${name}`).join(', ')} over ${window}${from.ordered ? ' after $e1' : ''}`,
    condition: from.steps.map((_, at) => `$e${at + 1}`).join(' and '),
  })
}

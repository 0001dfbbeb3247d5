// Meaning to SPL: a search of events or tstats over a data model, what the search language cannot say in where behind it, and for correlations streamstats.

import { shape } from '../../ir/glob.ts'
import { and, or } from '../../ir/logic.ts'
import type { Measure, Pipeline, Stage } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { settle } from '../../ir/settle.ts'
import { fieldsUsed, rewrite } from '../../ir/walk.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { between, type Doc, group, hard, indent, line, mark } from '../../text/layout.ts'
import type { Span } from '../../text/source.ts'
import type { Printed, Style } from '../language.ts'
import { type Branch, branches, createPrinting, finish, printPredicate } from '../printing.ts'
import { type Around, inSearch, inWhere, isSearchable, regexOf, unknown, wider } from './condition.ts'
import { evalField, isName, isPlain, quoted, searchField, seconds } from './text.ts'

/** A query over tables as SPL. `style.form` `datamodel`: the tables are datasets (`Endpoint.Processes`). */
export function print(query: Pipeline, style?: Style): Outcome<Printed> {
  const around: Around = { printing: createPrinting(), model: style?.form === 'datamodel' }
  return finish(whole(query, around), around.printing, style)
}

const beyond = (what: string, span: Span | undefined, { printing }: Around): Doc =>
  printing.cannot('SPL101', `${what} cannot be said in SPL here`, span, 'convert the rules that it names')

function whole(query: Pipeline, around: Around): Doc {
  const stage = query.stages.at(-1)
  const several = query.from.kind === 'sequence' || stage?.kind === 'aggregate'
  if (several && around.model) return beyond('a correlation over a data model', query.from.span, around)
  if (query.from.kind === 'sequence') return sequence(query, query.from, around)
  if (stage?.kind === 'aggregate') return counted(query, stage, around)
  const found = branches(query)
  if ('beyond' in found) return beyond(found.beyond, found.span, around)
  if (found.some(one => one.columns.length > 0)) return beyond('a computed column', query.from.span, around)
  if (!around.model) return lines(events(or(found.map(one => one.where)), around))
  const tables = [...new Set(found.map(one => one.table))]
  if (tables.length !== 1) return beyond('a search of several data models', query.from.span, around)
  return lines(dataset(tables[0]!, or(found.map(one => one.where)), around))
}

const lines = (stages: readonly Doc[]): Doc => between(stages, hard)
const stage = (head: string, doc: Doc): Doc => group(`| ${head}`, indent(line, doc))

interface Parts {
  /** What the search language says; undefined: nothing. */
  readonly search: Predicate | undefined
  /** What is left for the stages behind. */
  readonly rest: readonly Predicate[]
}

/** A question in two parts that hold together: one for the search language, and what it has no words for. */
function divided(question: Predicate, around: Around): Parts {
  const settled = settle(rewrite(question, { predicate: of => (of.kind === 'test' ? numbers(of) : flat(of)) }))
  const args = settled.kind === 'and' ? settled.args.flatMap(arg => (arg.kind === 'and' ? arg.args : [arg])) : [settled]
  const early: Predicate[] = []
  const rest: Predicate[] = []
  for (const arg of args) {
    if (arg.kind === 'const' && arg.value) continue
    if (isSearchable(arg, around)) {
      early.push(arg)
      continue
    }
    const first = wider(arg, around)
    if (first !== undefined) early.push(first)
    rest.push(arg)
  }
  return { search: early.length === 0 ? undefined : and(early), rest }
}

/** An or within an or is one. */
function flat(of: Predicate): Predicate {
  if (of.kind !== 'or' || !of.args.some(arg => arg.kind === 'or')) return of
  return { ...of, args: of.args.flatMap(arg => (arg.kind === 'or' ? arg.args : [arg])) }
}

/** A whole number in a field of no known type is its text there, decimal or as Windows writes some (`0x3e7`). */
function numbers(test: Predicate & { kind: 'test' }): Predicate {
  const { subject, match } = test
  if (subject.kind !== 'field' || subject.type !== undefined || match.kind !== 'compare' || match.op !== '=') return test
  if (match.to.kind !== 'literal' || typeof match.to.value === 'string') return test
  const { value } = match.to
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return test
  const is = (text: string): Predicate => ({ ...test, match: { kind: 'glob', glob: [text], fold: true } })
  return Number(value) < 0 ? is(String(value)) : or([is(String(value)), is(`0x${value!.toString(16)}`)])
}

/** Events as the search finds them, and the stages that are left. */
function events(question: Predicate, around: Around): readonly Doc[] {
  const { search, rest } = divided(question, around)
  const first = search === undefined ? '*' : group(inSearch(search, around))
  return [first, ...rest.map(arg => filter(arg, around))]
}

/** A condition that is no search: `regex` for one expression of one field, otherwise `where`. */
function filter(of: Predicate, around: Around): Doc {
  if (of.kind === 'test' && !around.model && (of.each === undefined || of.each === 'any')) {
    const expression = of.match.kind === 'glob' || of.match.kind === 'regex' ? regexOf(of, around) : undefined
    if (expression !== undefined && isPlain(expression.field))
      return mark(`| regex ${expression.field}=${quoted(expression.pattern)}`, of.span === undefined ? [] : [of.span])
  }
  return stage('where', inWhere(of, around))
}

/** Fields that a row of a dataset shows beside those that the question asks (CIM manual, the recommended fields of each dataset). */
const shown: Readonly<Record<string, readonly string[]>> = {
  Processes: ['dest', 'user', 'process_id', 'process_guid'],
  Registry: ['dest', 'user', 'process_id', 'process_guid'],
  Filesystem: ['dest', 'user', 'process_id', 'process_guid'],
  Services: ['dest', 'service_name'],
  All_Traffic: ['src', 'dest', 'dest_port', 'user'],
  DNS: ['src', 'query'],
}

/** A dataset by tstats: one row for events with the same values of the fields shown, with the first and last time. */
function dataset(table: string, question: Predicate, around: Around): readonly Doc[] {
  const { search, rest } = divided(question, around)
  const name = table.slice(table.lastIndexOf('.') + 1)
  const known = Object.hasOwn(shown, name) ? shown[name]! : []
  const asked = [...fieldsUsed({ from: { kind: 'table', name: table }, stages: [{ kind: 'filter', where: question }] })]
  const by = [...new Set([...known.map(field => `${name}.${field}`), ...asked.filter(isName)])].map(searchField)
  const where: readonly Doc[] = search === undefined ? [] : [[hard, group('where', indent(line, inSearch(search, around)))]]
  return [
    [
      `| tstats summariesonly=false fillnull_value="${unknown}" count min(_time) as firstTime max(_time) as lastTime`,
      indent(hard, `from datamodel=${table}`, ...where, hard, group('by', indent(line, between(by, line)))),
    ],
    ...rest.map(arg => filter(arg, around)),
    `| rename ${name}.* as *`,
  ]
}

/** A value as eval has it; undefined, and told, where it has no form. */
function value(of: Scalar, around: Around): string | undefined {
  if (of.kind === 'field' && isName(of.name)) return evalField(of.name)
  if (of.kind === 'literal' && typeof of.value === 'string' && !/[`\p{C}]/u.test(of.value)) return quoted(of.value)
  if (of.kind === 'call' && (of.fn === 'coalesce' || of.fn === 'sigma:tuple')) {
    const args = of.args.map(arg => value(arg, around))
    if (args.includes(undefined)) return undefined
    return of.fn === 'coalesce' ? `coalesce(${args.join(', ')})` : args.join(' . "|" . ')
  }
  if (of.kind === 'call' && of.fn === 'derive:joined') {
    const [under, column] = of.args.map(arg => value(arg, around))
    if (under === undefined || column === undefined) return undefined
    return `coalesce(${under} . "\\\\" . ${column}, ${column}, ${under})`
  }
  around.printing.cannot('SPL102', 'this value cannot be computed in SPL', of.span, 'group by or count a single field')
  return undefined
}

/** The name of a field that a correlation makes. */
function own(name: string, span: Span | undefined, around: Around): string {
  if (isPlain(name)) return name
  const plain = name.replace(/\W/g, '_')
  if (isPlain(plain)) return plain
  around.printing.cannot('SPL104', `"${name}" cannot be the name of a field in a search`, span, 'rename the field')
  return '_'
}

/** Events of several branches one beside the other, an event of two branches twice; oldest first. */
function rows(of: readonly Branch[], made: readonly (readonly Doc[])[], around: Around): readonly Doc[] {
  const found = of.map((one, at): readonly Doc[] => {
    const columns = one.columns.flatMap((column): Doc[] => {
      const told = value(column.value, around)
      const name = own(column.name, column.value.span, around)
      return told === undefined || told === name ? [] : [`${name}=${told}`]
    })
    const all = [...columns, ...(made[at] ?? [])]
    return [...events(one.where, around), ...(all.length === 0 ? [] : [stage('eval', between(all, [',', line]))])]
  })
  const sorted = '| sort 0 _time'
  if (found.length === 1) return [...found[0]!, sorted]
  const searches = found.map((stages): Doc => {
    const [first, ...others] = stages
    return [hard, '[search ', indent(first!), ...others.map((doc): Doc => indent(hard, doc)), ']']
  })
  return [['| multisearch', indent(...searches)], sorted]
}

const keysOf = (names: readonly string[]): string => (names.length === 0 ? '' : ` by ${names.join(' ')}`)

/** Rows of a group that lacks one of its fields are in no group. */
const grouped = (names: readonly string[]): readonly Doc[] =>
  names.length === 0
    ? []
    : [
        stage(
          'where',
          between(
            names.map(name => `isnotnull(${evalField(name)})`),
            [line, 'AND '],
          ),
        ),
      ]

/** streamstats keeps this many events of a window (limits.conf, `max_stream_window`). */
const mostEvents = 10_000

function told(span: Span | undefined, { printing }: Around): void {
  printing.diagnostics.push({
    code: 'SPL302',
    severity: 'note',
    message: `streamstats keeps ${mostEvents} events of a window unless limits.conf (max_stream_window) says otherwise`,
    span,
    hint: 'raise the limit where windows hold more',
  })
}

/** Counts and measures over a sliding window: the condition holds at this event, and did not the moment before it. */
function counted(query: Pipeline, last: Stage & { kind: 'aggregate' }, around: Around): Doc {
  const of = branches({ from: query.from, stages: query.stages.slice(0, -1) })
  if ('beyond' in of) return beyond(of.beyond, of.span, around)
  const names: string[] = []
  const keys: Doc[] = []
  for (const column of last.by) {
    const name = own(column.name, column.value.span, around)
    const from = value(column.value, around)
    if (from !== undefined && from !== name) keys.push(`${name}=${from}`)
    names.push(name)
  }
  const before = last.window?.kind === 'sliding'
  const measures = last.measures.map(measure => measured(measure, '', around))
  const stages: Doc[] = [
    ...rows(
      of,
      of.map(() => keys),
      around,
    ),
    ...grouped(names),
  ]
  if (!before) {
    const bin = last.window === undefined ? [] : [`| bin _time span=${seconds(last.window.size)}`]
    const by = [...(last.window === undefined ? [] : ['_time']), ...names]
    stages.push(...bin, `| stats ${measures.join(' ')}${keysOf(by)}`)
    if (last.having !== undefined) stages.push(stage('where', having(last.having, '', around)))
    return lines(stages)
  }
  told(last.span ?? query.from.span, around)
  const window = `time_window=${seconds(last.window!.size)}`
  stages.push(`| streamstats ${window} ${measures.join(' ')}${keysOf(names)}`)
  if (last.having === undefined) return lines(stages)
  const earlier = last.measures.map(measure => measured(measure, '_before', around))
  stages.push(`| streamstats current=false ${window} ${earlier.join(' ')}${keysOf(names)}`)
  stages.push(stage('where', having(last.having, '', around)))
  stages.push(stage('where', ['NOT (', having(last.having, '_before', around), ')']))
  return lines(stages)
}

const functions: Readonly<Record<string, string>> = {
  distinct: 'dc',
  sum: 'sum',
  avg: 'avg',
  min: 'min',
  max: 'max',
  median: 'median',
}

/** A measure as streamstats and stats have it. */
function measured(measure: Measure, suffix: string, around: Around): string {
  const name = `${own(measure.name, measure.of?.span, around)}${suffix}`
  if (measure.fn === 'count' && measure.of === undefined) {
    if (measure.where === undefined) return `count as ${name}`
    const { where } = measure
    const form = where.kind === 'test' && where.match.kind === 'glob' ? shape(where.match.glob) : undefined
    const rule = form?.kind === 'equals' ? value({ kind: 'literal', value: form.text }, around) : undefined
    if (where.kind === 'test' && where.subject.kind === 'field' && rule !== undefined)
      return `count(eval(${evalField(where.subject.name)}=${rule})) as ${name}`
    around.printing.cannot(
      'SPL101',
      'counting by a condition that is no rule cannot be said in SPL here',
      where.span,
      'count whole rules',
    )
    return ''
  }
  // Splunk's percentiles are those of its own estimate, which other products do not share.
  const fn = Object.hasOwn(functions, measure.fn) ? functions[measure.fn] : undefined
  const of = measure.of === undefined ? undefined : value(measure.of, around)
  if (fn === undefined || of === undefined) {
    around.printing.cannot('SPL101', `the measure "${measure.fn}" cannot be said in SPL here`, measure.of?.span, 'count events')
    return ''
  }
  return `${fn}(${isPlain(of) ? of : `eval(${of})`}) as ${name}`
}

/** A condition on measures; one that is not there is no. */
function having(of: Predicate, suffix: string, around: Around): Doc {
  return printPredicate(
    of,
    { and: 'AND', or: 'OR', not: inner => ['NOT (', inner, ')'], encloses: true, always: '1=1', never: '1=0' },
    test => {
      const { subject, match } = test
      if (subject.kind !== 'field' || match.kind !== 'compare' || match.to.kind !== 'literal')
        return beyond('this condition on a count', test.span, around)
      const name = `${own(subject.name, subject.span, around)}${suffix}`
      return `if(${name}${match.op}${String(match.to.value)}, 1, 0)=1`
    },
    around.printing,
  )
}

/** Rules that match within a window, in any order: all of them at this event, and not the moment before it. */
function sequence(query: Pipeline, source: Pipeline['from'] & { kind: 'sequence' }, around: Around): Doc {
  if (query.stages.length > 0) return beyond('a condition on the result of several rules', query.stages[0]!.span, around)
  if (source.ordered) return beyond('rules that match in order', source.span, around)
  if (source.until !== undefined || source.steps.some(step => step.absent === true || step.times !== undefined))
    return beyond('a step that must be absent or repeats', source.span, around)
  const first = source.steps[0]!
  const names = first.by.map((by, at) => own(by.value.kind === 'field' ? by.value.name : `key${at + 1}`, by.value.span, around))
  const of: Branch[] = []
  const made: Doc[][] = []
  for (const [at, step] of source.steps.entries()) {
    const found = branches(step.of)
    if ('beyond' in found) return beyond(found.beyond, found.span, around)
    for (const one of found) {
      of.push({ ...one, columns: one.columns })
      const keys = step.by.flatMap((by, place): Doc[] => {
        const from = value(by.value, around)
        return from === undefined || from === names[place] ? [] : [`${names[place]!}=${from}`]
      })
      made.push([...keys, `step=${at + 1}`])
    }
  }
  told(source.span, around)
  const window = source.within === undefined ? 'window=0' : `time_window=${seconds(source.within)}`
  return lines([
    ...rows(of, made, around),
    ...grouped(names),
    `| streamstats ${window} dc(step) as steps${keysOf(names)}`,
    `| streamstats current=false ${window} dc(step) as steps_before${keysOf(names)}`,
    stage('where', [`steps=${source.steps.length}`, line, `AND coalesce(steps_before, 0)<${source.steps.length}`]),
  ])
}

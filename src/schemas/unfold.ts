// The stages of a query over a table, read off one after the other: what they ask of single events in the table's own columns, and what they ask of counts of them.

import type { Measure, Millis, Pipeline, Stage } from '../ir/pipeline.ts'
import type { Glob, Predicate, Scalar } from '../ir/predicate.ts'
import { rewrite, visit } from '../ir/walk.ts'
import type { Span } from '../text/source.ts'
import { conjuncts } from './lifted/asked.ts'
import { type Comparison, holds, simplified } from './simplify.ts'

type Rules = Pipeline['rules']
type Test = Extract<Predicate, { kind: 'test' }>

/** A measure of events, its field and condition in the table's own columns. */
export interface Counting {
  readonly fn: Measure['fn']
  readonly of?: Scalar
  readonly args?: Measure['args']
  readonly where?: Predicate
}

/** What is asked of one measure, all of which must hold. */
export interface Asked {
  readonly counting: Counting
  readonly tests: readonly Comparison[]
}

/** Counts of events in groups, and what is asked of them. */
export interface Counts {
  readonly stage: Stage
  /** The values that groups are told apart by, apart from time, in the table's own columns. */
  readonly by: readonly { readonly name: string; readonly value: Scalar; readonly span?: Span }[]
  readonly asked: readonly Asked[]
  /** The length of the pieces of time that events are counted in; absent: all that a search looks at. */
  readonly piece?: Millis
  /** How far back each event looks, where time slides with them already. */
  readonly reach?: Millis
  readonly span?: Span
}

export interface Unfolded {
  /** What must be true of each event. */
  readonly where: readonly Predicate[]
  readonly counts?: Counts
  /** What a value of a result is, in the table's own columns; undefined for what cannot be told. */
  readonly value: (of: Scalar) => Scalar | undefined
}

/** Columns of the time of an event. */
const times: ReadonlySet<string> = new Set(['_time', 'TimeGenerated', 'Timestamp', '@timestamp'])
/** What a value may be made of before it is no longer looked into. */
const largest = 300

interface Group {
  readonly stage: Stage
  /** How many conditions on events came before. */
  readonly after: number
  readonly by: readonly { readonly name: string; readonly value: Scalar; readonly span?: Span }[]
  readonly reach?: Millis
}

/** A measure that a column stands for, with the groups that it is taken in. */
interface Noted {
  readonly group: Group
  readonly counting: Counting
}

export interface Unfolding {
  readonly rules: Rules
  refuse(what: string, span: Span | undefined): undefined
  /** What is left out without being asked for, with its place. */
  readonly dropped: Map<string, Span | undefined>
}

/** The value that a name stands for; undefined for what cannot be told. */
type Columns = (name: string) => Scalar | undefined

/** Reads off stages; undefined after something was refused. */
export function unfold(stages: readonly Stage[], unfolding: Unfolding): Unfolded | undefined {
  const { rules, refuse, dropped } = unfolding
  let columns: Columns = name => (name.startsWith(mark) ? undefined : { kind: 'field', name })
  let limited = false
  let last: Group | undefined
  const noted: Noted[] = []
  const where: Predicate[] = []
  const thresholds: { readonly noted: Noted; readonly test: Comparison; readonly span?: Span }[] = []

  const inline = <T extends Scalar | Predicate>(of: T): T | undefined => {
    let lost = false
    const told = rewrite(of, {
      scalar: scalar => {
        if (scalar.kind !== 'field') return scalar
        const found = columns(scalar.name)
        if (found === undefined) lost = true
        return found === undefined || found === scalar
          ? scalar
          : scalar.span === undefined
            ? found
            : { ...found, span: scalar.span }
      },
    }) as T
    return lost || sizeOf(told) > largest ? undefined : told
  }
  const set = (names: ReadonlyMap<string, Scalar | undefined>): void => {
    const before = columns
    columns = name => (names.has(name) ? names.get(name) : before(name))
  }
  const note = (measure: Noted): Scalar => ({ kind: 'field', name: `${mark}${noted.push(measure) - 1}` })
  const countingOf = ({ fn, of, args, where: only }: Measure): Counting | undefined => {
    const value = of === undefined ? undefined : inline(of)
    const condition = only === undefined ? undefined : inline(only)
    if ((of !== undefined && value === undefined) || (only !== undefined && condition === undefined)) return undefined
    return {
      fn,
      ...(value === undefined ? {} : { of: value }),
      ...(args === undefined ? {} : { args }),
      ...(condition === undefined ? {} : { where: simplified(condition) }),
    }
  }

  /** A condition on groups: of their keys it is one on events, of one measure a threshold. */
  const ask = (part: Predicate, span: Span | undefined): boolean => {
    const names = measuresIn(part)
    if (names.size === 0) {
      where.push(part)
      return true
    }
    if (part.kind === 'and') return part.args.every(arg => ask(arg, span))
    if (part.kind === 'not' && part.arg.kind !== 'test') return ask(pushed(part.arg), span)
    const { test, negated } = part.kind === 'not' ? { test: part.arg, negated: true } : { test: part, negated: false }
    const whose = [...names].map(name => noted[numberIn(name)]!)
    const place = part.span ?? span
    if (test.kind !== 'test') {
      refuse('a condition in which counts are alternatives asks more than one correlation', place)
      return false
    }
    const found = thresholdOf(test, negated)
    const of = found === undefined ? undefined : noted[numberIn(found.name)]
    const counted = of === undefined || found === undefined ? undefined : found.members ? members(of) : of
    if (found === undefined || counted === undefined || measuresOf([counted]).size > 0) {
      refuse(
        names.size > 1 || measuresOf(whose).size > 0
          ? 'a condition compares counts with other counts, such as a mean of what was before'
          : `a condition asks for the measure "${whose[0]!.counting.fn}" otherwise than by a number`,
        place,
      )
      return false
    }
    thresholds.push({ noted: counted, test: found.test, ...(place === undefined ? {} : { span: place }) })
    return true
  }

  for (const stage of stages) {
    switch (stage.kind) {
      case 'filter': {
        if (stage.where.kind === 'const' && stage.where.value) break
        if (asksQuery(stage.where)) return refuse('a condition asks the results of another query', stage.span)
        const told = inline(stage.where)
        if (told === undefined) {
          const part = namesIn(stage.where).find(name => columns(name) === undefined)
          return refuse(
            `a condition asks for ${part === undefined ? 'a value' : `the column "${part}"`}, which the query makes`,
            stage.span,
          )
        }
        if (limited) return refuse('a condition behind a limit asks some of the results only', stage.span)
        for (const part of conjuncts(simplified(told))) if (!ask(part, stage.span)) return undefined
        break
      }
      case 'extend': {
        // Under Kusto's rules all columns are computed from the row that came, else each sees those before it.
        const made = new Map<string, Scalar | undefined>()
        for (const { name, value } of stage.columns) {
          const told = inline(value)
          if (rules === 'kusto') made.set(name, told)
          else set(new Map([[name, told]]))
        }
        set(made)
        dropped.set('computed columns', stage.span)
        break
      }
      case 'window': {
        const group: Group = {
          stage,
          after: where.length,
          by: keysOf(stage.by, inline) ?? [],
          ...(stage.frame === 'running' && stage.reach !== undefined ? { reach: stage.reach } : {}),
        }
        const told = keysOf(stage.by, inline) !== undefined && (stage.frame !== 'running' || group.reach !== undefined)
        const whole = stage.current !== false && stage.rows === undefined && told
        const made = new Map<string, Scalar | undefined>()
        for (const measure of stage.measures) {
          const counting = whole ? countingOf(measure) : undefined
          made.set(measure.name, counting === undefined ? undefined : note({ group, counting }))
        }
        set(made)
        dropped.set('what is counted beside each event', stage.span)
        break
      }
      case 'rename':
        columns = renamed(columns, stage.names)
        if (last === undefined && stage.names.some(({ from }) => from.some(part => typeof part !== 'string')))
          dropped.set(
            'fields that have the new name of a rename by pattern already, and none of the old: the query asks them, and here those of the old name are asked, so this is narrower',
            stage.span,
          )
        dropped.set('new names of columns', stage.span)
        break
      case 'project':
        dropped.set('choices of columns', stage.span)
        break
      case 'sort':
        dropped.set('the order of results', stage.span)
        break
      case 'limit':
        if (stage.count < 1) return refuse('a limit lets nothing through', stage.span)
        limited = true
        dropped.set('limits of results', stage.span)
        break
      case 'aggregate': {
        if (stage.window !== undefined || stage.having !== undefined)
          return refuse('a condition on groups asks more than single events', stage.span)
        const by = keysOf(stage.by, inline)
        const made = new Map<string, Scalar | undefined>()
        const group: Group = { stage, after: where.length, by: by ?? [] }
        for (const { name, value } of stage.by) made.set(name, inline(value))
        for (const measure of stage.measures) {
          const counting = by === undefined ? undefined : countingOf(measure)
          const of = counting === undefined || last === undefined ? counting : again(counting, last, noted)
          made.set(measure.name, of === undefined ? undefined : note({ group, counting: of }))
        }
        columns = name => made.get(name)
        last = group
        dropped.set('groups and what is counted in them', stage.span)
        if (rules === 'splunk')
          dropped.set(
            'events without a field that is grouped by: the query loses them, and they are found here, so this is wider',
            stage.span,
          )
        break
      }
      default:
        if (stage.kind === 'special' && stage.name === 'splunk:fillnull') {
          // What was filled is no column of the table any more.
          columns = () => undefined
          dropped.set('filled columns', stage.span)
          break
        }
        return refuse(
          stage.kind === 'opaque'
            ? `"${stage.text}" is not understood`
            : `the stage "${stage.kind === 'special' ? stage.name : stage.kind}" asks more than single events`,
          stage.span,
        )
    }
  }
  const found = settled(where, thresholds, last, unfolding)
  return found === undefined ? undefined : { ...found, value: of => inline(of) }
}

/** Thresholds by measure, or none where an event of a group is enough. */
function settled(
  where: readonly Predicate[],
  thresholds: readonly { readonly noted: Noted; readonly test: Comparison; readonly span?: Span }[],
  last: Group | undefined,
  { refuse, rules }: Unfolding,
): Omit<Unfolded, 'value'> | undefined {
  // Of a group there is an event.
  const open = thresholds.filter(
    ({ noted: { counting }, test }) =>
      counting.fn !== 'count' || counting.where !== undefined || counting.of !== undefined || !always(test),
  )
  const [first] = open
  if (first === undefined) {
    if (
      last !== undefined &&
      last.by.length === 0 &&
      last.stage.kind === 'aggregate' &&
      last.stage.by.length === 0 &&
      thresholds.length === 0
    )
      return refuse('a count of everything is a result where no event is, too', last.stage.span)
    return { where }
  }
  const { group } = first.noted
  const span = first.span ?? group.stage.span
  if (open.some(({ noted }) => noted.group !== group && said(noted.group) !== said(group)))
    return refuse('conditions on counts of different groups', span)
  if (group.stage.kind === 'window' && where.length > group.after)
    return refuse('a condition behind a count asks only some of the events that were counted', span)
  const by: Counts['by'][number][] = []
  let piece: Millis | undefined
  for (const key of group.by) {
    const length = pieceOf(key.value, rules)
    if (length === undefined && key.value.kind === 'field' && times.has(key.value.name))
      return refuse('counts in groups of one time each', key.span ?? group.stage.span)
    if (length === undefined) by.push(key)
    else if (piece !== undefined && piece !== length) return refuse('counts in pieces of time of two lengths', key.span)
    else piece = length
  }
  const asked = new Map<string, { counting: Counting; tests: Comparison[] }>()
  for (const { noted, test } of open) {
    const key = said(noted.counting)
    const known = asked.get(key) ?? { counting: noted.counting, tests: [] }
    if (!known.tests.some(one => one.op === test.op && one.value === test.value)) known.tests.push(test)
    asked.set(key, known)
  }
  const all = [...asked.values()]
  for (const { counting, tests } of all) {
    if (!known.has(counting.fn)) return refuse(`the measure "${counting.fn}" is none of those that Sigma correlates by`, span)
    if (!tests.some(test => test.op === '>' || test.op === '>=' || test.op === '='))
      return refuse(
        'a count that only must not become too large is known when all is counted, and a time that slides begins with one event',
        span,
      )
  }
  const counts = all.every(({ counting }) => counting.fn === 'count' || counting.fn === 'distinct')
  if (counts && all.every(({ tests }) => tests.every(test => holds(test, 1))))
    return refuse(
      'what is asked of the whole count is true of its first event already, so that a time that slides finds each',
      span,
    )
  return {
    where,
    counts: {
      stage: group.stage,
      by,
      asked: all,
      ...(piece === undefined ? {} : { piece }),
      ...(group.reach === undefined ? {} : { reach: group.reach }),
      ...(span === undefined ? {} : { span }),
    },
  }
}

/** The measures of Sigma's correlations. */
const known: ReadonlySet<string> = new Set(['count', 'distinct', 'sum', 'avg', 'percentile', 'median'])

/** In front of the number of a measure, as the name of the column that stands for it. */
const mark = '\u0002measure '
const numberIn = (name: string): number => Number(name.slice(mark.length))

/** A tree without its places, as a text. */
const said = (of: unknown): string =>
  JSON.stringify(of, (key, value: unknown) => (key === 'span' ? undefined : typeof value === 'bigint' ? `${value}n` : value))

function sizeOf(of: Scalar | Predicate): number {
  let size = 0
  visit(of, { scalar: () => void size++, predicate: () => void size++ })
  return size
}

function asksQuery(of: Predicate): boolean {
  let found = false
  visit(of, {
    pipeline: () => {
      found = true
    },
  })
  return found
}

function namesIn(of: Predicate): readonly string[] {
  const names: string[] = []
  visit(of, {
    scalar: scalar => {
      if (scalar.kind === 'field') names.push(scalar.name)
    },
  })
  return names
}

const measuresIn = (of: Predicate | Scalar): ReadonlySet<string> => {
  const names = new Set<string>()
  visit(of, {
    scalar: scalar => {
      if (scalar.kind === 'field' && scalar.name.startsWith(mark)) names.add(scalar.name)
    },
  })
  return names
}

/** Measures that measures are taken of. */
function measuresOf(of: readonly Noted[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { counting } of of) if (counting.of !== undefined) for (const name of measuresIn(counting.of)) names.add(name)
  return names
}

/** Groups by values that can be told; undefined where one cannot. */
function keysOf(
  by: readonly { readonly name: string; readonly value: Scalar }[],
  inline: (of: Scalar) => Scalar | undefined,
): Group['by'] | undefined {
  const keys = by.map(({ name, value }) => {
    const told = inline(value)
    return told === undefined || measuresIn(told).size > 0
      ? undefined
      : { name, value: told, ...(value.span === undefined ? {} : { span: value.span }) }
  })
  return keys.includes(undefined) ? undefined : (keys as Group['by'])
}

/** A measure of groups as one of events: how many groups there are, and sums of their counts. */
function again(counting: Counting, last: Group, noted: readonly Noted[]): Counting | undefined {
  if (counting.where !== undefined) return undefined
  // Which values there are does not hang on how often each is there; a measure of measures is told by who asks for it.
  if (counting.fn === 'distinct' || counting.fn === 'values') return counting
  if (counting.fn === 'count' && counting.of === undefined) {
    const keys = last.by.map(key => key.value)
    return keys.length === 0
      ? undefined
      : { fn: 'distinct', of: keys.length === 1 ? keys[0]! : { kind: 'call', fn: 'sigma:tuple', args: keys } }
  }
  if (counting.fn === 'sum' && counting.of?.kind === 'field' && counting.of.name.startsWith(mark)) {
    const inner = noted[numberIn(counting.of.name)]?.counting
    return inner?.fn === 'count' || inner?.fn === 'sum' ? inner : undefined
  }
  return counting.of !== undefined && measuresIn(counting.of).size > 0 ? counting : undefined
}

/** How many members a set of values has, as a measure of its own. */
const members = (of: Noted): Noted | undefined =>
  of.counting.fn === 'values' && of.counting.of !== undefined && of.counting.args === undefined
    ? { ...of, counting: { ...of.counting, fn: 'distinct' } }
    : undefined

const lengths: ReadonlySet<string> = new Set(['kusto:array_length', 'splunk:mvcount'])
const opposite = { '=': '!=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const

/** `measure > 5`, also negated: the column of the measure, or of the set whose members are counted. */
function thresholdOf(
  test: Test,
  negated: boolean,
): { readonly name: string; readonly members: boolean; readonly test: Comparison } | undefined {
  const counted = test.subject.kind === 'call' && lengths.has(test.subject.fn) ? test.subject.args[0] : undefined
  const subject = counted ?? test.subject
  if (subject.kind !== 'field' || !subject.name.startsWith(mark)) return undefined
  const compared = numberOf(test)
  if (compared === undefined) return undefined
  const op = negated ? opposite[compared.op] : compared.op
  return { name: subject.name, members: counted !== undefined, test: { op, value: compared.value } }
}

/** What a number is compared with, in a test of it. */
function numberOf({ match, each }: Test): { readonly op: '=' | '<' | '<=' | '>' | '>='; readonly value: number } | undefined {
  if (each !== undefined && each !== 'any') return undefined
  if (match.kind === 'compare' && match.to.kind === 'literal' && (match.to.type === undefined || numeric.has(match.to.type))) {
    const value = typeof match.to.value === 'string' && match.to.value.trim() !== '' ? Number(match.to.value) : match.to.value
    const number = typeof value === 'bigint' ? Number(value) : value
    return typeof number === 'number' && Number.isFinite(number) ? { op: match.op, value: number } : undefined
  }
  if (match.kind !== 'glob' || match.glob.length !== 1 || !/^-?\d+(?:\.\d+)?$/.test(String(match.glob[0]))) return undefined
  return { op: '=', value: Number(match.glob[0]) }
}

const numeric: ReadonlySet<string> = new Set(['long', 'int', 'real', 'decimal'])

/** Whether every number from 1 on passes. */
const always = ({ op, value }: Comparison): boolean =>
  op === '>' ? value < 1 : op === '>=' ? value <= 1 : op === '!=' && (value < 1 || !Number.isInteger(value))

/** The length of the pieces of time that a value cuts the time of an event into. */
function pieceOf(value: Scalar, rules: Rules): Millis | undefined {
  if (value.kind !== 'call') return undefined
  const [inner, size] = value.args
  const field = inner?.kind === 'call' && inner.fn.startsWith('cast:') ? inner.args[0] : inner
  if (field?.kind !== 'field' || !times.has(field.name)) return undefined
  const whole = { 'kusto:startofday': 86_400_000, 'kusto:startofweek': 604_800_000 }[value.fn as string]
  if (whole !== undefined && value.args.length === 1) return whole
  if (value.fn !== 'bin' || size?.kind !== 'literal') return undefined
  const number = Number(size.value)
  const length = rules === 'kusto' ? number / 10_000 : number * 1000
  return Number.isSafeInteger(length) && length > 0 ? length : undefined
}

/** The contrary of a condition, `not` in front of its tests. */
function pushed(of: Predicate): Predicate {
  switch (of.kind) {
    case 'and':
    case 'or':
      return { ...of, kind: of.kind === 'and' ? 'or' : 'and', args: of.args.map(pushed) }
    case 'not':
      return of.arg
    case 'const':
      return { ...of, value: !of.value }
    default:
      return { kind: 'not', arg: of, ...(of.span === undefined ? {} : { span: of.span }) }
  }
}

/** Names after a rename; the last one that fits counts. */
function renamed(before: Columns, names: readonly { readonly from: Glob; readonly to: Glob }[]): Columns {
  return name => {
    for (const { from, to } of [...names].reverse()) {
      const back = backThrough(to, from, name)
      if (back !== undefined) return before(back)
    }
    // A name that was given away is nobody's.
    return names.some(({ from, to }) => backThrough(from, to, name) !== undefined) ? undefined : before(name)
  }
}

/** The name in the form `into` of one in the form `of`, both of them texts with at most one star. */
function backThrough(of: Glob, into: Glob, name: string): string | undefined {
  const ends = (glob: Glob): readonly [string, string] | undefined => {
    const at = glob.findIndex(part => typeof part !== 'string')
    if (at === -1) return undefined
    const head = glob.slice(0, at)
    const tail = glob.slice(at + 1)
    return [...head, ...tail].every(part => typeof part === 'string') ? [head.join(''), tail.join('')] : undefined
  }
  const [from, to] = [ends(of), ends(into)]
  if (from === undefined || to === undefined) {
    const plain = of.every(part => typeof part === 'string') && into.every(part => typeof part === 'string')
    return plain && of.join('') === name ? into.join('') : undefined
  }
  if (!name.startsWith(from[0]) || !name.endsWith(from[1]) || name.length < from[0].length + from[1].length) return undefined
  return `${to[0]}${name.slice(from[0].length, name.length - from[1].length)}${to[1]}`
}

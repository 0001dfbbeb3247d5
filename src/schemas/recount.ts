// What a query over tables asks of counts of events as a correlation of Sigma's: kinds of events, groups, a time that slides, and thresholds; how that differs from the query is told.

import type { Column, Measure, Millis, Pipeline, Stage } from '../ir/pipeline.ts'
import type { Predicate, Scalar } from '../ir/predicate.ts'
import { visit } from '../ir/walk.ts'
import type { Span } from '../text/source.ts'
import { tellPredicate } from './lifted/asked.ts'
import { columnOf, type Holder } from './lifted/holders.ts'
import type { Comparison } from './simplify.ts'
import type { Counting, Counts } from './unfold.ts'

type Rules = Pipeline['rules']

/** How far a search looks back, and who says so. */
export interface Within {
  readonly length: Millis
  readonly by: string
}

/** The events that one table of a query gives, and what is asked of counts of them. */
export interface Found {
  readonly counts: Counts | undefined
  readonly rules: Rules
  readonly parts: { readonly holder: Holder; readonly leaf: Pipeline }[]
  /** What a value of its results is, in the columns of its table. */
  readonly value: (of: Scalar) => Scalar | undefined
}

export interface Recounting {
  refuse(what: string, span: Span | undefined): undefined
  readonly dropped: Map<string, Span | undefined>
  readonly within: Within | undefined
}

/** The correlation; undefined after something was refused. */
export function correlation(found: readonly Found[], recounting: Recounting): Pipeline | undefined {
  const { refuse, dropped } = recounting
  const [first] = found
  const counts = first?.counts
  const other = found.find(one => one.counts?.stage !== counts?.stage)
  if (first === undefined || counts === undefined || other !== undefined)
    return refuse('counts of one of several tables, beside results of the others', (counts ?? other?.counts)?.span)
  const length = lengthOf(counts, recounting)
  if (length === undefined) return undefined
  const parts = found.flatMap(one => one.parts.map(part => ({ ...part, rules: one.rules })))
  const groups = groupsOf(counts, parts, recounting)
  if (groups === undefined) return undefined
  const alone = counts.asked.length === 1
  const measures: Measure[] = []
  const tests: Predicate[] = []
  const branches: Pipeline[] = []
  for (const [at, asked] of counts.asked.entries()) {
    const name = alone ? 'measure' : `measure_${at + 1}`
    const measured = measuredIn(asked.counting, parts, recounting, counts.span)
    if (measured === undefined) return undefined
    const own = measured.leaves.map((leaf, place) => labelled(leaf, groups.columns[place]!, alone ? undefined : String(at)))
    if (alone || counts.asked.some(one => conditioned(one.counting))) branches.push(...own)
    else if (at === 0) branches.push(...measured.leaves.map((leaf, place) => labelled(leaf, groups.columns[place]!, undefined)))
    const split = !alone && counts.asked.some(one => conditioned(one.counting))
    measures.push({
      name,
      fn: asked.counting.fn,
      ...(measured.of === undefined ? {} : { of: measured.of }),
      ...(asked.counting.args === undefined ? {} : { args: asked.counting.args }),
      ...(split ? { where: ofLabel(String(at)) } : {}),
    })
    tests.push(...asked.tests.map(test => tested(name, test, counts.span)))
  }
  dropped.delete('groups and what is counted in them')
  dropped.delete('what is counted beside each event')
  for (const what of dropped.keys()) if (what.startsWith('events without a field that is grouped by')) dropped.delete(what)
  const stage: Stage = {
    kind: 'aggregate',
    by: groups.by,
    measures,
    window: { size: length, kind: 'sliding', report: 'rising' },
    having:
      tests.length === 1 ? tests[0]! : { kind: 'and', args: tests, ...(counts.span === undefined ? {} : { span: counts.span }) },
    ...(counts.span === undefined ? {} : { span: counts.span }),
  }
  return { from: { kind: 'union', of: branches }, stages: [stage], rules: 'sigma' }
}

const conditioned = ({ where, fn, of }: Counting): boolean => where !== undefined || (fn === 'count' && of !== undefined)

const labelColumn = 'rule'

function labelled(leaf: Pipeline, columns: readonly Column[], label: string | undefined): Pipeline {
  const all: readonly Column[] =
    label === undefined ? columns : [...columns, { name: labelColumn, value: { kind: 'literal', value: label, type: 'string' } }]
  return { ...leaf, stages: all.length === 0 ? leaf.stages : [...leaf.stages, { kind: 'extend', columns: all }], rules: 'sigma' }
}

const ofLabel = (label: string): Predicate => ({
  kind: 'test',
  subject: { kind: 'field', name: labelColumn },
  match: { kind: 'glob', glob: [label], fold: false },
})

function tested(name: string, { op, value }: Comparison, span: Span | undefined): Predicate {
  const place = span === undefined ? {} : { span }
  const compare = (of: '=' | '<' | '<=' | '>' | '>='): Predicate => ({
    kind: 'test',
    subject: { kind: 'field', name },
    match: { kind: 'compare', op: of, to: { kind: 'literal', value } },
    ...place,
  })
  return op === '!=' ? { kind: 'not', arg: compare('='), ...place } : compare(op)
}

/** The time of the correlation, with how it differs from that of the query. */
function lengthOf({ piece, reach, asked, span }: Counts, { refuse, dropped, within }: Recounting): Millis | undefined {
  const grows = asked.every(
    ({ counting: { fn }, tests }) => (fn === 'count' || fn === 'distinct') && tests.every(({ op }) => op === '>' || op === '>='),
  )
  const sums = asked.some(({ counting: { fn } }) => fn === 'sum')
  const length = reach ?? piece ?? within?.length
  if (length === undefined)
    return refuse('events are counted over all that a search looks at, and nothing says how long that is', span)
  if (length % 1000 !== 0) return refuse('events are counted in times that are no whole seconds', span)
  if (reach !== undefined) return reach
  const pieces =
    piece === undefined
      ? `events are counted over the ${told(length)} that ${within!.by} looks back`
      : `events are counted in pieces of ${told(length)} that begin at fixed times`
  dropped.set(
    `${pieces}, and here in ${told(length)} that slide: ${
      grows
        ? 'what one of those holds is within one of these, so this is wider'
        : sums && asked.every(({ tests }) => tests.every(({ op }) => op === '>' || op === '>='))
          ? 'where no value is negative, what one of those holds is within one of these, so this is wider'
          : 'what is asked of all that one of those holds is asked of other events here, so this is wider, and narrower where others come before'
    }`,
    span,
  )
  return length
}

/** A length of time as Sigma writes it. */
export function told(length: Millis): string {
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
  ] as const)
    if (length % size === 0) return `${length / size}${unit}`
  return `${length / 1000}s`
}

type Part = Found['parts'][number] & { readonly rules: Rules }

/** The field of an event that a value is, or why it is none; `rough` where groups of it are others. */
export function fieldOf(
  value: Scalar,
  part: Described,
): { readonly name: string; readonly rough?: Rough } | { readonly constant: true } | undefined {
  switch (value.kind) {
    case 'literal':
      return { constant: true }
    case 'field': {
      const column = columnOf(part.holder, value.name)
      return column === undefined ? undefined : column.kind === 'field' ? { name: column.name } : hubField(column, part)
    }
    case 'call': {
      const [first, ...others] = value.args
      if (first === undefined) return undefined
      const inner = same.has(value.fn) || finer.has(value.fn) ? fieldOf(first, part) : undefined
      if (inner !== undefined && finer.has(value.fn)) return 'constant' in inner ? inner : { name: inner.name, rough: 'finer' }
      if (inner !== undefined) return inner
      if (value.fn !== 'coalesce' || !others.every(other => other.kind === 'literal')) return undefined
      const of = fieldOf(first, part)
      return of === undefined || 'constant' in of ? of : { name: of.name, rough: of.rough ?? 'absent' }
    }
    default:
      return undefined
  }
}

/** Functions whose values are told apart as those that they are given. */
const same: ReadonlySet<string> = new Set([
  'text',
  'number',
  'kusto:tostring',
  'splunk:tostring',
  'kusto:tolong',
  'kusto:toint',
  'kusto:todouble',
  'kusto:toreal',
  'splunk:tonumber',
  'cast:string',
  'cast:long',
  'cast:int',
  'cast:real',
])
/** Functions that give several values the same. */
const finer: ReadonlySet<string> = new Set(['lower', 'upper', 'kusto:trim', 'splunk:trim'])

/** How the groups of a field differ from those of what was asked: smaller, without events that lack it, or without those that have it under another name. */
type Rough = 'finer' | 'absent' | 'several'

/** The events of one kind that are counted: what holds their columns, and what is asked of them. */
export type Described = Pick<Found['parts'][number], 'holder' | 'leaf'>

/** The field that a column keeps something of. */
function hubField(column: Scalar, part: Described): ReturnType<typeof fieldOf> {
  if (column.kind === 'literal') return { constant: true }
  if (column.kind === 'field') return { name: column.name }
  // A name unless it is one that stands for none.
  if (column.kind === 'case')
    return column.otherwise.kind === 'field' &&
      column.branches.every(({ then }) => then.kind === 'literal' && then.value === null)
      ? { name: column.otherwise.name, rough: 'absent' }
      : undefined
  if (column.kind !== 'call' || column.args[0] === undefined || column.fn.startsWith('event:')) return undefined
  if (column.fn === 'coalesce') {
    const all = column.args
      .map(arg => hubField(arg, part))
      .flatMap(found => (found === undefined || 'constant' in found ? [] : [found]))
    const foreign = ofSecurity(part) ? sensors : undefined
    const able = all.filter(found => foreign?.has(found.name) !== true)
    const [first, ...others] = able.length > 0 ? able : all
    if (first === undefined) return undefined
    return { name: first.name, rough: others.some(other => other.name !== first.name) ? 'several' : (first.rough ?? 'absent') }
  }
  const inner = hubField(column.args[0], part)
  if (inner === undefined || 'constant' in inner) return undefined
  if (same.has(column.fn) || column.fn.startsWith('cast:')) return inner
  return /^(?:lens:(?:basename|lower|account)|basename|lower|upper)$/.test(column.fn)
    ? { name: inner.name, rough: inner.rough === 'several' ? 'several' : 'finer' }
    : undefined
}

interface Joined {
  readonly names: readonly string[]
  /** Whether others stand in for these where one is absent. */
  readonly several: boolean
}

/** The fields that a column joins with texts between them, such as a domain and a name: groups by them all are the groups of the column. */
function joinedFields(value: Scalar, part: Described): Joined | undefined {
  if (value.kind !== 'field') return undefined
  const column = columnOf(part.holder, value.name)
  const several = column?.kind === 'call' && column.fn === 'coalesce'
  const of = several ? column.args[0] : column
  if (of?.kind !== 'call' || of.fn !== 'concat') return undefined
  const names = of.args.flatMap(arg => (arg.kind === 'field' ? [arg.name] : []))
  const texts = of.args.filter(arg => arg.kind === 'literal').length
  // Without a text between them two joined values may be those of another pair.
  return names.length === texts + 1 && names.length + texts === of.args.length ? { names, several } : undefined
}

/** What all of the parts join; undefined where they differ. */
function jointly(all: readonly (Joined | undefined)[]): Joined | undefined {
  const [first] = all
  return first !== undefined && all.every(one => one?.names.join('\0') === first.names.join('\0')) ? first : undefined
}

/** Fields of Sysmon that no event of the security log has (Microsoft, "Security auditing"; Sysmon's manifest). */
const sensors: ReadonlySet<string> = new Set([
  'User',
  'Image',
  'ParentImage',
  'SourceIp',
  'SourceHostname',
  'DestinationIp',
  'DestinationHostname',
  'TargetFilename',
  'TargetObject',
])

/** Whether events are asked for that only the security log has. */
function ofSecurity({ holder, leaf }: Described): boolean {
  if (holder.class.service === 'security') return true
  const asks = (of: Predicate): boolean => {
    if (of.kind === 'and' || of.kind === 'or') return of.args.some(asks)
    return (
      of.kind === 'test' &&
      of.subject.kind === 'field' &&
      of.subject.name === 'Channel' &&
      of.match.kind === 'glob' &&
      of.match.glob.length === 1 &&
      String(of.match.glob[0]).toLowerCase() === 'security'
    )
  }
  return leaf.stages.some(stage => stage.kind === 'filter' && asks(stage.where))
}

interface Groups {
  readonly by: readonly Column[]
  /** The columns that each part's events get for them. */
  readonly columns: readonly (readonly Column[])[]
}

function groupsOf(counts: Counts, parts: readonly Part[], { refuse, dropped }: Recounting): Groups | undefined {
  const by: Column[] = []
  const columns: Column[][] = parts.map(() => [])
  for (const key of counts.by) {
    const span = key.span ?? counts.span
    const fields = parts.map(part => fieldOf(key.value, part))
    const joined = fields.includes(undefined) ? jointly(parts.map(part => joinedFields(key.value, part))) : undefined
    if (joined !== undefined) {
      if (joined.several)
        dropped.set(
          `where ${joined.names.map(name => `"${name}"`).join(' or ')} is absent, groups by "${key.name}" are told apart there by what stands in for it, and here not: narrower`,
          span,
        )
      dropped.set('events without a value that is grouped by are a group of their own there, and here in none: narrower', span)
      for (const name of joined.names)
        if (!by.some(one => one.name === name))
          by.push({ name, value: { kind: 'field', name, ...(span === undefined ? {} : { span }) } })
      continue
    }
    if (fields.includes(undefined)) return refuse(`counts in groups by "${key.name}", which is no field of the events`, span)
    const named = fields.flatMap(field => (field === undefined || 'constant' in field ? [] : [field]))
    // One value for all of the events tells no groups apart.
    if (named.length === 0) continue
    if (named.length < fields.length) return refuse(`counts in groups by "${key.name}", which only some of the events have`, span)
    if (named.some(field => field.rough === 'finer'))
      dropped.set(
        `groups by "${key.name}" are told apart here by "${named[0]!.name}", of which that is a part or another spelling: groups are smaller, so this is narrower`,
        span,
      )
    if (named.some(field => field.rough === 'several'))
      dropped.set(
        `where "${named[0]!.name}" is absent, groups by "${key.name}" are told apart there by what stands in for it, and here not: narrower`,
        span,
      )
    if (named.some(field => field.rough === 'absent') || parts.some(part => part.rules === 'kusto'))
      dropped.set('events without a value that is grouped by are a group of their own there, and here in none: narrower', span)
    const name = named.every(field => field.name === named[0]!.name) ? named[0]!.name : key.name
    if (by.some(one => one.name === name)) continue
    by.push({ name, value: { kind: 'field', name, ...(span === undefined ? {} : { span }) } })
    for (const [at, field] of named.entries())
      if (field.name !== name) columns[at]!.push({ name, value: { kind: 'field', name: field.name } })
  }
  return { by, columns }
}

/** The field that is measured, and the events that it is measured of. */
function measuredIn(
  counting: Counting,
  parts: readonly Part[],
  { refuse, dropped }: Recounting,
  span: Span | undefined,
): { readonly of?: Scalar; readonly leaves: readonly Pipeline[] } | undefined {
  const leaves: Pipeline[] = []
  for (const { holder, leaf, rules } of parts) {
    const wanted: Predicate[] = counting.where === undefined ? [] : [counting.where]
    if (counting.fn === 'count' && counting.of !== undefined)
      wanted.push({ kind: 'test', subject: counting.of, match: { kind: 'present' } })
    const where = wanted.map(one => tellPredicate(one, holder, rules))
    if (where.includes(undefined))
      return refuse('a condition of a count has no exact counterpart in the names that other products are told in', span)
    leaves.push(
      where.length === 0
        ? leaf
        : {
            ...leaf,
            stages: [
              ...leaf.stages,
              { kind: 'filter', where: where.length === 1 ? where[0]! : { kind: 'and', args: where as Predicate[] } },
            ],
          },
    )
  }
  if (counting.fn === 'count' || counting.of === undefined) return { leaves }
  const scalars = counting.of.kind === 'call' && counting.of.fn === 'sigma:tuple' ? counting.of.args : [counting.of]
  const names: string[] = []
  for (const scalar of scalars) {
    const fields = parts.map(part => fieldOf(scalar, part))
    const [first] = fields
    if (
      first === undefined ||
      'constant' in first ||
      fields.some(field => field === undefined || 'constant' in field || field.name !== first.name)
    )
      return refuse(`the measure "${counting.fn}" is not taken of one field of the events`, scalar.span ?? span)
    if (first.rough === 'several') {
      if (counting.fn !== 'distinct')
        return refuse(`the measure "${counting.fn}" is taken of one field or another that stands in for it`, scalar.span ?? span)
      dropped.set(
        `where "${first.name}" is absent, what stands in for it is counted there and not here: narrower`,
        scalar.span ?? span,
      )
    }
    if (first.rough === 'finer') {
      if (counting.fn !== 'distinct')
        return refuse(`the measure "${counting.fn}" is taken of a part of a field`, scalar.span ?? span)
      dropped.set(`different values are counted here of "${first.name}", which has more of them: wider`, scalar.span ?? span)
    }
    names.push(first.name)
  }
  const all = names.map((name): Scalar => ({ kind: 'field', name }))
  return { of: all.length === 1 ? all[0]! : { kind: 'call', fn: 'sigma:tuple', args: all }, leaves }
}

/** How far back a query says that it looks, by the latest of the times told from now that its events must be after. */
export function reachOf(query: Pipeline): Within | undefined {
  let length: Millis | undefined
  const look = (of: Predicate): void => {
    if (of.kind === 'and') for (const arg of of.args) look(arg)
    if (of.kind !== 'test' || of.match.kind !== 'compare' || (of.match.op !== '>' && of.match.op !== '>=')) return
    const { to } = of.match
    if (to.kind !== 'call' || to.fn !== 'kusto:ago' || to.args[0]?.kind !== 'literal') return
    const millis = Math.round(Number(to.args[0].value) / 10_000)
    if (millis > 0 && (length === undefined || millis < length)) length = millis
  }
  visit(query, { stage: stage => void (stage.kind === 'filter' && look(stage.where)) })
  return length === undefined ? undefined : { length, by: 'the query' }
}

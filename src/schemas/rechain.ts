// Events of several kinds that a query over tables joins or wants one after the other, as a correlation of Sigma's in time; how that differs from the query is told.

import type { Pipeline, Stage, Step } from '../ir/pipeline.ts'
import type { Predicate, Scalar } from '../ir/predicate.ts'
import type { Span } from '../text/source.ts'
import type { Holder } from './lifted/holders.ts'
import { fieldOf, type Recounting, told } from './recount.ts'

type Join = Extract<Stage, { kind: 'join' }>

/** The events that one side of a join or step of a sequence asks for. */
export interface Side {
  readonly parts: readonly { readonly holder: Holder; readonly leaf: Pipeline }[]
  /** What a column of it is, in the columns of its table; undefined for what it makes. */
  readonly value: (of: Scalar) => Scalar | undefined
}

export interface Chaining extends Recounting {
  /** What a query for single events asks; undefined after something was refused. */
  events(of: Pipeline): Side | undefined
}

/** A sequence or sample as rules within a time; undefined after something was refused. */
export function chain(query: Pipeline, chaining: Chaining): Pipeline | undefined {
  const { from } = query
  const { refuse, dropped, within } = chaining
  if (from.kind !== 'sequence') return undefined
  const behind = query.stages.find(stage => stage.kind !== 'sort' && stage.kind !== 'project' && stage.kind !== 'limit')
  if (behind !== undefined) return refuse('what is done with a sequence that was found', behind.span ?? from.span)
  if (query.stages.length > 0) dropped.set('the order and limits of results', query.stages[0]!.span ?? from.span)
  if (from.until !== undefined) return refuse('an event that ends a sequence has no word in Sigma', from.span)
  if (from.match !== 'first') return refuse('every combination of events has no word in Sigma', from.span)
  const length = from.within ?? within?.length
  if (length === undefined) return refuse('events one after the other without a time that they must lie in', from.span)
  if (from.within === undefined)
    dropped.set(
      `the events may lie as far apart as ${within!.by} looks back, ${told(length)}, and here in any ${told(length)}: wider`,
      from.span,
    )
  const steps: Step[] = []
  for (const step of from.steps) {
    const what =
      step.absent === true
        ? 'an event that must be missing'
        : (step.times ?? 1) > 1
          ? 'an event that must come several times'
          : step.until !== undefined
            ? 'a condition that ends a step'
            : step.by.some(key => key.optional === true)
              ? 'a key that may be missing'
              : undefined
    if (what !== undefined) return refuse(`${what} has no word in Sigma's correlations`, step.of.from.span ?? from.span)
    const side = chaining.events({ ...step.of, rules: step.of.rules ?? query.rules })
    const made =
      side === undefined
        ? undefined
        : stepOf(
            side,
            step.by.map(key => key.value),
            chaining,
            step.of.from.span ?? from.span,
          )
    if (made === undefined) return undefined
    steps.push(made)
  }
  return {
    from: { kind: 'sequence', steps, ordered: from.ordered, match: 'first', within: length, ...place(from.span) },
    stages: [],
    rules: 'sigma',
  }
}

/** Two kinds of events with the same keys as rules within the time that the search looks back; undefined after something was refused. */
export function joined(query: Pipeline, join: Join, chaining: Chaining): Pipeline | undefined {
  const { refuse, dropped, within } = chaining
  const at = query.stages.indexOf(join)
  if (!kinds.has(join.how))
    return refuse(`a join of the kind "${join.how}" has no counterpart in Sigma's correlations`, join.span)
  if (join.on.length === 0 || join.on.some(key => key.by !== 'equal'))
    return refuse('a join by something else than equal keys', join.span)
  const other = query.stages.slice(at + 1).find(stage => !idle(stage))
  if (other !== undefined)
    return refuse(
      other.kind === 'join' ? 'a join of several queries' : 'a condition on what a join gives asks two events at once',
      other.span ?? join.span,
    )
  const length = join.within ?? within?.length
  if (length === undefined)
    return refuse('events are joined over all that a search looks at, and nothing says how long that is', join.span)
  if (length % 1000 !== 0) return refuse('events are joined in times that are no whole seconds', join.span)
  const sides = [
    { query: { ...query, stages: query.stages.slice(0, at) }, keys: join.on.map(key => key.left) },
    { query: { ...join.right, rules: join.right.rules ?? query.rules }, keys: join.on.map(key => key.right) },
  ]
  if (query.rules === 'kusto')
    dropped.set('events without a value in a key are joined with each other there, and here with none: narrower', join.span)
  const steps: Step[] = []
  for (const { query: of, keys } of sides) {
    const side = chaining.events(of)
    const step = side === undefined ? undefined : stepOf(side, keys, chaining, of.from.span ?? join.span)
    if (step === undefined) return undefined
    steps.push(step)
  }
  dropped.set(
    `events are joined over the ${told(length)} that ${join.within === undefined ? within!.by : 'the join'} looks back, and here in any ${told(length)}: what one of those holds is within one of these, so this is wider`,
    join.span,
  )
  return {
    from: { kind: 'sequence', steps, ordered: false, match: 'first', within: length, ...place(join.span) },
    stages: [],
    rules: 'sigma',
  }
}

/** Joins of which there is a row where both sides have one. */
const kinds: ReadonlySet<string> = new Set(['inner', 'innerunique', 'semi', 'rightsemi'])

/** Whether a stage behind a join lets a row of it through, whatever it is. */
function idle(stage: Stage): boolean {
  if (stage.kind === 'filter') return stage.where.kind === 'const' && stage.where.value
  if (stage.kind === 'limit') return stage.count > 0
  if (stage.kind === 'aggregate') return stage.by.length > 0 && stage.having === undefined && stage.window === undefined
  return stage.kind === 'extend' || stage.kind === 'project' || stage.kind === 'rename' || stage.kind === 'sort'
}

const place = (span: Span | undefined): { readonly span?: Span } => (span === undefined ? {} : { span })

/** One kind of events with its keys as fields of them. */
function stepOf(side: Side, keys: readonly Scalar[], { refuse, dropped }: Chaining, span: Span | undefined): Step | undefined {
  const [first] = side.parts
  if (first === undefined) return refuse('no event of a known kind fits this', span)
  const kind = (of: Side['parts'][number]): string => JSON.stringify(of.holder.class)
  // What a table holds of one kind of event in several forms is one rule with alternatives.
  const those = side.parts.filter(part => kind(part) === kind(first))
  const others = side.parts.filter(part => kind(part) !== kind(first))
  if (others.length > 0) {
    const said = others.map(({ holder: { class: of } }) => of.category ?? of.service ?? of.product ?? '')
    dropped.set(
      `a step takes ${[...new Set(said)].join(', ')} as well: one of a correlation is about one kind of event, so this is narrower`,
      span,
    )
  }
  const by: Step['by'][number][] = []
  for (const key of keys) {
    const value = side.value(key)
    const [field, ...more] = those.map(part => (value === undefined ? undefined : fieldOf(value, part)))
    if (
      field === undefined ||
      'constant' in field ||
      more.some(other => other === undefined || 'constant' in other || other.name !== field.name)
    )
      return refuse('a key of events is no field of them', key.span ?? span)
    if (field.rough === 'several')
      dropped.set(
        `where "${field.name}" is absent, another field stands in for it as a key there, and here none: narrower`,
        key.span ?? span,
      )
    if (field.rough === 'finer')
      dropped.set(
        `keys are told apart here by "${field.name}", of which they are a part or another spelling: narrower`,
        key.span ?? span,
      )
    by.push({ value: { kind: 'field', name: field.name, ...place(key.span) } })
  }
  const where = those.map((part): Predicate => {
    const args = part.leaf.stages.flatMap(stage => (stage.kind === 'filter' ? [stage.where] : []))
    return args.length === 1 ? args[0]! : { kind: 'and', args }
  })
  const leaf: Pipeline =
    those.length === 1 ? first.leaf : { ...first.leaf, stages: [{ kind: 'filter', where: { kind: 'or', args: where } }] }
  return { of: { ...leaf, rules: 'sigma' }, by }
}

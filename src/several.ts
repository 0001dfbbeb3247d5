// Rules that ask several events: a target's query, or another rule, put before streams of events made around thresholds, windows, keys and order.

import type { Event, Value } from './ir/event.ts'
import { or } from './ir/logic.ts'
import type { Millis, Pipeline } from './ir/pipeline.ts'
import type { Predicate } from './ir/predicate.ts'
import { formatTime } from './ir/time.ts'
import { type DecideOptions, decide, example, type Side } from './proof/decide.ts'
import { formOf } from './proof/form.ts'
import { Limit } from './proof/limits.ts'
import { asked, sideOf } from './proof/sides.ts'
import {
  asksFor,
  type Kind,
  type Parted,
  type Plot,
  part,
  plotOf,
  type Run,
  type StreamOptions,
  streamsOf,
} from './proof/streams.ts'

/** One side: its query, and how it is asked of a stream. */
export interface Several {
  readonly query: Pipeline
  readonly run: Run
}

export interface SeveralOptions {
  /** The tables that a name stands for, as `asked` takes it. */
  readonly table: (name: string) => readonly string[]
  /** What is understood of a question for single events, where that is more than stands in it. */
  readonly told?: (where: Predicate) => Predicate
  /** How single events are looked at. */
  readonly reading: (left: Predicate, right: Predicate) => { readonly where: Predicate; readonly reading: DecideOptions }
  /** Fields that hold the time of an event, in the forms that they have it in. */
  /** How long a stream may be: how far back the one that searches looks. */
  readonly longest?: Millis
  /** Whether events of one time have no order. */
  readonly unordered?: boolean
  readonly times?: readonly { readonly field: string; readonly form: 'text' | 'seconds' | 'milliseconds' }[]
}

export type SeveralVerdict =
  | { readonly verdict: 'equivalent' }
  | { readonly verdict: 'parted'; readonly parted: Parted }
  | { readonly verdict: 'undecided'; readonly why: string }

/** Queries for single events that both sides may stand on together: each stream is put before all of them. */
const mostSources = 96

/** Two questions of which one at least asks several events: of one form, or put before streams. */
export function severally(left: Several, right: Several, options: SeveralOptions): SeveralVerdict {
  if (formOf(left.query) === formOf(right.query)) return { verdict: 'equivalent' }
  const plots = [plotOf([left.query]), plotOf([right.query])] as const
  try {
    const sources = plots[0].sources.length + plots[1].sources.length
    if (sources > mostSources)
      return {
        verdict: 'undecided',
        why: `the two stand on ${sources} queries, and at most ${mostSources} are put before streams`,
      }
    const made = kindsOf(plots, left.query, right.query, options)
    if ('why' in made) return { verdict: 'undecided', why: made.why }
    const timed = timer(options.times ?? [])
    const given: StreamOptions = { timed, possible: made.possible }
    const plot = plotOf([left.query, right.query])
    const how = { timed, unordered: options.unordered === true, asked: asksFor(plot) }
    const { longest = Number.POSITIVE_INFINITY } = options
    const streams = streamsOf(plot, made.kinds, given).filter(
      stream => (stream.at(-1)?.time ?? 0) - (stream[0]?.time ?? 0) < longest,
    )
    return { verdict: 'parted', parted: part(left.run, right.run, streams, how) }
  } catch (error) {
    if (error instanceof Limit) return { verdict: 'undecided', why: error.what }
    throw error
  }
}

interface Question {
  /** What is asked, as far as that is understood. */
  readonly where: Predicate
  readonly side: Side
  readonly step: number
}

/** What a query's single events are asked, each of its sources by itself. */
function questions(
  plot: Plot,
  outer: Pipeline['rules'],
  { table, told = of => of }: SeveralOptions,
): readonly Question[] | { readonly why: string } {
  const out: Question[] = []
  for (const { query, step } of plot.sources) {
    const found = asked(query, { table })
    if ('beyond' in found) return { why: `one of its queries ${found.beyond}` }
    const where = told(found.where)
    out.push({ where, side: { ...sideOf(found.where, query.rules ?? outer), where }, step })
  }
  return out
}

/** Events that each source is true of, and those on which the sources of the two sides part. */
function kindsOf(
  plots: readonly [Plot, Plot],
  left: Pipeline,
  right: Pipeline,
  options: SeveralOptions,
): { readonly kinds: readonly Kind[]; readonly possible: (event: Event) => boolean } | { readonly why: string } {
  const [a, b] = [questions(plots[0], left.rules, options), questions(plots[1], right.rules, options)]
  if ('why' in a) return { why: `the first: ${a.why}` }
  if ('why' in b) return { why: `the second: ${b.why}` }
  const all = (of: readonly Question[]): Predicate => or(of.map(one => one.where))
  const { reading, where } = options.reading(all(a), all(b))
  // What is only understood to be asked is told apart from what is.
  const sideOfAll = (of: readonly Question[], whole: Predicate, rules: Pipeline['rules']): Side =>
    options.told === undefined ? sideOf(whole, rules) : { where: whole, ask: event => of.some(one => one.side.ask(event)) }
  const sides = { left: sideOfAll(a, where, left.rules), right: sideOfAll(b, all(b), right.rules) }
  const kinds: Kind[] = []
  const add = (event: Event, step: number): void => {
    const key = JSON.stringify([event.fields, event.raw, step])
    if (!kinds.some(kind => JSON.stringify([kind.event.fields, kind.event.raw, kind.step]) === key)) kinds.push({ event, step })
  }
  const single: Side[] = [...a, ...b].map(one => one.side)
  for (const one of a) {
    const found = example(one.side, reading)
    if ('event' in found) add(found.event, one.step)
    else if ('unknown' in found) return { why: found.unknown }
  }
  // Events on which the single questions part are what a stream must not be without.
  const parting = decide(sides.left, sides.right, reading)
  if (parting.verdict === 'differs') add(parting.event, 0)
  if (kinds.length === 0) return { why: 'no event was found that the first side could count' }
  const possible = (event: Event): boolean => {
    try {
      return single.some(side => side.ask(event))
    } catch (error) {
      if (error instanceof Limit) return false
      throw error
    }
  }
  return { kinds, possible }
}

/** Writes the time of an event into the fields that hold it. */
function timer(times: NonNullable<SeveralOptions['times']>): (event: Event) => Event {
  return event => {
    if (event.time === undefined || times.length === 0) return event
    const fields: Record<string, Value> = { ...event.fields }
    for (const { field, form } of times)
      fields[field] = form === 'text' ? formatTime(event.time, event.ticks) : form === 'seconds' ? event.time / 1000 : event.time
    return { ...event, fields }
  }
}

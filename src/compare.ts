// Two detections, in any languages: equal, one within the other, overlapping or disjoint, with an event for each side of the claim.

import type { Detection } from './ir/detection.ts'
import type { Event } from './ir/event.ts'
import type { Pipeline } from './ir/pipeline.ts'
import { rewrite } from './ir/walk.ts'
import { decide, example, type Relation, relate, type Side } from './proof/decide.ts'
import { lawsOf, typesOf } from './proof/laws.ts'
import { Limit } from './proof/limits.ts'
import { asked, classField, sideOf } from './proof/sides.ts'
import { schemas } from './schemas/index.ts'
import { createLift } from './schemas/lift.ts'

export type { Relation } from './proof/decide.ts'

/** A detection as a question about single events in Sigma's names, or why it is none. */
export type Questioned = { readonly side: Side; readonly source: string } | { readonly beyond: string }

/** What a detection asks; one over a product's tables is told in Sigma's names first. */
export function questioned(detection: Detection): Questioned {
  const { query } = detection
  lift ??= createLift(schemas)
  const hub = query.from.kind === 'table' ? lift(query, () => false) : undefined
  if (hub !== undefined && hub.missing.length > 0)
    return { beyond: `reads the table "${hub.missing[0]}", which no log is known to be in` }
  const found = asked(hub === undefined ? query : withoutOwnRows(hub.query), { table: () => [] })
  if ('beyond' in found) return found
  if (found.grouped) return { beyond: 'counts events' }
  const { from } = query
  const source = from.kind === 'class' ? JSON.stringify([from.class.product, from.class.category, from.class.service]) : ''
  return { side: sideOf(found.where, query.rules), source }
}

let lift: ReturnType<typeof createLift> | undefined

/** A table that was told as events of logs; its own rows, as exports have them, are no events of Sigma's. */
function withoutOwnRows(query: Pipeline): Pipeline {
  return rewrite(query, {
    pipeline: of =>
      of.from.kind === 'union' ? { ...of, from: { ...of.from, of: of.from.of.filter(part => part.from.kind !== 'table') } } : of,
  })
}

/** How two detections relate. Events are told in Sigma's names; `$class.category` and the like is their log source. */
export function compare(a: Detection, b: Detection): Relation {
  const left = questioned(a)
  const right = questioned(b)
  for (const [side, of] of [
    [left, a],
    [right, b],
  ] as const)
    if ('beyond' in side)
      return { relation: 'undecided', why: `"${of.title}" ${side.beyond}, and only questions about single events are decided` }
  if ('beyond' in left || 'beyond' in right) throw new Error('this is a bug in Terrier: a side that is no question was compared')
  return plain(relate(left.side, right.side, { laws: lawsOf(typesOf([left.side.where, right.side.where])) }))
}

/** Events without the marks of their log source. */
function plain(relation: Relation): Relation {
  const without = (event: Event | undefined): Event | undefined =>
    event === undefined
      ? undefined
      : {
          ...event,
          fields: Object.fromEntries(
            Object.entries(event.fields).map(([name, value]) => [
              name.startsWith(classField) ? `logsource.${name.slice(classField.length)}` : name,
              value,
            ]),
          ),
        }
  const { onlyA, onlyB, both, ...rest } = relation
  return {
    ...rest,
    ...(onlyA === undefined ? {} : { onlyA: without(onlyA)! }),
    ...(onlyB === undefined ? {} : { onlyB: without(onlyB)! }),
    ...(both === undefined ? {} : { both: without(both)! }),
  }
}

/** Two rules of a collection of which one is within the other, or that are the same. */
export interface Pair {
  readonly a: Detection
  readonly b: Detection
  readonly relation: 'equal' | 'narrower'
}

export interface Collection {
  readonly pairs: readonly Pair[]
  /** Rules that no event can match. */
  readonly never: readonly Detection[]
  /** Rules that are no questions about single events, or could not be decided. */
  readonly left: readonly { readonly detection: Detection; readonly why: string }[]
}

/** Whether a question is true of an event, or the engine gave up on it. */
function mayHold(side: Side, event: Event): boolean {
  try {
    return side.ask(event)
  } catch (error) {
    if (error instanceof Limit) return true
    throw error
  }
}

/**
 * A whole collection against itself, log source by log source: a rule lies within another only if the other matches an event made for it, so that
 * few pairs are left to decide.
 */
export function compareAll(detections: readonly Detection[]): Collection {
  const groups = new Map<string, { readonly detection: Detection; readonly side: Side; events: readonly Event[] }[]>()
  const left: Collection['left'][number][] = []
  const never: Detection[] = []
  for (const detection of detections) {
    if (detection.silent) continue
    const found = questioned(detection)
    if ('beyond' in found) {
      left.push({ detection, why: found.beyond })
      continue
    }
    const witness = example(found.side)
    if ('none' in witness) {
      never.push(detection)
      continue
    }
    if ('unknown' in witness) {
      left.push({ detection, why: witness.unknown })
      continue
    }
    const group = groups.get(found.source) ?? []
    group.push({ detection, side: found.side, events: [witness.event] })
    groups.set(found.source, group)
  }
  const pairs: Pair[] = []
  for (const group of groups.values())
    for (const [place, a] of group.entries())
      for (const [other, b] of group.entries()) {
        if (place === other || !a.events.every(event => mayHold(b.side, event))) continue
        // A lies within B when it is the same as A and B together.
        const both: Side = {
          where: { kind: 'and', args: [a.side.where, b.side.where] },
          ask: event => a.side.ask(event) && b.side.ask(event),
        }
        const within = decide(a.side, both)
        if (within.verdict !== 'equivalent') continue
        const back = b.events.every(event => mayHold(a.side, event)) && decide(b.side, both).verdict === 'equivalent'
        if (back && place > other) continue
        pairs.push({ a: a.detection, b: b.detection, relation: back ? 'equal' : 'narrower' })
      }
  return { pairs, never, left }
}

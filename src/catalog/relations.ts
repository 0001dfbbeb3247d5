// How the rules of a collection stand to each other, with what was found before kept in a store: a rule that did not change is compared with the changed ones alone.

import { type Beside, compareAll, type Memory, type Witness } from '../collection.ts'
import type { Detection } from '../ir/detection.ts'
import type { Event } from '../ir/event.ts'
import { isRecord } from '../ir/event.ts'
import type { EventFact, RelatedFact } from './entry.ts'
import { plainEvent } from './plain.ts'

/** A fact of two rules, from the side of `of`. */
export interface Related extends Pick<RelatedFact, 'relation' | 'onlyThis' | 'onlyOther' | 'both'> {
  readonly of: number
  readonly other: number
}

/** Overlapping rules that are told of one rule. */
const mostOverlaps = 12

/** What an earlier comparison left, by the places of keys: witnesses with the log source, and which rules were within or beside which. */
interface Kept {
  readonly version: 2
  readonly keys: readonly string[]
  readonly witnesses: readonly (readonly [number, 'event' | 'none' | 'unknown', string, EventFact | null])[]
  readonly besides: readonly (readonly [number, number, boolean, EventFact | null, EventFact | null])[]
}

function readKept(text: string | undefined): Kept | undefined {
  if (text === undefined) return undefined
  try {
    const read = JSON.parse(text) as unknown
    return isRecord(read as never) && (read as Kept).version === 2 && Array.isArray((read as Kept).keys)
      ? (read as Kept)
      : undefined
  } catch {
    return undefined
  }
}

const eventOf = (fact: EventFact | null): Event | undefined => (fact === null ? undefined : { fields: fact })

/** Compares a collection. `keys` are the detections' content keys; `kept` is what the last comparison left, and the new one is returned beside the facts. */
export function relationsOf(
  detections: readonly Detection[],
  keys: readonly string[],
  kept: string | undefined,
): { readonly related: readonly Related[]; readonly never: readonly number[]; readonly kept: string } {
  const places = new Map(detections.map((detection, place) => [detection, place]))
  const before = readKept(kept)
  const numbers = new Map(before?.keys.map((key, number) => [key, number]))
  const witnesses = new Map(before?.witnesses.map(one => [one[0], one]))
  const rows = new Map<number, Map<number, Kept['besides'][number]>>()
  for (const one of before?.besides ?? []) {
    const row = rows.get(one[0]) ?? new Map<number, Kept['besides'][number]>()
    rows.set(one[0], row)
    row.set(one[1], one)
  }
  // The place of each rule in the last comparison: every pair of rules asks for it.
  const earlier = keys.map(key => numbers.get(key) ?? -1)
  const made: { witnesses: Kept['witnesses'][number][]; besides: Kept['besides'][number][] } = { witnesses: [], besides: [] }
  const nothing: Beside = { within: false }
  const memory: Memory = {
    witness(place, make) {
      const known = witnesses.get(earlier[place]!)
      const found = known === undefined ? make() : witnessOf(known)
      if ('unknown' in found) made.witnesses.push([place, 'unknown', found.unknown, null])
      else if ('none' in found) made.witnesses.push([place, 'none', found.source, null])
      else made.witnesses.push([place, 'event', found.source, plainEvent(found.event)])
      return found
    },
    beside(a, b, make) {
      const [first, second] = [earlier[a]!, earlier[b]!]
      let found: Beside
      if (first < 0 || second < 0)
        // The same rule given twice.
        found = keys[a] === keys[b] ? { within: true } : make()
      else if (first === second) found = { within: true }
      else {
        const known = rows.get(first)?.get(second)
        if (known === undefined) return nothing
        const [both, only] = [eventOf(known[3]), eventOf(known[4])]
        found = {
          within: known[2],
          ...(both === undefined ? {} : { both }),
          ...(only === undefined ? {} : { only }),
        }
      }
      if (found.within || found.both !== undefined)
        made.besides.push([
          a,
          b,
          found.within,
          found.both === undefined ? null : plainEvent(found.both),
          found.only === undefined ? null : plainEvent(found.only),
        ])
      return found
    },
  }
  const { pairs, overlaps, never } = compareAll(detections, { memory })
  const related: Related[] = []
  for (const { a, b, relation } of pairs) {
    const [of, other] = [places.get(a)!, places.get(b)!]
    related.push({ of, other, relation })
    related.push({ of: other, other: of, relation: relation === 'equal' ? 'equal' : 'wider' })
  }
  const told = new Map<number, number>()
  for (const { a, b, both, onlyA, onlyB } of overlaps) {
    const [of, other] = [places.get(a)!, places.get(b)!]
    for (const [one, two, first, second] of [
      [of, other, onlyA, onlyB],
      [other, of, onlyB, onlyA],
    ] as const) {
      const count = told.get(one) ?? 0
      if (count >= mostOverlaps) continue
      told.set(one, count + 1)
      related.push({
        of: one,
        other: two,
        relation: 'overlapping',
        both: plainEvent(both),
        ...(first === undefined ? {} : { onlyThis: plainEvent(first) }),
        ...(second === undefined ? {} : { onlyOther: plainEvent(second) }),
      })
    }
  }
  const text = JSON.stringify({ version: 2, keys, ...made } satisfies Kept)
  return { related, never: never.map(detection => places.get(detection)!), kept: text }
}

function witnessOf([, kind, source, event]: Kept['witnesses'][number]): Witness {
  if (kind === 'unknown') return { unknown: source }
  return kind === 'none' ? { source, none: true } : { source, event: { fields: event ?? {} } }
}

// Which events stand behind a result: the first and the last ones, the rest counted. Rows that come from no event leave no trail.

import type { Event, Value } from '../../ir/event.ts'
import { compareTimes, type Row } from '../row.ts'
import type { Session } from './session.ts'

export interface Trail {
  add(row: Row): void
  /** A result of these columns, with the time of its latest row. */
  row(fields: Readonly<Record<string, Value>>): Row
}

const half = 500
const nobody: readonly Event[] = []
const empty: Row = { order: 0, fields: {}, events: nobody, schema: '', branch: 0 }

/** Collects the events of contributing rows. Each event counts once for each row it is in. */
export function createTrail(session: Session): Trail {
  let first: Event[] | undefined
  let last: Event[] | undefined
  let place = 0
  let omitted = 0
  let latest: Row | undefined
  return {
    add(row) {
      if (latest === undefined || (row.time !== undefined && (latest.time === undefined || compareTimes(row, latest) >= 0)))
        latest = row
      if (row.events.length === 0) return
      omitted += row.omitted ?? 0
      first ??= []
      for (const event of row.events) {
        if (first.length < half) {
          if (first.at(-1) === event) continue
          if (session.keepEvent()) first.push(event)
          else omitted++
          continue
        }
        last ??= []
        if (last.length < half) {
          if (session.keepEvent()) last.push(event)
          else omitted++
        } else {
          last[place++ % half] = event
          omitted++
        }
      }
    },
    row(fields) {
      if (latest === undefined) return { ...empty, fields }
      const turned =
        last === undefined || place === 0 ? (last ?? []) : [...last.slice(place % half), ...last.slice(0, place % half)]
      const { time, ticks, order, schema } = latest
      return {
        time,
        ticks,
        order,
        schema,
        branch: 0,
        fields,
        events: first === undefined ? nobody : turned.length === 0 ? first : [...first, ...turned],
        ...(omitted === 0 ? {} : { omitted }),
      }
    },
  }
}

/** The events behind a row that two others make. */
export function bothEvents(a: Row, b: Row): readonly Event[] {
  if (b.events.length === 0) return a.events
  if (a.events.length === 0) return b.events
  const all = [...a.events, ...b.events.filter(event => !a.events.includes(event))]
  return all.length <= 2 * half ? all : [...all.slice(0, half), ...all.slice(-half)]
}

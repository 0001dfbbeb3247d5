// Which events stand behind a result: the first and the last ones, the rest counted. Rows that come from no event leave no trail.

import type { Event, Value } from '../../ir/event.ts'
import { compareTimes, type Row } from '../row.ts'
import type { Session } from './session.ts'

const half = 500
const nobody: readonly Event[] = []
const empty: Row = { order: 0, fields: {}, events: nobody, schema: '', branch: 0 }

/** What is known of the rows behind one result. A class, because there is one for each of very many groups. */
export class Trail {
  #latest: Row
  #first: Event[] | undefined
  #last: Event[] | undefined
  #place = 0
  #omitted = 0

  constructor(row: Row, session: Session) {
    this.#latest = row
    this.add(row, session)
  }

  /** Takes a row that comes from events or has a time. Each event counts once for each row it is in. */
  add(row: Row, session: Session): void {
    if (row.time !== undefined && (this.#latest.time === undefined || compareTimes(row, this.#latest) >= 0)) this.#latest = row
    if (row.events.length === 0) return
    this.#omitted += row.omitted ?? 0
    this.#first ??= []
    for (const event of row.events) {
      if (this.#first.length < half) {
        if (this.#first.at(-1) === event) continue
        if (session.keepEvent()) this.#first.push(event)
        else this.#omitted++
        continue
      }
      this.#last ??= []
      if (this.#last.length < half) {
        if (session.keepEvent()) this.#last.push(event)
        else this.#omitted++
      } else {
        this.#last[this.#place++ % half] = event
        this.#omitted++
      }
    }
  }

  /** A result of these columns, with the time of its latest row. */
  row(fields: Readonly<Record<string, Value>>): Row {
    const [first, last, at] = [this.#first ?? nobody, this.#last, this.#place % half]
    const turned = last === undefined || at === 0 ? (last ?? nobody) : [...last.slice(at), ...last.slice(0, at)]
    const { time, ticks, order, schema } = this.#latest
    return {
      time,
      ticks,
      order,
      schema,
      branch: 0,
      fields,
      events: turned.length === 0 ? first : [...first, ...turned],
      ...(this.#omitted === 0 ? {} : { omitted: this.#omitted }),
    }
  }
}

/** Whether a row leaves a trail: it comes from events, or has a time. */
export const leavesTrail = (row: Row): boolean => row.events.length > 0 || row.time !== undefined

/** A result that no event stands behind. */
export const bare = (fields: Readonly<Record<string, Value>>): Row => ({ ...empty, fields })

/** The events behind a row that two others make. */
export function bothEvents(a: Row, b: Row): readonly Event[] {
  if (b.events.length === 0) return a.events
  if (a.events.length === 0) return b.events
  const all = [...a.events, ...b.events.filter(event => !a.events.includes(event))]
  return all.length <= 2 * half ? all : [...all.slice(0, half), ...all.slice(-half)]
}

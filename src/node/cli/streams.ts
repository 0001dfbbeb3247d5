// Streams of events as `compare` and `diff` show them: an event a line, with its time.

import type { Compared } from '../../compare.ts'
import type { Event } from '../../ir/event.ts'
import { formatTime } from '../../ir/time.ts'
import { jsonText } from '../report/value.ts'

type Streams = Compared['streams']

const eventsOf = (stream: readonly Event[] | undefined) =>
  stream === undefined
    ? null
    : stream.map(({ time, ticks, fields }) => (time === undefined ? fields : { _time: formatTime(time, ticks), ...fields }))

/** Streams as JSON: lists of events that have their time under `_time`, as tests have it; null where single events are asked about. */
export function streamsRow(streams: Streams) {
  if (streams === undefined) return null
  const { onlyA, onlyB, both, tried } = streams
  return { onlyA: eventsOf(onlyA), onlyB: eventsOf(onlyB), both: eventsOf(both), tried }
}

/** A stream for people: an event a line. */
export function streamLines(stream: readonly Event[]): string {
  return stream
    .map(({ time, ticks, fields }) => `    ${time === undefined ? '' : `${formatTime(time, ticks)} `}${jsonText(fields)}\n`)
    .join('')
}

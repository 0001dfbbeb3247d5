// What a record is and what it says of itself, for verbs that look at logs without rules: its schema, its time, and values by the names people use.

import { describeEvent } from '../../engine/engine.ts'
import { createMatcher } from '../../engine/match.ts'
import { accessor, asText, type Event, isRecord, type Value } from '../../ir/event.ts'
import { parseTime } from '../../ir/time.ts'
import { derived } from '../../schemas/derive.ts'
import { schemas } from '../../schemas/index.ts'
import type { Schema } from '../../schemas/schema.ts'
import { firstOf } from '../../schemas/translate.ts'
import { columnsOf } from '../report/field.ts'

/** Which schema knows a record: the one its format claims, else the first that recognises it. */
export function recogniser(): (event: Event, claimed: string) => Schema | undefined {
  const matcher = createMatcher()
  const shapes = schemas
    .filter(schema => schema.beside === undefined && schema.recognise !== undefined && schema.optIn !== true)
    .map(schema => ({ schema, ask: matcher.compile(schema.recognise!) }))
  const claims = new Map(schemas.map(schema => [schema.id, schema]))
  return (event, claimed) => {
    const known = claims.get(claimed)
    if (known !== undefined) return known
    matcher.look(event)
    return shapes.find(shape => shape.ask())?.schema
  }
}

/** When a record happened: the time its format tells, else the first of its schema's columns for it. */
export function timeOf(event: Event, schema: Schema | undefined): { readonly time: number; readonly ticks?: number } | undefined {
  if (event.time !== undefined) return { time: event.time, ticks: event.ticks }
  const written = firstOf(event, schema?.time)
  return written === undefined ? undefined : parseTime(written)
}

/** A record with what is known of it. */
export interface Known {
  readonly event: Event
  readonly schema: Schema | undefined
  readonly time: { readonly time: number; readonly ticks?: number } | undefined
  readonly format: string
}

type Reader = (of: Known) => Value | undefined

const levelColumns = [
  'level',
  'Level',
  'LevelDisplayName',
  'winlog.level',
  'log.level',
  'Event.System.Level',
  'Severity',
  'severity',
  'SeverityLevel',
  'PRIORITY',
  'syslog.severity.name',
]

const logonColumns = [
  'LogonType',
  'winlog.event_data.LogonType',
  'EventData.LogonType',
  'Event.EventData.LogonType',
  'logon_type',
]

const first =
  (columns: readonly string[]): Reader =>
  of => {
    for (const name of columns) {
      for (const column of columnsOf(of.schema, name)) {
        const value = firstOf(of.event, [column])
        if (value !== undefined) return value
      }
    }
    return undefined
  }

const dated =
  (length: number, text = (iso: string) => iso): Reader =>
  ({ time }) => {
    if (time === undefined || Math.abs(time.time) > 8.64e15) return undefined
    return text(new Date(time.time).toISOString()).slice(0, length)
  }

/** Names that mean the same in every log. */
const everywhere: Readonly<Record<string, { readonly about: string; readonly read: Reader }>> = {
  eid: { about: 'event id', read: of => describeEvent(of.event, of.schema).eventId },
  host: { about: 'host', read: of => describeEvent(of.event, of.schema).host },
  user: { about: 'user', read: of => describeEvent(of.event, of.schema).user },
  channel: { about: 'channel', read: of => describeEvent(of.event, of.schema).channel },
  level: { about: 'level or severity, as the log says it', read: first(levelColumns) },
  logon: { about: 'logon type of Windows', read: first(logonColumns) },
  hour: { about: 'hour, with its date (UTC)', read: dated(13) },
  day: { about: 'day (UTC)', read: dated(10) },
  clock: { about: 'hour of the day (UTC)', read: dated(2, iso => iso.slice(11)) },
  weekday: {
    about: 'day of the week (UTC)',
    read: ({ time }) =>
      time === undefined || Math.abs(time.time) > 8.64e15
        ? undefined
        : ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'][new Date(time.time).getUTCDay()],
  },
  file: { about: 'file, and member of an archive', read: ({ event: { origin } }) => origin?.member ?? origin?.source },
  format: { about: 'log format', read: of => of.format },
  shape: { about: 'schema that knows the record', read: of => of.schema?.id ?? 'unknown' },
}

/** Those names with what they mean. */
export const knownNames: readonly (readonly [name: string, about: string])[] = Object.entries(everywhere).map(
  ([name, { about }]) => [name, about],
)

/** A field that rules know and no log has (`QueryZone`), computed from those that it follows from. */
function computing(name: string): Reader {
  const { from, also = [], optional = [], fn } = derived[name]!
  const needed = [from, ...also].map(valueReader)
  const helpful = optional.map(valueReader)
  const text = (value: Value | undefined) => (value === undefined || value === null ? undefined : asText(value))
  return of => {
    const [first, ...others] = needed.map(read => text(read(of)))
    if (first === undefined || others.includes(undefined)) return undefined
    return fn(first, ...others, ...helpful.map(read => text(read(of))))
  }
}

/**
 * What finds the value of a name in a record: the record's own field (also a path: `process.name`), else the column in which its schema
 * keeps Sigma's field of that name, else what the name means everywhere (`host`, `eid`, `hour` …).
 */
export function valueReader(name: string): Reader {
  const own = accessor(name)
  const columns = new Map<Schema | undefined, readonly string[]>()
  // Also the schemas that read the same records otherwise: 4688 as process creation beside the Windows event log.
  const columnsIn = (schema: Schema | undefined) => {
    let found = columns.get(schema)
    if (found === undefined) {
      const beside = schemas.filter(other => other.beside !== undefined && other.beside === schema?.id && other.optIn !== true)
      found = [schema, ...beside].flatMap(one => columnsOf(one, name)).filter(column => column !== name)
      columns.set(schema, found)
    }
    return found
  }
  const general = Object.hasOwn(everywhere, name) ? everywhere[name]!.read : undefined
  const computed = Object.hasOwn(derived, name) ? computing(name) : undefined
  return of => {
    const value = own(of.event.fields)
    // ECS has objects of that name, which say less than what is in them.
    if (value !== undefined && value !== null && !(general !== undefined && isRecord(value))) return value
    return firstOf(of.event, columnsIn(of.schema)) ?? computed?.(of) ?? general?.(of) ?? value
  }
}

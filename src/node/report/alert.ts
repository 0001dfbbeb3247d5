// One alert as every report needs it: the object of the command line contract, and what people look at first.

import type { Alert } from '../../engine/run.ts'
import type { Detection, Level } from '../../ir/detection.ts'
import { accessor, asText, type Event, type Origin, type Value } from '../../ir/event.ts'
import type { Schema } from '../../schemas/schema.ts'
import { firstOf } from '../../schemas/translate.ts'
import { columnsOf, namesTested } from './field.ts'
import { isoTime, type Json, json, plain, whole } from './value.ts'

/** Where an event was read. Keys that do not apply are null. */
export interface SourceRow {
  readonly file: string
  readonly member: string | null
  readonly record: number | string | null
  readonly line: number | null
  readonly index: number
}

/** One alert as JSON: the contract that scripts rely on. */
export interface AlertRow {
  readonly time: string | null
  readonly rule: { readonly id: string; readonly title: string; readonly level: Level; readonly file: string }
  readonly attack: readonly string[]
  readonly source: SourceRow | null
  readonly sources: readonly SourceRow[]
  readonly host: string | null
  readonly user: string | null
  /** The event's fields under the names of its source; of a correlation, the group and the measures. */
  readonly fields: Readonly<Record<string, Json>>
  readonly risk: {
    readonly score: number
    readonly message: string
    readonly entities: readonly { readonly kind: string; readonly value: string; readonly score: number }[]
  } | null
}

/** An alert with everything a report may show of it. */
export interface Found {
  readonly alert: Alert
  readonly detection: Detection
  readonly row: AlertRow
  readonly channel: string | null
  readonly eventId: string | null
  /** The fields that tell most, in order: those the rule asks about, then the usual ones. At most six. */
  readonly telling: readonly (readonly [name: string, text: string])[]
  /** One line that says what happened. */
  readonly message: string
}

/** Where an event was read, as JSON. */
export function sourceRow(origin: Origin): SourceRow {
  return {
    file: origin.source,
    member: origin.member ?? null,
    record: origin.record === undefined ? null : whole(origin.record),
    line: origin.line ?? null,
    index: origin.index,
  }
}

/** What a detection shows first, worked out once per detection and schema. */
const asked = new WeakMap<Detection, readonly string[]>()

function testedBy(detection: Detection): readonly string[] {
  let names = asked.get(detection)
  if (names === undefined) {
    names = namesTested(detection.query)
    asked.set(detection, names)
  }
  return names
}

/** Fields that people look at first, in Sigma's names; used after those the rule asks about. */
const usual = [
  'CommandLine',
  'ScriptBlockText',
  'Image',
  'ParentImage',
  'TargetObject',
  'Details',
  'TargetFilename',
  'ImageLoaded',
  'QueryName',
  'DestinationHostname',
  'DestinationIp',
  'DestinationPort',
  'PipeName',
  'ServiceName',
  'ImagePath',
  'ServiceFileName',
  'TaskName',
  'TargetUserName',
  'IpAddress',
  'LogonType',
  'SourceIp',
]

function tellingFields(detection: Detection, schema: Schema | undefined, event: Event | undefined, row: Alert['row']) {
  const found: (readonly [string, string])[] = []
  const shown = new Set<string>()
  const add = (name: string, value: Value | undefined) => {
    if (value === undefined || value === null || value === '' || shown.has(name) || found.length >= 6) return
    shown.add(name)
    found.push([name, plain(value)])
  }
  for (const [name, value] of Object.entries(row)) add(name, value)
  if (event === undefined) return found
  const look = (name: string) => {
    for (const column of columnsOf(schema, name)) {
      const value = accessor(column)(event.fields)
      if (value !== undefined) {
        add(column, value)
        return
      }
    }
  }
  const tested = testedBy(detection)
  for (const name of tested) if (usual.includes(name)) look(name)
  for (const name of tested) if (name !== 'EventID') look(name)
  for (const name of usual) if (found.length < 3) look(name)
  if (found.length === 0) for (const [name, value] of Object.entries(event.fields)) add(name, value)
  return found
}

/** An alert described: `detection` raised it, `schema` is the one its events were read through (absent: the names are taken as they are). */
export function describe(alert: Alert, detection: Detection, schema: Schema | undefined): Found {
  const event = alert.events[0]
  const sources = alert.events.flatMap(member => (member.origin === undefined ? [] : [sourceRow(member.origin)]))
  const single = Object.keys(alert.row).length === 0
  const text = (names: readonly string[] | undefined): string | null => {
    for (const member of alert.events) {
      const value = firstOf(member, names)
      const known = value === undefined ? undefined : asText(value)
      if (known !== undefined && known !== '') return known
    }
    return null
  }
  const telling = tellingFields(detection, schema, event, alert.row)
  const row: AlertRow = {
    time: isoTime(alert.time, alert.ticks),
    rule: { id: detection.id, title: detection.title, level: detection.level, file: detection.written.document.name },
    attack: detection.attack,
    source: sources[0] ?? null,
    sources,
    host: text(schema?.host),
    user: text(schema?.user),
    fields: json(single ? (event?.fields ?? {}) : alert.row) as Readonly<Record<string, Json>>,
    risk:
      alert.risk === undefined ? null : { score: alert.risk.score, message: alert.risk.message, entities: alert.risk.entities },
  }
  return {
    alert,
    detection,
    row,
    channel: text(schema?.channel),
    eventId: text(schema?.eventId),
    telling,
    message: alert.risk?.message || telling.map(([name, value]) => `${name}: ${value}`).join(' | '),
  }
}

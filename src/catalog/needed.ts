// What must be logged for a rule: its log sources with their events and settings, and its fields with what each source of records has of them.

import { type Explanation, sayClass } from '../explain.ts'
import type { EventClass } from '../ir/pipeline.ts'
import { type WindowsEvent, windowsEventOf, windowsEvents } from '../schemas/events.ts'
import { schemas } from '../schemas/index.ts'
import { needOf } from '../schemas/needs.ts'
import type { Mapping, Schema } from '../schemas/schema.ts'
import { servedBy, whyUnserved } from '../schemas/served.ts'
import { columnsOf, fits, views } from '../schemas/translate.ts'
import { windowsClasses } from '../schemas/windows.ts'
import type { EventCoverage, FieldFact, LogSourceFact, Presence } from './entry.ts'
import { meanings, settings } from './meanings.ts'
import { byText } from './plain.ts'

/** The key of a log source's page: `windows-process_creation`. */
export function sourceKey(of: EventClass): string {
  const parts = [of.product, of.category, of.service].filter(part => part !== undefined && part !== '')
  const key = parts
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
  return key === '' ? 'any' : key
}

/** Security 4688 is process creation beside Sysmon 1, and so on: what the audit log has of Sysmon's categories. */
const auditIds: Readonly<Record<string, readonly number[]>> = {
  process_creation: [4688],
  process_termination: [4689],
  network_connection: [5156],
  registry_set: [4657],
  registry_event: [4657],
}

const sysmonChannel = 'Microsoft-Windows-Sysmon/Operational'
const mostEvents = 60

/** The provider's events that a log source stands for; with `ids`, those alone. */
function eventsOf(of: EventClass, ids: ReadonlySet<number>): readonly EventCoverage[] {
  if (of.product !== undefined && of.product !== 'windows') return []
  const found = new Map<string, EventCoverage>()
  const add = (channel: string, id: number | undefined): void => void found.set(`${channel} ${id ?? ''}`, coverageOf(channel, id))
  for (const source of windowsClasses) {
    if (!fits(of, source.class)) continue
    if (of.category === undefined && of.service === undefined) continue
    for (const channel of source.channels) {
      if (source.ids !== undefined && of.category !== undefined) for (const id of source.ids) add(channel, id)
      else if (of.category === undefined && source.class.category === undefined) {
        if (ids.size === 0) add(channel, undefined)
        else for (const id of [...ids].sort((a, b) => a - b)) add(channel, id)
      }
    }
  }
  for (const id of auditIds[of.category ?? ''] ?? []) if (of.service === undefined) add('Security', id)
  return [...found.values()].slice(0, mostEvents)
}

/** The event ids that a rule asks for. */
function idsOf(explanation: Explanation): ReadonlySet<number> {
  const ids = new Set<number>()
  for (const { field, op, value, negated } of explanation.predicates)
    if (!negated && /^(?:EventID|EventCode|event_id)$/i.test(field) && (op === 'equals' || op === '=') && /^\d{1,5}$/.test(value))
      ids.add(Number(value))
  return ids
}

/** The log sources of a rule. */
export function logSourcesOf(explanation: Explanation): readonly LogSourceFact[] {
  const ids = idsOf(explanation)
  const found = new Map<string, LogSourceFact>()
  for (const need of explanation.needs) {
    const key = sourceKey(need.class)
    if (!found.has(key)) found.set(key, logSourceOf(need.class, ids))
  }
  if (found.size === 0)
    for (const source of namedSources(explanation, ids)) if (!found.has(source.key)) found.set(source.key, source)
  return [...found.values()].sort((a, b) => byText(a.key, b.key))
}

const channels: readonly string[] = [...new Set(windowsEvents.map(event => event.channel))]

/** The log sources of a query whose product keeps no log source: the events whose channel and id it asks for itself, as searches of Splunk do. */
function namedSources(explanation: Explanation, ids: ReadonlySet<number>): readonly LogSourceFact[] {
  const named = new Set<string>()
  for (const { field, value, negated } of explanation.predicates)
    if (!negated && /^(?:source|sourcetype|channel|log_?name|eventlog)$/i.test(field))
      for (const channel of channels) if (value === channel || value.endsWith(`:${channel}`)) named.add(channel)
  return [...named].flatMap(channel => {
    const events = [...ids].sort((a, b) => a - b).flatMap(id => windowsEventOf(channel, id) ?? [])
    if (events.length === 0) {
      const service = windowsClasses.find(source => source.class.category === undefined && source.channels.includes(channel))
      return service === undefined ? [] : [logSourceOf(service.class, ids)]
    }
    return events.map((event): LogSourceFact => {
      const kind = windowsClasses.find(source => source.channels.includes(channel) && source.ids?.includes(event.id) === true)
      const service = windowsClasses.find(source => source.class.category === undefined && source.channels.includes(channel))
      const { category, product, service: own } = (kind ?? service)?.class ?? { product: 'windows' }
      const of = category === undefined ? { product, service: own } : { product, category }
      return { ...logSourceOf(of, ids), events: [coverageOf(channel, event.id)] }
    })
  })
}

function coverageOf(channel: string, id: number | undefined): EventCoverage {
  const known = id === undefined ? undefined : windowsEventOf(channel, id)
  const provider = known?.provider ?? windowsEvents.find(event => event.channel === channel)?.provider
  return {
    ...(provider === undefined ? {} : { provider }),
    channel,
    ...(id === undefined ? {} : { id }),
    ...(known === undefined ? {} : { title: known.title }),
  }
}

/** A log source; `ids` are the event ids that are asked of it. */
export function logSourceOf(of: EventClass, ids: ReadonlySet<number> = new Set()): LogSourceFact {
  const need = needOf(of)
  const unserved = whyUnserved(of)
  return {
    key: sourceKey(of),
    ...(of.product === undefined ? {} : { product: of.product }),
    ...(of.category === undefined ? {} : { category: of.category }),
    ...(of.service === undefined ? {} : { service: of.service }),
    title: sayClass(of),
    ...(need === undefined ? {} : { need }),
    ...(unserved === undefined ? {} : { unserved }),
    events: eventsOf(of, ids),
    shapes: servedBy(of).map(({ id, title }) => ({ id, title })),
    settings: settings.filter(one => fits(one.of, of) && fits(of, one.of)).map(({ name, kind, text }) => ({ name, kind, text })),
  }
}

const nameOf = (mapping: Mapping): string =>
  typeof mapping === 'string' ? mapping : mapping.under === undefined ? mapping.column : `${mapping.under}, ${mapping.column}`

/** A field in a schema that names its columns; undefined for one that keeps Sigma's own names, whose events say themselves what they have. */
function inSchema(schema: Schema, of: EventClass, field: string): Presence | undefined {
  const held = views(schema, of)
  if (held.length === 0 || held.some(view => view.table.otherwise !== undefined)) return undefined
  const columns = [...new Set(held.flatMap(view => (columnsOf(view, field) ?? []).map(nameOf)))]
  const derived = held.every(view => {
    const mapped = columnsOf(view, field)
    return (
      mapped === undefined ||
      mapped.every(
        one => typeof one !== 'string' && (one.lens !== undefined || one.derived !== undefined || one.computed !== undefined),
      )
    )
  })
  const constant = held.some(view => Object.hasOwn(view.constants, field))
  const has = columns.length === 0 ? (constant ? 'derived' : 'absent') : derived ? 'derived' : 'column'
  return { shape: schema.id, title: schema.title, has, columns }
}

/** Fields that every Windows record has beside those of its event. */
const always: ReadonlySet<string> = new Set([
  'EventID',
  'Channel',
  'Computer',
  'Provider_Name',
  'Level',
  'EventRecordID',
  'Keywords',
  'Task',
  'Opcode',
])
/** What digests of Sysmon's `Hashes` are called alone. */
const digests: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha256', 'imphash'])

const securitySchema = schemas.find(schema => schema.id === 'security')

function inEvent(event: WindowsEvent, of: EventClass, field: string): Presence {
  const title =
    event.channel === sysmonChannel ? `Sysmon ${event.id}` : `${event.channel.replace(/^Microsoft-Windows-/, '')} ${event.id}`
  const shape = `${event.channel} ${event.id}`
  const own = event.fields.includes(field) || always.has(field)
  if (own) return { shape, title, has: 'column', columns: [field] }
  if (digests.has(field.toLowerCase()) && event.fields.includes('Hashes'))
    return { shape, title, has: 'derived', columns: ['Hashes'] }
  const mapped =
    event.channel === 'Security' && event.id === 4688 && securitySchema !== undefined
      ? views(securitySchema, { product: 'windows', category: of.category }).flatMap(view =>
          Object.hasOwn(view.fields, field) ? (columnsOf(view, field) ?? []).map(nameOf) : [],
        )
      : []
  const columns = [...new Set(mapped)].filter(name => event.fields.includes(name))
  return { shape, title, has: columns.length === 0 ? 'absent' : 'derived', columns }
}

/** What each kind of event and each shape of a log source has of a field. */
export function presenceOf(of: EventClass, events: readonly EventCoverage[], field: string): readonly Presence[] {
  const found: Presence[] = []
  for (const { channel, id } of events) {
    const event = id === undefined ? undefined : windowsEventOf(channel, id)
    if (event !== undefined) found.push(inEvent(event, of, field))
  }
  for (const schema of servedBy(of)) {
    const one = schema.beside === undefined ? inSchema(schema, of, field) : undefined
    if (one !== undefined) found.push(one)
  }
  return found
}

/** The fields of a rule in its order: those that its tests ask first. */
export function fieldsOf(explanation: Explanation, sources: readonly LogSourceFact[]): readonly FieldFact[] {
  const classes = new Map(explanation.needs.map(need => [sourceKey(need.class), need]))
  const names = new Set(
    explanation.predicates.map(({ predicate, field }) =>
      predicate.kind === 'test' && predicate.subject.kind !== 'field' ? '' : field,
    ),
  )
  names.delete('')
  for (const need of explanation.needs) for (const field of need.fields) names.add(field)
  return [...names].map(field => {
    const presence = new Map<string, Presence>()
    for (const source of sources) {
      const need = classes.get(source.key)
      if (need === undefined || (!need.fields.includes(field) && sources.length > 1)) continue
      for (const one of presenceOf(need.class, source.events, field)) if (!presence.has(one.shape)) presence.set(one.shape, one)
    }
    const known = Object.hasOwn(meanings, field) ? meanings[field] : undefined
    return {
      field,
      ...(known === undefined ? {} : { meaning: known[0], type: known[1] }),
      predicates: explanation.predicates.flatMap((one, place) => (one.field === field ? [place] : [])),
      presence: [...presence.values()],
    }
  })
}

// OpenTelemetry logs as OTLP/JSON: requests of resources, scopes and log records, one a line as the collector's file exporter writes them, or in any other framing of JSON. Each log record is one event.

import { type Batch, type Event, isRecord, setField, type Value } from '../ir/event.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { LogFormat, ReadOptions } from './logs.ts'
import { parseJson } from './parts/json.ts'
import { JsonStream, type Place, type Taker, type Trouble } from './parts/json-stream.ts'
import { textHead } from './parts/lines.ts'

const codes = {
  OTL001: 'a request of OTLP logs cannot be read and is passed over',
  OTL002: 'a request of OTLP logs is larger than 64 MB, has more than a million values or is nested too deep, and is passed over',
  OTL003: 'a JSON value holds no OTLP logs',
  OTL004: 'bytes in OTLP logs that are no UTF-8 or UTF-16 became U+FFFD',
  OTL005: 'OTLP logs end in the middle of a request',
  OTL006: 'how many requests of OTLP logs could not be read in all',
  OTL007: 'keys around OTLP logs are left out',
} as const

type Fields = Readonly<Record<string, Value>>

/**
 * OTLP/JSON logs. Facts: opentelemetry/proto/logs/v1/logs.proto, opentelemetry/proto/common/v1/common.proto, the OTLP specification's
 * "JSON Protobuf Encoding". Attributes of the resource, of the record, and the keys of a body that is a record (or the text of one)
 * are the fields of the event, the later ones before the earlier ones; any other body is the field `body`. Schema '': what a collector
 * passes on is recognised by its fields.
 */
export const otlp: LogFormat = {
  id: 'otlp',
  title: 'OpenTelemetry logs (OTLP/JSON)',
  detect: head => (/^[\s[]*\{\s*"resourceLogs"\s*:\s*(?:\[|$)/.test(textHead(head, 4096)) ? 0.98 : 0),
  read: (bytes, options, report) => new Reading(bytes, options, report).batches(),
  codes,
}

const batchRecords = 1000
const batchBytes = 4 * 1_048_576
const namedFaults = 20

const codeOf: Readonly<Record<Trouble, keyof typeof codes>> = {
  broken: 'OTL001',
  large: 'OTL002',
  deep: 'OTL002',
  cut: 'OTL005',
  beside: 'OTL007',
}

interface Row {
  readonly fields: Fields
  readonly time: { readonly time: number; readonly ticks: number } | undefined
  readonly line: number
}

class Reading implements Taker {
  private readonly stream: JsonStream
  private readonly options: ReadOptions
  private readonly report: (finding: Diagnostic) => void
  private faults = 0
  private index = 0
  private rows: Row[] = []
  private size = 0

  constructor(bytes: AsyncIterable<Uint8Array>, options: ReadOptions, report: (finding: Diagnostic) => void) {
    this.stream = new JsonStream(bytes, this)
    this.options = options
    this.report = report
  }

  async *batches(): AsyncGenerator<Batch, void, undefined> {
    try {
      while (await this.stream.read()) yield* this.batch()
    } finally {
      await this.stream.close()
    }
    yield* this.batch()
    if (this.faults > namedFaults) {
      const message = `${this.faults} requests could not be read in all; the first ${namedFaults} are named above`
      this.report({ code: 'OTL006', severity: 'warning', message })
    }
    const { replaced } = this.stream
    if (replaced.count === 0) return
    const first = replaced.line > 0 ? `, the first in line ${replaced.line}` : ''
    const message = `${replaced.count} characters could not be read and became U+FFFD${first}`
    this.report({ code: 'OTL004', severity: 'warning', message })
  }

  full(): boolean {
    return this.rows.length >= batchRecords || this.size >= batchBytes
  }

  take({ value }: { readonly value: Value }, size: number, line: number): void {
    this.size += size
    let found = false
    for (const request of list(value)) {
      // A request, or one of the members of `resourceLogs` where these are read one by one.
      const resources = Array.isArray(request.resourceLogs) ? list(request.resourceLogs) : [request]
      for (const resource of resources) {
        const scopes = resource.scopeLogs ?? resource.instrumentationLibraryLogs
        if (Array.isArray(request.resourceLogs) || Array.isArray(scopes)) found = true
        if (Array.isArray(scopes)) this.addScopes(resource, list(scopes), line)
      }
    }
    if (!found) this.fault('OTL003', { line, column: 1 }, 'this value holds no "resourceLogs"')
  }

  private addScopes(resource: Fields, scopes: readonly Fields[], line: number): void {
    const common = isRecord(resource.resource) ? attributes(resource.resource.attributes) : []
    for (const scope of scopes) {
      const named = isRecord(scope.scope) ? scope.scope : scope.instrumentationLibrary
      const of: [string, Value][] = [...common]
      if (isRecord(named) && typeof named.name === 'string' && named.name !== '') of.push(['scope.name', named.name])
      const records = scope.logRecords ?? scope.logs
      for (const record of list(records ?? [])) this.rows.push({ ...eventOf(record, of), line })
    }
  }

  tell(trouble: Trouble, at: Place, message: string): void {
    if (trouble === 'beside') this.report({ code: codeOf[trouble], severity: 'note', message: `line ${at.line}: ${message}` })
    else this.fault(codeOf[trouble], at, message)
  }

  private fault(code: keyof typeof codes, at: Place, message: string): void {
    this.faults++
    if (this.faults <= namedFaults)
      this.report({ code, severity: 'warning', message: `line ${at.line}, column ${at.column}: ${message}` })
  }

  /** A request may hold many records; they leave in batches of the usual size. */
  private *batch(): Generator<Batch> {
    const { rows } = this
    const { name: source, member } = this.options
    this.rows = []
    this.size = 0
    for (let from = 0; from < rows.length; from += batchRecords) {
      const taken = rows.slice(from, from + batchRecords)
      const first = this.index
      this.index += taken.length
      yield {
        schema: '',
        length: taken.length,
        at: (at): Event => {
          const { fields, time, line } = taken[at]!
          const origin = { source, member, line, index: first + at }
          return time === undefined ? { fields, origin } : { ...time, fields, origin }
        },
      }
    }
  }
}

/** The records in a value: its members, or itself. */
function list(value: Value): readonly Fields[] {
  return ((Array.isArray(value) ? value : [value]) as readonly Value[]).filter(isRecord)
}

/** Fields of a log record that say more than its attributes, under their own names. */
const own = ['severityText', 'severityNumber', 'eventName', 'traceId', 'spanId'] as const

function eventOf(record: Fields, common: readonly (readonly [string, Value])[]): Omit<Row, 'line'> {
  const fields: Record<string, Value> = {}
  for (const [name, value] of common) setField(fields, name, value)
  for (const name of own) {
    const value = record[name]
    if (value !== undefined && value !== '' && value !== 0) fields[name] = value
  }
  for (const [name, value] of attributes(record.attributes)) setField(fields, name, value)
  const body = isRecord(record.body) ? plainValue(record.body) : undefined
  const inner = typeof body === 'string' ? recordIn(body) : body
  if (isRecord(inner)) for (const name of Object.keys(inner)) setField(fields, name, inner[name]!)
  else if (body !== undefined && body !== null) fields.body = body
  return { fields, time: instant(record.timeUnixNano) ?? instant(record.observedTimeUnixNano) }
}

/** The record that a text is: collectors pass on lines of JSON as they stand. */
function recordIn(text: string): Fields | undefined {
  if (!/^\s*\{/.test(text)) return undefined
  const parsed = parseJson(text)
  return 'fault' in parsed || !isRecord(parsed.value) ? undefined : parsed.value
}

/** KeyValue pairs. */
function attributes(value: Value | undefined): [string, Value][] {
  return list(value ?? []).flatMap((pair): [string, Value][] =>
    typeof pair.key === 'string' && isRecord(pair.value) ? [[pair.key, plainValue(pair.value)]] : [],
  )
}

/** AnyValue. 64-bit numbers are texts in JSON; bytes stay base64. The depth is that of the JSON, which is bounded. */
function plainValue(from: Fields): Value {
  if (from.stringValue !== undefined) return from.stringValue
  if (from.boolValue !== undefined) return from.boolValue
  if (from.intValue !== undefined) return whole(from.intValue)
  if (from.doubleValue !== undefined) return typeof from.doubleValue === 'string' ? Number(from.doubleValue) : from.doubleValue
  if (isRecord(from.arrayValue)) return list(from.arrayValue.values ?? []).map(plainValue)
  if (isRecord(from.kvlistValue)) {
    const fields: Record<string, Value> = {}
    for (const [name, value] of attributes(from.kvlistValue.values)) setField(fields, name, value)
    return fields
  }
  return from.bytesValue ?? null
}

function whole(value: Value): Value {
  if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : BigInt(value)
}

/** Nanoseconds since 1970; 0 is unknown. */
function instant(value: Value | undefined): Row['time'] {
  const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : ''
  if (!/^\d{7,20}$/.test(text)) return undefined
  return { time: Number(text.slice(0, -6)), ticks: Math.floor(Number(text.slice(-6)) / 100) }
}

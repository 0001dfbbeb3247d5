// Hunting in full EVTX: a log of the captured Windows events, written as Windows writes them, and the sample files again and again. Megabytes are those of chunks in use.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compile } from '../../src/engine/engine.ts'
import type { Program } from '../../src/engine/run.ts'
import { hunt, isAlert } from '../../src/hunt.ts'
import type { EventSource } from '../../src/logs/logs.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { blocks } from '../logs/read-evtx.ts'
import { manifestRecord } from '../logs/sample-evtx.ts'
import {
  element,
  hex,
  type RecordSource,
  sub,
  type TemplateSource,
  type TypedValue,
  value,
  writeEvtx,
} from '../logs/write-evtx.ts'
import { corpusOf, present, rulePaths } from './corpus.ts'
import { realLogs, usedBytes } from './evtx.ts'

interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const passes = Number(process.env.TERRIER_PASSES ?? 5)
const mostRecords = 60_000
const rounds = 10

/** What the captures add to an event, or say in System. */
const beside = new Set([
  ...['@timestamp', '@version', 'AccountName', 'AccountType', 'ActivityID', 'Category', 'Channel', 'Computer', 'Domain'],
  ...['EventID', 'EventReceivedTime', 'EventTime', 'EventType', 'EventTypeOrignal', 'ExecutionProcessID', 'Hostname'],
  ...['Keywords', 'Message', 'Opcode', 'OpcodeValue', 'ProcessID', 'ProviderGuid', 'RecordNumber', 'Severity'],
  ...['SeverityValue', 'SourceModuleName', 'SourceModuleType', 'SourceName', 'Task', 'ThreadID', 'TimeCreated', 'UserID'],
  ...['Version', 'host', 'port', 'tags', 'Source', 'timestamp', 'EventID_Qualifiers', 'Provider', 'Provider_Name'],
])

const guidForm = /^\{?([0-9A-Fa-f]{8})-([0-9A-Fa-f]{4})-([0-9A-Fa-f]{4})-([0-9A-Fa-f]{4})-([0-9A-Fa-f]{12})\}?$/

/** A GUID as it is stored: the first three groups back to front. */
function guidBytes(text: string): string {
  const [, a, b, c, d, e] = guidForm.exec(text)!
  const turned = (group: string): string => group.match(/../g)!.reverse().join('')
  return `${turned(a!)}${turned(b!)}${turned(c!)}${d}${e}`
}

const sidForm = /^S-1-\d{1,2}(?:-\d{1,10}){1,10}$/

/** Types of values by the look of their texts, the first that fits all texts of a field; and the values. */
const types: readonly { readonly fits: RegExp; readonly make: (text: string) => TypedValue }[] = [
  { fits: guidForm, make: text => value.raw(0x0f, guidBytes(text)) },
  { fits: /^0x[0-9a-f]{1,16}$/i, make: text => value.hex64(BigInt(text)) },
  { fits: sidForm, make: sidValue },
  { fits: /^(?:0|[1-9]\d{0,8})$/, make: text => value.uint32(Number(text)) },
  { fits: /^/, make: text => value.text(text) },
]

function sidValue(text: string): TypedValue {
  const [authority, ...parts] = text.split('-').slice(2).map(Number)
  const bytes = new Uint8Array(8 + parts.length * 4)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0x0100 | parts.length)
  view.setUint32(4, authority!)
  for (const [index, part] of parts.entries()) view.setUint32(8 + index * 4, part, true)
  return { type: 0x13, bytes }
}

/** What is known of the events of one id: their fields, and the type of each as a place in `types`. */
interface Kind {
  readonly fields: Map<string, number>
  template?: TemplateSource
}

/** The events of JSON lines as records, one template for each id as a provider has it; what has no channel and no event id is left out. */
function recordsOf(lines: readonly string[]): RecordSource[] {
  const kinds = new Map<string, Kind>()
  const events: { readonly kind: Kind; readonly event: Readonly<Record<string, unknown>>; readonly id: number }[] = []
  for (const line of lines) {
    if (events.length >= mostRecords) break
    const event = JSON.parse(line) as Readonly<Record<string, unknown>>
    const id = Number(event.EventID)
    if (typeof event.Channel !== 'string' || !Number.isInteger(id)) continue
    const key = `${event.Channel.toLowerCase()} ${id}`
    const kind: Kind = kinds.get(key) ?? { fields: new Map() }
    kinds.set(key, kind)
    for (const [name, given] of Object.entries(event)) {
      if (beside.has(name) || typeof given === 'object') continue
      let type = kind.fields.get(name) ?? 0
      while (!types[type]!.fits.test(textOf(given))) type++
      kind.fields.set(name, type)
    }
    events.push({ kind, event, id })
  }
  return events.map(({ kind, event, id }, index) => {
    const fields = [...kind.fields]
    const absent = (type: number): TypedValue => (type === types.length - 1 ? value.text('-') : value.none)
    const values = fields.map(([name, type]) =>
      Object.hasOwn(event, name) ? types[type]!.make(textOf(event[name])) : absent(type),
    )
    kind.template ??= {
      guid: hex((index + 1).toString(16).padStart(8, '0').repeat(4)),
      root: element(
        'EventData',
        {},
        ...fields.map(([name], place) => element('Data', { Name: name }, sub(place, values[place]!.type))),
      ),
    }
    const provider = event.SourceName ?? event.Provider_Name ?? event.Provider
    return manifestRecord(
      {
        id,
        record: index + 1,
        channel: event.Channel as string,
        provider: typeof provider === 'string' ? provider : undefined,
      },
      { template: kind.template, values },
    )
  })
}

/** A record must fit into a chunk. */
const textOf = (given: unknown): string => String(given).slice(0, 6000)

/** The log, made once and kept. */
function denseLog(): Uint8Array {
  const path = join(tmpdir(), `terrier-bench-dense-${present ? 'real' : 'own'}.evtx`)
  if (!existsSync(path)) {
    const lines = readFileSync(corpusOf('mixed'), 'latin1').slice(0, 160_000_000).split('\n').slice(0, -1)
    const text = (line: string): string => Buffer.from(line, 'latin1').toString('utf8')
    writeFileSync(path, writeEvtx(recordsOf(lines.map(text))).bytes)
  }
  return new Uint8Array(readFileSync(path))
}

async function huntAll(program: Program, sources: readonly EventSource[], matcher: 'fast' | 'reference') {
  let alerts = 0
  let events = 0
  for await (const item of hunt(program, sources, { matcher })) {
    if (isAlert(item)) alerts++
    else if (item.kind === 'end') events = item.counts.events
  }
  return { alerts, events }
}

/** Hunts with all rules in EVTX, the best of some passes; and that both matchers find as much. */
export async function benchDense(): Promise<Row[]> {
  const rows: Row[] = []
  const program = compile(
    readRules(await ruleSources(rulePaths, () => {})).value ?? [],
    schemas.filter(schema => !schema.optIn),
  ).value!
  const real = realLogs()
  if (real.length === 0) console.warn('SKIPPED: hunting in real EVTX files (needs ../shared/data)')
  const logs: readonly (readonly [name: string, files: readonly Uint8Array[]])[] = [
    ['captured events as EVTX', [denseLog()]],
    [`sample files ${rounds} times`, Array.from({ length: rounds }, () => real).flat()],
  ]
  for (const [name, files] of logs) {
    if (files.length === 0) continue
    const used = files.reduce((sum, file) => sum + usedBytes(file), 0)
    const sources = files.map((file, index): EventSource => ({ name: `${index}.evtx`, open: () => blocks(file, 1 << 20) }))
    const found: { alerts: number; events: number }[] = []
    for (const matcher of ['fast', 'reference'] as const) {
      const times: number[] = []
      for (let pass = 0; pass < (matcher === 'fast' ? passes : 2); pass++) {
        const from = performance.now()
        found.push(await huntAll(program, sources, matcher))
        times.push(performance.now() - from)
      }
      rows.push({ name: `${name}: all rules, ${matcher}`, value: used / 1000 / Math.min(...times), unit: 'MB/s of used chunks' })
      if (matcher === 'fast')
        rows.push({ name: `${name}: first pass`, value: used / 1000 / times[0]!, unit: 'MB/s of used chunks' })
    }
    const { events, alerts } = found[0]!
    if (found.some(one => one.alerts !== alerts)) throw new Error('the matchers disagree: this is a bug in Terrier')
    rows.push({ name: `${name}: ${(used / 1e6).toFixed(0)} MB, events, alerts`, value: events, unit: `events, ${alerts} alerts` })
  }
  return rows
}

// EVTX: what each value type and each construct of BinXML means, by the published descriptions; the sample log; real logs against their counts and other readers.

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Event, Value } from '../../src/ir/event.ts'
import { evtx } from '../../src/logs/evtx.ts'
import { readAll, withoutBigints } from './read-evtx.ts'
import { manifestRecord, sampleRecords, written } from './sample-evtx.ts'
import {
  type Content,
  type Element,
  element,
  emptyElement,
  hex,
  type Instance,
  optional,
  type RecordSource,
  sub,
  type TemplateSource,
  type TypedValue,
  utf16,
  value,
  writeEvtx,
} from './write-evtx.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

function template(root: Element): TemplateSource {
  return { guid: hex('b0000001 0000 0000 0000 000000000001'), root }
}

async function one(record: RecordSource): Promise<Event> {
  const { events, findings } = await readAll(writeEvtx([record]).bytes)
  expect(findings).toEqual([])
  expect(events.length).toBe(1)
  return events[0]!
}

/** The fields that a body of one template with these values adds to System's. */
async function bodyFields(root: Element, ...values: TypedValue[]): Promise<Record<string, Value>> {
  const event = await one(manifestRecord({ id: 1, record: 1 }, { template: template(root), values }))
  const system = new Set(Object.keys((await one(manifestRecord({ id: 1, record: 1 }, element('EventData', {})))).fields))
  return Object.fromEntries(Object.entries(event.fields).filter(([name]) => !system.has(name)))
}

async function typed(type: number, bytes: string): Promise<Value | undefined> {
  const fields = await bodyFields(element('EventData', {}, element('Data', { Name: 'x' }, sub(0, type))), value.raw(type, bytes))
  return fields.x
}

describe('value types', () => {
  const cases: readonly (readonly [what: string, type: number, bytes: string, text: string])[] = [
    ['null', 0x00, '', ''],
    ['UTF-16', 0x01, '4100 AC20 3DD8 00DE', 'A€😀'],
    ['UTF-16 with a closing NUL counted', 0x01, '4100 4200 0000', 'AB'],
    ['UTF-16 with trailing blanks and line breaks', 0x01, '4100 0D00 0A00 2000', 'A\r\n '],
    ['UTF-16 with a lone surrogate', 0x01, '00D8 4100', '\ud800A'],
    ['empty UTF-16', 0x01, '', ''],
    ['ANSI of code page 1252', 0x02, '41 80 E4 00', 'A€ä'],
    ['signed 8 bits', 0x03, '80', '-128'],
    ['unsigned 8 bits', 0x04, 'FF', '255'],
    ['signed 16 bits', 0x05, '0080', '-32768'],
    ['unsigned 16 bits', 0x06, 'FFFF', '65535'],
    ['signed 32 bits', 0x07, '00000080', '-2147483648'],
    ['unsigned 32 bits', 0x08, 'FFFFFFFF', '4294967295'],
    ['signed 64 bits', 0x09, '0000000000000080', '-9223372036854775808'],
    ['unsigned 64 bits', 0x0a, 'FFFFFFFFFFFFFFFF', '18446744073709551615'],
    ['float', 0x0b, 'CDCCCC3D', '0.1'],
    ['whole float', 0x0b, '0000804B', '16777216'],
    ['infinite float', 0x0b, '0000807F', 'INF'],
    ['double', 0x0c, '9A9999999999B93F', '0.1'],
    ['double, not a number', 0x0c, '000000000000F87F', 'NaN'],
    ['double, minus infinity', 0x0c, '000000000000F0FF', '-INF'],
    ['double, minus zero', 0x0c, '0000000000000080', '-0'],
    ['true', 0x0d, '01000000', 'true'],
    ['false', 0x0d, '00000000', 'false'],
    ['binary', 0x0e, '00 0F A0 FF', '000FA0FF'],
    ['GUID', 0x0f, '33221100 5544 7766 8899AABBCCDDEEFF', '{00112233-4455-6677-8899-AABBCCDDEEFF}'],
    ['pointer of 32 bits', 0x10, '10140000', '0x1410'],
    ['pointer of 64 bits', 0x10, '1014000001000000', '0x100001410'],
    ['FILETIME', 0x11, '07697F26849FDA01', '2024-05-06T07:08:09.1234567Z'],
    ['FILETIME of the last 100 ns of a year', 0x11, 'FF3F6D25EB53BF01', '1999-12-31T23:59:59.9999999Z'],
    ['FILETIME zero', 0x11, '0000000000000000', '1601-01-01T00:00:00.0000000Z'],
    ['SYSTEMTIME', 0x12, 'E807 0500 0100 0600 0700 0800 0900 7B00', '2024-05-06T07:08:09.123Z'],
    [
      'SYSTEMTIME that is no time is its bytes',
      0x12,
      'E807 0D00 0100 0600 0700 0800 0900 7B00',
      'E8070D00010006000700080009007B00',
    ],
    ['SID', 0x13, '01 05 000000000005 15000000 01000000 02000000 FFFFFFFF F4010000', 'S-1-5-21-1-2-4294967295-500'],
    ['SID with a large authority', 0x13, '01 01 123456789ABC 01000000', 'S-1-0x123456789abc-1'],
    ['SID that is cut off is its bytes', 0x13, '01 05 000000000005 15000000', '010500000000000515000000'],
    ['hexadecimal 32 bits', 0x14, '10140000', '0x1410'],
    ['hexadecimal zero', 0x14, '00000000', '0x0'],
    ['hexadecimal 64 bits', 0x15, '0000000000008080', '0x8080000000000000'],
    ['event handle', 0x20, '2A000000', '0x2a'],
    ['event XML', 0x23, '3C006100 2F003E00', '<a/>'],
    ['a size that does not fit the type is the bytes', 0x08, '010203', '010203'],
    ['a type nobody knows is its bytes', 0x1f, '0A0B', '0A0B'],
  ]
  it.each(cases)('%s', async (_what, type, bytes, text) => {
    expect(await typed(type, bytes)).toBe(text)
  })
})

describe('arrays', () => {
  const cases: readonly (readonly [what: string, type: number, bytes: string, list: Value])[] = [
    ['UTF-16', 0x81, '6100 0000 0000 62006300 0000', ['a', '', 'bc']],
    ['UTF-16 without the last NUL', 0x81, '6100 0000 6200', ['a', 'b']],
    ['ANSI', 0x82, '61 00 E4 00', ['a', 'ä']],
    ['signed 8 bits', 0x83, '7F 80', ['127', '-128']],
    ['unsigned 8 bits', 0x84, '7F 80', ['127', '128']],
    ['signed 16 bits', 0x85, '0100 FFFF', ['1', '-1']],
    ['unsigned 16 bits', 0x86, '0100 FFFF', ['1', '65535']],
    ['signed 32 bits', 0x87, '01000000 FFFFFFFF', ['1', '-1']],
    ['unsigned 32 bits', 0x88, '01000000 FFFFFFFF', ['1', '4294967295']],
    ['signed 64 bits', 0x89, '0100000000000000 FFFFFFFFFFFFFFFF', ['1', '-1']],
    ['unsigned 64 bits', 0x8a, '0100000000000000 FFFFFFFFFFFFFFFF', ['1', '18446744073709551615']],
    ['float', 0x8b, '0000003F 000080BF', ['0.5', '-1']],
    ['double', 0x8c, '000000000000E03F 0000000000000440', ['0.5', '2.5']],
    ['boolean', 0x8d, '00000000 01000000', ['false', 'true']],
    [
      'GUID',
      0x8f,
      '33221100554477668899AABBCCDDEEFF 00000000000000000000000000000000',
      ['{00112233-4455-6677-8899-AABBCCDDEEFF}', '{00000000-0000-0000-0000-000000000000}'],
    ],
    ['pointer', 0x90, '0100000000000000 0200000000000000', ['0x1', '0x2']],
    ['FILETIME', 0x91, '07697F26849FDA01 00290527849FDA01', ['2024-05-06T07:08:09.1234567Z', '2024-05-06T07:08:10.0000000Z']],
    [
      'SYSTEMTIME',
      0x92,
      'E807050001000600070008000900 7B00 E807050001000600070008000A00 0000',
      ['2024-05-06T07:08:09.123Z', '2024-05-06T07:08:10.000Z'],
    ],
    ['SID', 0x93, '01 01 000000000005 12000000 01 02 000000000005 20000000 20020000', ['S-1-5-18', 'S-1-5-32-544']],
    ['hexadecimal 32 bits', 0x94, '10140000 00000000', ['0x1410', '0x0']],
    ['hexadecimal 64 bits', 0x95, '1014000000000000 0100000000000080', ['0x1410', '0x8000000000000001']],
    ['binary: its members cannot be told apart', 0x8e, 'A0B1', 'A0B1'],
    ['event handle', 0xa0, '0100000000000000 0200000000000000', ['0x1', '0x2']],
    ['event XML', 0xa3, '3C00 0000 3E00 0000', ['<', '>']],
    ['one member is a value, not a list', 0x88, '01000000', '1'],
    ['none is an empty element', 0x88, '', ''],
  ]
  it.each(cases)('%s', async (_what, type, bytes, list) => {
    expect(await typed(type, bytes)).toEqual(list)
  })

  it('BinXml: fragments one after the other', async () => {
    const item = (name: string) => element('Data', { Name: name }, 'v')
    const fields = await bodyFields(element('EventData', {}, sub(0, 0x21)), { type: 0xa1, nested: [item('a'), item('b')] })
    expect(fields).toEqual({ a: 'v', b: 'v' })
  })
})

describe('structure', () => {
  const data = (name: string, ...content: Content[]) => element('Data', { Name: name }, ...content)

  it('a null attribute is absent when optional and empty when not', async () => {
    const root = element('UserData', {}, element('a', { o: optional(0, 1), n: sub(0, 1) }, 'v'))
    expect(await bodyFields(root, value.none)).toEqual({ a_n: '', a: 'v' })
  })

  it('a null element is empty', async () => {
    const root = element(
      'EventData',
      {},
      data('o', optional(0, 1)),
      data('n', sub(0, 1)),
      element('Binary', {}, optional(0, 0x0e)),
    )
    expect(await bodyFields(root, value.none)).toEqual({ o: '', n: '', Binary: '' })
  })

  it('a substitution without a value is null', async () => {
    expect(await bodyFields(element('EventData', {}, data('x', sub(7, 1))), value.none)).toEqual({ x: '' })
  })

  it('values are joined with the text, references, CDATA and processing instructions around them', async () => {
    const parts: Content[] = [
      'a',
      { entity: 'quot' },
      sub(0, 8),
      { cdata: '<' },
      { pi: ['t', 'x'] },
      { character: 65 },
      { entity: 'own' },
    ]
    expect(await bodyFields(element('EventData', {}, data('x', ...parts)), value.uint32(7))).toEqual({ x: 'a"7<A&own;' })
  })

  it('a single value without a name is a list of one: a field has the same shape for one value and for many', async () => {
    expect(await bodyFields(element('EventData', {}, element('Data', {}, sub(0, 1))), value.text('v'))).toEqual({ Data: ['v'] })
  })

  it('templates nest in templates, in values and in their own XML', async () => {
    const inner: Instance = {
      template: { guid: hex('b0000002 0000 0000 0000 000000000002'), root: data('deep', sub(0, 1)) },
      values: [value.text('v')],
    }
    const root = element('EventData', {}, sub(0, 0x21), inner)
    const other: Instance = {
      template: { guid: hex('b0000003 0000 0000 0000 000000000003'), root: data('other', sub(0, 1)) },
      values: [value.text('w')],
    }
    expect(await bodyFields(root, value.nested(other))).toEqual({ other: 'w', deep: 'v' })
  })

  it('nested XML may lack its fragment header', async () => {
    expect(await bodyFields(element('EventData', {}, sub(0, 0x21)), value.bare(data('x', 'v')))).toEqual({ x: 'v' })
  })

  it('nested XML in UserData gives its leaves', async () => {
    const nested = element(
      'p:Outer',
      { 'xmlns:p': 'urn:x', Kind: 'k' },
      element('p:Leaf', {}, 'v'),
      element('Group', {}, element('Two Words', {}, 'w'), emptyElement('Flag', {})),
    )
    expect(await bodyFields(element('UserData', {}, sub(0, 0x21)), value.nested(nested))).toEqual({
      Outer_Kind: 'k',
      Leaf: 'v',
      TwoWords: 'w',
      Flag: '',
    })
  })

  it('other children of Event give their leaves', async () => {
    const processing = element(
      'ProcessingErrorData',
      {},
      element('ErrorCode', {}, '15005'),
      element('EventPayload', {}, sub(0, 0x0e)),
    )
    expect(await bodyFields(processing, value.raw(0x0e, '6800'))).toEqual({ ErrorCode: '15005', EventPayload: '6800' })
    expect(await bodyFields(element('BinaryEventData', {}, 'C0FFEE'))).toEqual({ BinaryEventData: 'C0FFEE' })
  })

  it('an array under a name is a list; without a name its members join the others', async () => {
    const root = element('EventData', {}, data('x', sub(0, 0x81)), element('Data', {}, sub(0, 0x81)), element('Data', {}, 'last'))
    expect(await bodyFields(root, value.raw(0x81, '6100 0000 6200 0000'))).toEqual({ x: ['a', 'b'], Data: ['a', 'b', 'last'] })
  })

  it('long values are kept whole', async () => {
    const text = 'echo 漢字 '.repeat(3000)
    expect(await bodyFields(element('EventData', {}, data('x', sub(0, 1))), value.text(text))).toEqual({ x: text })
    expect(
      await bodyFields(element('EventData', {}, data('x', sub(0, 1))), { type: 0x81, bytes: utf16('ab\0'.repeat(9000)) }),
    ).toEqual({
      x: new Array(9000).fill('ab'),
    })
  })

  it('an event without a time of its own has the time it was written', async () => {
    const event = await one({ id: 5, written, body: element('Event', {}, element('System', {}, element('EventID', {}, '1'))) })
    expect(event).toEqual({
      time: 1714979289123,
      ticks: 4567,
      fields: { EventID: 1 },
      origin: { source: 'log.evtx', record: 5, index: 0 },
    })
    const none = await one({ id: 5, written: 0n, body: element('Event', {}, element('System', {}, element('EventID', {}, '1'))) })
    expect(none.time).toBeUndefined()
  })

  it('text that is no plain whole number stays text in System', async () => {
    const system = element(
      'System',
      {},
      element('EventID', {}, '007'),
      element('Task', {}, '-'),
      element('Level', {}, '18446744073709551616'),
    )
    const event = await one({ id: 5, written, body: element('Event', {}, system) })
    expect(event.fields).toEqual({ EventID: '007', Task: '-', Level: 18446744073709551616n })
  })

  it('record numbers beyond 2^53 keep every digit', async () => {
    const event = await one(manifestRecord({ id: 1, record: 9007199254740993n }, element('EventData', {})))
    expect(event.fields.EventRecordID).toBe(9007199254740993n)
    expect(event.origin?.record).toBe(9007199254740993n)
    const bare = await one({ id: 18446744073709551615n, written, body: element('Event', {}) })
    expect(bare.origin?.record).toBe(18446744073709551615n)
  })
})

describe('files', () => {
  const bytes = new Uint8Array(readFileSync(here('../events/evtx/sample.evtx')))
  const lines = readFileSync(here('../events/evtx/sample.jsonl'), 'utf8').trim().split('\n')

  it('the sample is what the writer writes', () => {
    expect(Buffer.compare(bytes, writeEvtx(sampleRecords, { perChunk: 5 }).bytes)).toBe(0)
  })

  it.each([1, 7, 4096, 65536, 65537, 10_000_000])('the sample says its events, in blocks of %i bytes', async block => {
    const { events, findings, batches } = await readAll(bytes, { block })
    expect(findings).toEqual([])
    expect(batches).toBe(2)
    const said = events.map(({ time, ticks, fields, origin }) => ({
      time,
      ticks,
      fields,
      record: origin!.record,
      index: origin!.index,
    }))
    expect(withoutBigints(said)).toEqual(lines.map(line => JSON.parse(line)))
  })

  it('an event says where it is from', async () => {
    const { events } = await readAll(bytes, { name: 'case.zip', member: 'logs/a.evtx' })
    expect(events[3]!.origin).toEqual({ source: 'case.zip', member: 'logs/a.evtx', record: 44, index: 3 })
  })

  it('fields are own properties, whatever their names', async () => {
    const { events } = await readAll(bytes)
    const fields = events[4]!.fields
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype)
    expect(Object.hasOwn(fields, '__proto__')).toBe(true)
  })

  it('events can be made in any order and again, and after later chunks were read', async () => {
    const { batchList } = await readAll(bytes)
    const second = batchList[1]!
    expect(second.at(2)).toEqual(second.at(2))
    expect(second.at(0).origin?.record).toBe(46)
    expect(() => second.at(4)).toThrow('bug')
  })

  it('detects files and carved chunks', () => {
    expect(evtx.detect(bytes.subarray(0, 4096), 'x')).toBe(1)
    expect(evtx.detect(bytes.subarray(4096), 'x')).toBe(0.9)
    expect(evtx.detect(bytes.subarray(1), 'x.evtx')).toBe(0)
    expect(evtx.detect(new Uint8Array(0), 'x.evtx')).toBe(0)
  })

  it('a carved chunk is read without a word', async () => {
    const { events, findings } = await readAll(bytes.slice(4096, 4096 + 65536))
    expect(events.map(event => event.origin!.record)).toEqual([41, 42, 43, 44, 45])
    expect(findings).toEqual([])
  })

  it('two logs in one file are both read', async () => {
    const twice = new Uint8Array(bytes.length * 2)
    twice.set(bytes)
    twice.set(bytes, bytes.length)
    const { events, findings } = await readAll(twice)
    expect(findings).toEqual([])
    expect(events.length).toBe(18)
    expect(events[17]!.origin!.index).toBe(17)
  })

  it('stops reading when nobody wants more', async () => {
    let closed = false
    async function* blocks() {
      try {
        for (;;) yield bytes
      } finally {
        closed = true
      }
    }
    for await (const _ of evtx.read(blocks(), { name: 'x' }, () => {})) break
    expect(closed).toBe(true)
  })

  it('holds a bounded part of a large log at a time', async () => {
    const chunk = bytes.slice(4096, 4096 + 65536)
    let given = 0
    async function* blocks() {
      for (; given < 4000; given++) yield chunk
    }
    let records = 0
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    for await (const batch of evtx.read(blocks(), { name: 'x' }, () => {})) {
      records += batch.length
      if (given % 200 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
    expect(records).toBe(20_000)
    // 250 MiB went through; what is not collected yet stays far below it.
    expect(most).toBeLessThan(100 * 1024 * 1024)
  })
})

const shared = here('../../../shared/data/evtx/')
const present = existsSync(`${shared}manifest.json`)
if (!present) console.warn('SKIPPED: EVTX record counts and regression fields (needs ../shared/data)')

interface Listed {
  readonly path: string
  readonly records: number
  readonly channels: Readonly<Record<string, number>>
  readonly event_ids: Readonly<Record<string, number>>
}

function fileBytes(path: string): Uint8Array {
  const file = readFileSync(path)
  return new Uint8Array(path.endsWith('.gz') ? gunzipSync(file) : file)
}

/** Counts as the manifest has them: of more than twelve different values it names the twelve most frequent. */
function count(values: readonly (Value | undefined)[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const one of values) counts.set(String(one), (counts.get(String(one)) ?? 0) + 1)
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]).slice(0, 12))
}

describe('real logs', () => {
  it.skipIf(!present)(
    'all files of the data pack have the records, channels and event ids of its manifest (needs ../shared/data)',
    async () => {
      const { files } = JSON.parse(readFileSync(`${shared}manifest.json`, 'utf8')) as { files: Listed[] }
      expect(files.length).toBe(382)
      const wrong: unknown[] = []
      for (const file of files) {
        const { events, findings } = await readAll(fileBytes(shared + file.path))
        const found = {
          records: events.length,
          channels: count(events.map(event => event.fields.Channel)),
          event_ids: count(events.map(event => event.fields.EventID)),
          findings,
        }
        const { records, channels, event_ids } = file
        try {
          expect(found).toEqual({ records, channels, event_ids, findings: [] })
        } catch {
          wrong.push({ path: file.path, found })
        }
      }
      expect(wrong).toEqual([])
    },
  )

  it.skipIf(!present)('the fields of the regression cases are those their converter wrote (needs ../shared/data)', async () => {
    const { cases } = JSON.parse(readFileSync(`${shared}regression-cases.json`, 'utf8')) as {
      cases: { evtx: string; json: string }[]
    }
    expect(cases.length).toBe(87)
    const differences: string[] = []
    const excused: Record<string, number> = {}
    let compared = 0
    for (const one of cases) {
      const { events } = await readAll(fileBytes(shared + one.evtx))
      const theirs = converted(readFileSync(shared + one.json, 'utf8'))
      if (events.length < theirs.length || theirs.length === 0)
        differences.push(`${one.json}: ${theirs.length} events, ${events.length} here`)
      for (const fields of theirs) {
        const ours = events.find(event => event.fields.EventRecordID === fields.get('EventRecordID'))?.fields ?? {}
        for (const name of new Set([...fields.keys(), ...Object.keys(ours)])) {
          compared++
          const [a, b] = [fields.get(name), Object.hasOwn(ours, name) ? ours[name] : undefined]
          const reason = excuse(name, a, b)
          if (reason === '') differences.push(`${one.json}: ${name}: ${JSON.stringify(a)} there, ${JSON.stringify(b)} here`)
          else if (reason !== 'equal') excused[reason] = (excused[reason] ?? 0) + 1
        }
      }
    }
    expect(differences).toEqual([])
    expect(compared).toBeGreaterThan(2000)
    console.log(`EVTX regression cases: ${compared} fields compared; differences of form: ${JSON.stringify(excused)}`)
  })
})

/** Why two readings of a field are the same although they are written differently; '' when they are not. */
function excuse(name: string, theirs: unknown, ours: Value | undefined): string {
  if (theirs === ours) return 'equal'
  if (theirs === null && ours === '') return 'the converter writes an empty element as null'
  if (typeof theirs === 'number' && ours === String(theirs)) return 'the converter writes integers of EventData as numbers'
  if (typeof theirs === 'boolean' && ours === String(theirs)) return 'the converter writes booleans of EventData as booleans'
  if (typeof theirs !== 'string' || typeof ours !== 'string') return ''
  if (`{${theirs}}` === ours) return 'the converter leaves the braces of a GUID out'
  if (name === 'SystemTime' && theirs.replace(/Z$/, '') === ours.slice(0, theirs.length - 1))
    return 'the converter cuts the time to microseconds'
  if (theirs === ours.trimEnd()) return 'the converter trims trailing blanks'
  return ''
}

/** The flat fields of a converter's nested JSON, with nothing of its values changed. */
function converted(text: string): Map<string, unknown>[] {
  const events: unknown[] = []
  try {
    const whole: unknown = JSON.parse(text)
    events.push(...(Array.isArray(whole) ? whole : [whole]))
  } catch {
    for (const line of text.split(/\r?\n(?=\{)/)) if (line.trim() !== '') events.push(JSON.parse(line))
  }
  return events.map(event => {
    const fields = new Map<string, unknown>()
    const { System = {}, EventData, UserData } = (event as { Event: Record<string, Record<string, unknown> | null> }).Event
    for (const [name, part] of Object.entries(System ?? {})) {
      if (part === null) continue
      if (typeof part !== 'object') fields.set(name, part)
      else {
        const { '#attributes': attributes, '#text': content } = part as {
          '#attributes'?: Record<string, unknown>
          '#text'?: unknown
        }
        if (content !== undefined) fields.set(name, content)
        for (const [key, inner] of Object.entries(attributes ?? {})) {
          fields.set(name === 'TimeCreated' && key === 'SystemTime' ? 'SystemTime' : `${name}_${key}`, inner)
        }
      }
    }
    const leaves = (part: Record<string, unknown>) => {
      for (const [name, inner] of Object.entries(part)) {
        if (name === '#attributes') continue
        if (typeof inner === 'object' && inner !== null && !('#text' in inner)) leaves(inner as Record<string, unknown>)
        else fields.set(name.replaceAll(' ', ''), inner)
      }
    }
    for (const [name, inner] of Object.entries(EventData ?? {}))
      if (name !== '#attributes') fields.set(name.replaceAll(' ', ''), inner)
    if (UserData) leaves(UserData)
    return fields
  })
}

// EVTX that is damaged, cut off, or made to do harm: what was not touched is kept exactly, what is lost is told, and nothing takes long.

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/ir/event.ts'
import { evtx } from '../../src/logs/evtx.ts'
import { readAll } from './read-evtx.ts'
import { manifestRecord, processRecord, sampleRecords, written } from './sample-evtx.ts'
import {
  element,
  hex,
  type Instance,
  optional,
  type RecordSource,
  sealChunk,
  sub,
  type TemplateSource,
  value,
  type Written,
  writeEvtx,
} from './write-evtx.ts'

const chunkSize = 65536
const chunkAt = (index: number) => 4096 + index * chunkSize

/** Mulberry32: the same numbers for the same seed everywhere. */
function numbers(seed: number): (below: number) => number {
  let state = seed | 0
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

/** Thirty-two records of all kinds in four chunks, each of which has every template. */
function manyRecords(): RecordSource[] {
  const records: RecordSource[] = []
  for (let chunk = 0; chunk < 4; chunk++) {
    for (let index = 0; index < 8; index++) {
      const id = 100 + chunk * 8 + index
      const other = sampleRecords[[2, 3, 4, 6][index] ?? 0]!
      records.push(
        index < 4 ? { ...other, id } : processRecord(id, `C:\\Windows\\p${id}.exe`, `p${id}.exe -n ${'x'.repeat(index * 40)}`),
      )
    }
  }
  return records
}

const whole = writeEvtx(manyRecords(), { perChunk: 8 })
const intact = await readAll(whole.bytes)

/** What an event says, apart from where it stands in the file. */
function said({ time, ticks, fields, origin }: Event): string {
  return JSON.stringify([time, ticks, Object.entries(fields), origin?.record], (_, inner) =>
    typeof inner === 'bigint' ? `${inner}n` : inner,
  )
}

const texts = intact.events.map(said)

const seen = new Set<string>()

async function readDamaged(bytes: Uint8Array) {
  const started = performance.now()
  const reading = await readAll(bytes, { block: 50_000 })
  expect(performance.now() - started).toBeLessThan(5000)
  for (const { code } of reading.findings) seen.add(code)
  expect(reading.findings.length).toBeLessThanOrEqual(52)
  reading.events.forEach((event, index) => {
    expect(event.origin?.index).toBe(index)
  })
  return { ...reading, texts: reading.events.map(said), codes: new Set(reading.findings.map(finding => finding.code)) }
}

function cut(bytes: Uint8Array, ...parts: readonly (readonly [number, number])[]): Uint8Array {
  const pieces = parts.map(([from, to]) => bytes.subarray(from, to))
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}

/** Each returns damaged bytes and the chunks that were not touched. */
type Damage = (next: (below: number) => number, bytes: Uint8Array, log: Written) => { bytes: Uint8Array; untouched: number[] }

const all = [0, 1, 2, 3]
/** Offsets are drawn from the bytes in use, or nothing would ever be hit. */
function spot(next: (below: number) => number, log: Written): number {
  const chunk = next(5)
  if (chunk === 4) return next(4096)
  const last = log.places.filter(place => place.chunk === chunk).at(-1)!.end
  return chunkAt(chunk) + next(last - chunkAt(chunk))
}
const chunkOf = (offset: number) => Math.floor((offset - 4096) / chunkSize)

const damages: Readonly<Record<string, Damage>> = {
  'flipped bits': (next, bytes, log) => {
    const hit = new Set<number>()
    for (let count = 1 + next(12); count > 0; count--) {
      const at = spot(next, log)
      bytes[at]! ^= 1 << next(8)
      hit.add(chunkOf(at))
    }
    return { bytes, untouched: all.filter(chunk => !hit.has(chunk)) }
  },
  'cut off': (next, bytes, log) => {
    const end = spot(next, log)
    return { bytes: bytes.slice(0, end), untouched: all.filter(chunk => chunkAt(chunk + 1) <= end) }
  },
  'zeroed ranges': (next, bytes, log) => {
    const hit = new Set<number>()
    for (let count = 1 + next(3); count > 0; count--) {
      const from = spot(next, log)
      const to = Math.min(bytes.length, from + 1 + next(next(2) === 0 ? 600 : 30_000))
      bytes.fill(0, from, to)
      for (let chunk = chunkOf(from); chunk <= chunkOf(to - 1); chunk++) hit.add(chunk)
    }
    return { bytes, untouched: all.filter(chunk => !hit.has(chunk)) }
  },
  'duplicated ranges': (next, bytes, log) => {
    const from = spot(next, log)
    const to = Math.min(bytes.length, from + 1 + next(next(2) === 0 ? 2000 : 100_000))
    const at = spot(next, log)
    const hit = (at - 4096) % chunkSize === 0 ? -1 : chunkOf(at)
    return { bytes: cut(bytes, [0, at], [from, to], [at, bytes.length]), untouched: all.filter(chunk => chunk !== hit) }
  },
  'swapped chunks': (next, bytes, log) => {
    const [a, b] = [next(4), next(4)]
    const first = bytes.slice(chunkAt(a), chunkAt(a + 1))
    bytes.set(bytes.slice(chunkAt(b), chunkAt(b + 1)), chunkAt(a))
    bytes.set(first, chunkAt(b))
    // And a few bytes gone, so that chunks do not lie where they should.
    const at = spot(next, log)
    const gone = next(3) === 0 ? 1 + next(500) : 0
    const hit = new Set(gone === 0 ? [] : [chunkOf(at), chunkOf(at + gone - 1)])
    const moved = (chunk: number) => (chunk === a ? b : chunk === b ? a : chunk)
    return { bytes: cut(bytes, [0, at], [at + gone, bytes.length]), untouched: all.filter(chunk => !hit.has(moved(chunk))) }
  },
}

const perKind = 400

describe('two thousand damaged logs', () => {
  it.each(Object.keys(damages))('%s: chunks that were not touched are kept exactly', async kind => {
    const kinds = Object.keys(damages)
    let kept = 0
    let read = 0
    for (let round = 0; round < perKind; round++) {
      const seed = 1_000_000 + kinds.indexOf(kind) * perKind + round
      const { bytes, untouched } = damages[kind]!(numbers(seed), whole.bytes.slice(), whole)
      const result = await readDamaged(bytes)
      read += result.events.length
      const found = new Set(result.texts)
      whole.places.forEach(({ chunk }, index) => {
        if (!untouched.includes(chunk)) return
        kept++
        if (!found.has(texts[index]!)) throw new Error(`seed ${seed}: record ${index} of untouched chunk ${chunk} is not kept`)
      })
    }
    expect(kept).toBeGreaterThan(perKind * 8)
    expect(read).toBeGreaterThanOrEqual(kept)
  })
})

describe('one record damaged', () => {
  const hurts: Readonly<Record<string, (next: (below: number) => number, record: Uint8Array) => void>> = {
    zeroed: (_, record) => record.fill(0),
    'filled with noise': (next, record) => {
      for (let at = 0; at < record.length; at++) record[at] = next(256)
    },
    'a bit flipped': (next, record) => {
      record[next(record.length)]! ^= 1 << next(8)
    },
    'partly zeroed': (next, record) => {
      const from = next(record.length)
      record.fill(0, from, from + 1 + next(200))
    },
    'header zeroed': (_, record) => record.fill(0, 0, 24),
  }
  it.each(Object.keys(hurts))('%s: all others are kept exactly', async how => {
    for (const [index, { start, end }] of whole.places.entries()) {
      for (let round = 0; round < 6; round++) {
        const bytes = whole.bytes.slice()
        hurts[how]!(numbers(index * 100 + round), bytes.subarray(start, end))
        const result = await readDamaged(bytes)
        const found = new Set(result.texts)
        const lost = texts.flatMap((text, other) => (other !== index && !found.has(text) ? [other] : []))
        expect({ seed: index * 100 + round, lost }).toEqual({ seed: index * 100 + round, lost: [] })
        expect(result.events.length).toBeLessThanOrEqual(texts.length)
      }
    }
  })

  it('a record that is lost is named, with its offset and number', async () => {
    const { start, end } = whole.places[5]!
    const bytes = whole.bytes.slice()
    bytes.fill(0xff, start + 24, end)
    const { findings } = await readDamaged(bytes)
    expect(findings).toEqual([
      {
        code: 'EVT005',
        severity: 'warning',
        message: `record 105 at offset ${start} (${end - start} bytes) was left out: its XML is damaged`,
      },
      {
        code: 'EVT010',
        severity: 'warning',
        message: `lost in this file: ${end - start} bytes, records known of: 1; read: 31 records`,
        hint: 'the file is damaged or was cut off: copy it again if the original still exists',
      },
    ])
  })
})

describe('headers are not believed', () => {
  it('the file header may say anything, or be missing', async () => {
    for (let round = 0; round < 50; round++) {
      const next = numbers(round)
      const bytes = whole.bytes.slice()
      for (let at = 0; at < 4096; at++) bytes[at] = round === 0 ? 0 : next(256)
      const result = await readDamaged(bytes)
      expect(result.texts).toEqual(texts)
      expect(result.codes.has('EVT001')).toBe(true)
    }
    const bytes = whole.bytes.slice()
    bytes.fill(0, 8, 4096)
    expect((await readDamaged(bytes)).findings).toEqual([])
    expect((await readDamaged(whole.bytes.slice(4096))).findings).toEqual([])
  })

  it('a chunk header may say anything, or be missing', async () => {
    for (let round = 0; round < 400; round++) {
      const next = numbers(round)
      const bytes = whole.bytes.slice()
      const base = chunkAt(next(4))
      const from = next(512)
      const to = from + 1 + next(512 - from)
      for (let at = from; at < to; at++) bytes[base + at] = round % 4 === 0 ? 0 : next(256)
      const result = await readDamaged(bytes)
      expect({ round, texts: result.texts }).toEqual({ round, texts })
    }
    const bytes = whole.bytes.slice()
    bytes.fill(0, chunkAt(1), chunkAt(1) + 512)
    expect((await readDamaged(bytes)).findings).toEqual([
      {
        code: 'EVT003',
        severity: 'warning',
        message: `the header of the chunk at offset ${chunkAt(1)} is missing: its records are found by their marks`,
      },
    ])
  })

  it('a log that was not closed has headers older than its records', async () => {
    const bytes = whole.bytes.slice()
    const last = bytes.subarray(chunkAt(3))
    const view = new DataView(last.buffer, last.byteOffset)
    const third = whole.places.at(-6)!
    view.setBigUint64(32, 126n, true)
    view.setUint32(44, third.start - chunkAt(3), true)
    view.setUint32(48, third.end - chunkAt(3), true)
    expect((await readDamaged(bytes)).texts).toEqual(texts)
    sealChunk(last)
    const stale = await readDamaged(bytes)
    expect(stale.texts).toEqual(texts)
    expect(stale.findings).toEqual([])
    // A chunk that was begun and never described.
    view.setBigUint64(24, 0n, true)
    view.setBigUint64(32, 0xffffffffffffffffn, true)
    view.setUint32(48, 512, true)
    expect((await readDamaged(bytes)).texts).toEqual(texts)
  })

  it('damage behind the records that the header of an open log knows costs only what it hit', async () => {
    const bytes = whole.bytes.slice()
    const view = new DataView(bytes.buffer, chunkAt(3))
    view.setBigUint64(32, 126n, true)
    view.setUint32(48, whole.places.at(-6)!.end - chunkAt(3), true)
    const { start, end } = whole.places.at(-3)!
    bytes.fill(0xee, start, end)
    const result = await readDamaged(bytes)
    expect(result.texts).toEqual(texts.filter((_, index) => index !== 29))
    expect(result.findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      `EVT006 ${end - start} bytes at offset ${start} were left out: no record where one should begin`,
      `EVT010 lost in this file: ${end - start} bytes, records known of: 0; read: 31 records`,
    ])
  })

  it('free space that reaches to the end of the chunk is no loss when it is empty', async () => {
    const bytes = whole.bytes.slice()
    const chunk = bytes.subarray(chunkAt(0), chunkAt(1))
    new DataView(chunk.buffer, chunk.byteOffset).setUint32(48, chunkSize, true)
    const result = await readDamaged(bytes)
    expect(result.texts).toEqual(texts)
    expect(result.findings).toEqual([])
  })
})

const shared = fileURLToPath(new URL('../../../shared/data/evtx/', import.meta.url))
const present = existsSync(`${shared}manifest.json`)
if (!present) console.warn('SKIPPED: damaged chunk headers of real EVTX files (needs ../shared/data)')

describe('real logs', () => {
  it.skipIf(!present)(
    'a flipped bit in each chunk header changes no event: half of these chunks hold old records too (needs ../shared/data)',
    async () => {
      const { files } = JSON.parse(readFileSync(`${shared}manifest.json`, 'utf8')) as { files: { path: string }[] }
      for (const [index, { path }] of files.entries()) {
        const file = readFileSync(shared + path)
        const bytes = new Uint8Array(path.endsWith('.gz') ? gunzipSync(file) : file)
        const before = (await readAll(bytes)).events.map(said)
        for (let round = 0; round < 3; round++) {
          const next = numbers(index * 3 + round)
          const damaged = bytes.slice()
          // The first fields decide most.
          for (let at = 4096; at < bytes.length; at += chunkSize) damaged[at + next(round === 0 ? 512 : 56)]! ^= 1 << next(8)
          const after = (await readAll(damaged)).events.map(said)
          expect({ path, round, same: after.length === before.length && after.every((text, at) => text === before[at]) }).toEqual(
            {
              path,
              round,
              same: true,
            },
          )
        }
      }
    },
  )
})

describe('records of an earlier use of a chunk', () => {
  const one = (id: number, length: number) => processRecord(id, 'C:\\old.exe', 'x'.repeat(length))
  /** A chunk that held six records and was begun anew with two. */
  function reused(length: number): Uint8Array {
    const old = writeEvtx([1, 2, 3, 4, 5, 6].map(id => one(id, 40)))
    const young = writeEvtx([one(101, length), one(102, length)])
    const bytes = old.bytes.slice()
    bytes.set(young.bytes.subarray(0, young.places[1]!.end))
    return bytes
  }

  it.each([40, 60, 61, 200])('are not events of now (%i)', async length => {
    const { events, findings } = await readDamaged(reused(length))
    expect(events.map(event => event.origin!.record)).toEqual([101, 102])
    expect(findings).toEqual([])
  })

  it('are not taken for the rest of a chunk when a record of now is damaged', async () => {
    const bytes = reused(40)
    bytes.fill(0xee, chunkAt(0) + 512, chunkAt(0) + 700)
    const { events } = await readDamaged(bytes)
    expect(events.map(event => event.origin!.record)).toEqual([])
    // Without a usable header nothing tells them apart, and all are given.
    const headless = reused(60)
    headless.fill(0, chunkAt(0), chunkAt(0) + 512)
    const found = (await readDamaged(headless)).events.map(event => event.origin!.record)
    expect(found.slice(0, 2)).toEqual([101, 102])
    expect(found.length).toBeGreaterThan(2)
  })
})

describe('frames that disagree', () => {
  const changed = async (change: (bytes: Uint8Array, start: number, end: number) => void, index = 13) => {
    const bytes = whole.bytes.slice()
    const { start, end } = whole.places[index]!
    change(bytes, start, end)
    return readDamaged(bytes)
  }

  it.each([
    ['the mark', 0],
    ['the size before', 4],
    ['the size after', -4],
  ])('%s wrong: the record is read by what is left', async (_what, offset) => {
    for (const index of [12, 13, 15, 31]) {
      const result = await changed(
        (bytes, start, end) => bytes.fill(0x55, (offset < 0 ? end : start) + offset, (offset < 0 ? end : start) + offset + 4),
        index,
      )
      expect(result.texts).toEqual(texts)
      expect(result.codes).toEqual(new Set(['EVT008']))
    }
  })

  it('a template is stood in for by the same template of another chunk', async () => {
    for (const chunk of [0, 1, 3]) {
      const bytes = whole.bytes.slice()
      const base = chunkAt(chunk)
      // The first token of the first definition of the chunk; the names in it stay, which the record without a template needs.
      bytes[base + 512 + 24 + 4 + 10 + 24 + 4] = 0xee
      const result = await readDamaged(bytes)
      expect(result.texts).toEqual(texts)
      expect(result.codes).toEqual(new Set(['EVT009']))
    }
  })

  it('a template whose names are damaged is used when there is no other', async () => {
    const log = writeEvtx([processRecord(1, 'a.exe', 'a'), processRecord(2, 'b.exe', 'b')])
    const bytes = log.bytes.slice()
    const name = Buffer.from('CommandLine', 'utf16le')
    const other = Buffer.from('EventID', 'utf16le')
    const at = Buffer.from(bytes.buffer).indexOf(other)
    bytes[at] = 'X'.charCodeAt(0)
    expect(Buffer.from(bytes.buffer).indexOf(name)).toBeGreaterThan(0)
    const { events, codes } = await readDamaged(bytes)
    expect(events.map(event => event.fields.CommandLine)).toEqual(['a', 'b'])
    expect(codes.has('EVT009')).toBe(true)
  })

  it('records after inserted bytes are read, also where their own offsets are no longer right', async () => {
    for (const at of [whole.places[9]!.start, whole.places[9]!.start + 100, chunkAt(1) + 512]) {
      const noise = whole.bytes.subarray(2000, 2000 + 77)
      const bytes = cut(whole.bytes, [0, at], [2000, 2000 + noise.length], [at, whole.bytes.length])
      const found = new Set((await readDamaged(bytes)).texts)
      expect(
        texts.flatMap((text, index) =>
          found.has(text) || (whole.places[index]!.start < at && at < whole.places[index]!.end) ? [] : [index],
        ),
      ).toEqual([])
    }
  })
})

describe('cut off', () => {
  it('says where and how much is missing', async () => {
    const { start, end } = whole.places[18]!
    const result = await readDamaged(whole.bytes.slice(0, start + 100))
    expect(result.texts).toEqual(texts.slice(0, 18))
    const missing = whole.places[23]!.end - start
    expect(end).toBeGreaterThan(start + 100)
    expect(result.findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      `EVT007 the chunk is cut off at offset ${start}: ${missing} bytes of records are missing or incomplete`,
      `EVT010 lost in this file: ${missing} bytes, records known of: 6; read: 18 records`,
    ])
    const header = await readDamaged(whole.bytes.slice(0, chunkAt(2) + 100))
    expect(header.texts).toEqual(texts.slice(0, 16))
    expect(header.codes).toEqual(new Set(['EVT007', 'EVT010']))
  })

  it('after the last record nothing is missing', async () => {
    const result = await readDamaged(whole.bytes.slice(0, whole.places.at(-1)!.end))
    expect(result.texts).toEqual(texts)
    expect(result.findings).toEqual([])
  })

  it.each([
    ['nothing', new Uint8Array(0), ['EVT001', 'EVT002']],
    ['text', new TextEncoder().encode('no event log '.repeat(20_000)), ['EVT001', 'EVT004', 'EVT002', 'EVT010']],
    ['zeros', new Uint8Array(300_000), ['EVT001', 'EVT002']],
  ])('%s is no log', async (_what, bytes, expected) => {
    const { events, codes } = await readDamaged(bytes)
    expect(events).toEqual([])
    expect(codes).toEqual(new Set(expected))
  })

  it('a log without records is fine', async () => {
    const { events, findings } = await readDamaged(writeEvtx([], { spare: 3 }).bytes)
    expect(events).toEqual([])
    expect(findings).toEqual([])
  })
})

describe('logs made to do harm', () => {
  const template = (id: number, root: TemplateSource['root']): TemplateSource => ({
    guid: hex(`c0${id.toString(16).padStart(6, '0')} 0000 0000 0000 000000000000`),
    root,
  })
  const good = processRecord(2, 'C:\\good.exe', 'good')

  it('a template inside itself', async () => {
    const own: { guid: Uint8Array; root: TemplateSource['root'] } = { guid: hex('c1'.repeat(16)), root: element('EventData', {}) }
    own.root = element('EventData', {}, { template: own, values: [] })
    const { bytes } = writeEvtx([manifestRecord({ id: 1, record: 1 }, { template: own, values: [] }), good])
    const { events, findings } = await readDamaged(bytes)
    expect(events.map(event => event.origin!.record)).toEqual([2])
    expect(findings[0]!.message).toMatch(/its template is damaged/)
  })

  it.each([
    [20, true],
    [40, false],
    [400, false],
  ])('templates nested %i deep', async (depth, fits) => {
    let nested: Instance = { template: template(1, element('Data', { Name: 'x' }, 'v')), values: [] }
    const around = template(2, element('EventData', {}, sub(0, 0x21)))
    for (let level = 0; level < depth; level++) nested = { template: around, values: [value.nested(nested)] }
    const { events, findings } = await readDamaged(writeEvtx([manifestRecord({ id: 1, record: 1 }, nested), good]).bytes)
    expect(events.length).toBe(fits ? 2 : 1)
    if (!fits) expect(findings[0]!.message).toMatch(/its XML is nested too deep/)
  })

  it('elements nested a thousand deep', async () => {
    let nested = element('a', {}, 'v')
    for (let level = 0; level < 1000; level++) nested = element('a', {}, nested)
    const { events } = await readDamaged(writeEvtx([{ id: 1, written, body: nested }, good]).bytes)
    expect(events.map(event => event.origin!.record)).toEqual([2])
  })

  it('one long value named a thousand times', async () => {
    const root = element('UserData', {}, ...Array.from({ length: 1000 }, (_, index) => element(`f${index}`, {}, sub(0, 1))))
    const record = manifestRecord({ id: 1, record: 1 }, { template: template(3, root), values: [value.text('x'.repeat(9000))] })
    const { events, findings } = await readDamaged(writeEvtx([record, good]).bytes)
    expect(events.map(event => event.origin!.record)).toEqual([2])
    expect(findings[0]!.message).toMatch(/repeats its values beyond measure/)
  })

  it('nested XML named twice', async () => {
    const root = element('EventData', {}, sub(0, 0x21), sub(0, 0x21))
    const record = manifestRecord(
      { id: 1, record: 1 },
      { template: template(4, root), values: [value.nested(element('Data', {}, 'v'))] },
    )
    const { events } = await readDamaged(writeEvtx([record, good]).bytes)
    expect(events.map(event => event.origin!.record)).toEqual([2])
  })

  it('a template of thousands of fields, used by every record of a chunk', async () => {
    const many = template(5, element('UserData', {}, ...Array.from({ length: 2500 }, () => element('f', {}, sub(1, 1)))))
    const records = Array.from(
      { length: 900 },
      (_, index): RecordSource => ({ id: index, written, body: { template: many, values: [] } }),
    )
    const log = writeEvtx(records)
    const { events, codes } = await readDamaged(log.bytes)
    expect(events.length).toBeLessThan(900)
    expect(codes).toEqual(new Set(['EVT005', 'EVT010', 'EVT011']))
  })

  it('definitions that overlap, one for every record', async () => {
    // A long definition with many ids in it: each record names another offset in it as its template.
    const ids = Array.from({ length: 2000 }, () => '\u0f0f\u0101\u000f').join('')
    const long = template(6, element('EventData', {}, element('Data', {}, ids)))
    const log = writeEvtx([
      manifestRecord({ id: 1, record: 1 }, { template: long, values: [] }),
      ...Array.from({ length: 400 }, (_, index) => ({ id: 2 + index, written, body: { template: long, values: [] } })),
    ])
    const bytes = log.bytes.slice()
    const view = new DataView(bytes.buffer)
    for (const [index, { start }] of log.places.entries()) {
      if (index === 0) continue
      const offset = 2000 + index * 6
      view.setUint32(start + 24 + 4 + 6, offset, true)
      view.setUint32(start + 24 + 4 + 2, view.getUint32(chunkAt(0) + offset + 4, true), true)
    }
    await readDamaged(bytes)
  })

  it('nothing but marks of chunks, files and records', async () => {
    for (const text of ['ElfChnk\0', 'ElfFile\0', '**\0\0', `ElfChnk\0${'\x80'.repeat(40)}`]) {
      const mark = Uint8Array.from(text, character => character.charCodeAt(0))
      const bytes = new Uint8Array(400_000)
      for (let at = 0; at + mark.length <= bytes.length; at += mark.length) bytes.set(mark, at)
      const { events } = await readDamaged(bytes)
      expect(events).toEqual([])
    }
  })

  it('findings beyond fifty are counted, not told', async () => {
    const log = writeEvtx(Array.from({ length: 120 }, (_, index) => processRecord(index, 'a', 'b')))
    const bytes = log.bytes.slice()
    for (const { start, end } of log.places.slice(1)) bytes.fill(0xff, start + 28, end - 4)
    const { events, findings } = await readDamaged(bytes)
    expect(events.length).toBe(1)
    expect(findings.filter(finding => finding.code === 'EVT005').length).toBe(50)
    expect(findings.slice(-2).map(({ code, message }) => `${code} ${message}`)).toEqual([
      'EVT011 69 more findings in this file are not shown',
      `EVT010 lost in this file: ${log.places.slice(1).reduce((sum, { start, end }) => sum + end - start, 0)} bytes, records known of: 119; read: 1 records`,
    ])
  })

  it('optional parts of a wrong kind do no harm', async () => {
    const root = element('EventData', { Name: optional(0, 0x21) }, element('Data', { Name: sub(0, 0x21) }, sub(0, 0x0f)))
    const record = manifestRecord({ id: 1, record: 1 }, { template: template(7, root), values: [value.raw(0x0f, '00')] })
    const { events } = await readDamaged(writeEvtx([record, good]).bytes)
    expect(events.map(event => event.origin!.record)).toEqual([1, 2])
  })
})

describe('codes', () => {
  it('every code was told by one of these logs, and no other', () => {
    expect([...seen].sort()).toEqual(Object.keys(evtx.codes))
  })
})

// Damaged logs, 2,000 of them from fixed seeds: nothing breaks or hangs, and every record that the damage did not touch is there.

import { describe, expect, it } from 'vitest'
import { jsonl } from '../../src/logs/jsonl.ts'
import { winxml } from '../../src/logs/winxml.ts'
import { random, readLog } from './reading.ts'

type Random = () => number

interface Shape {
  readonly name: string
  readonly before: string
  readonly between: string
  readonly after: string
  record(number: number, next: Random): string
}

/** A record with what makes framing hard inside: brackets, quotes and commas in text, objects and lists in each other. */
function fields(number: number, next: Random): object {
  return {
    id: number,
    EventID: Math.floor(next() * 30),
    CommandLine: `a "b" {c} [d], \\ ${'x'.repeat(next() * 60)} é`,
    Nested: { list: [1, 2, { a: '}' }, []], n: null, o: {} },
    Image: `C:\\Windows\\${Math.floor(next() * 1e6)}.exe`,
  }
}

const json = (number: number, next: Random) => JSON.stringify(fields(number, next))
const pretty = (number: number, next: Random) => JSON.stringify(fields(number, next), null, 2)
const indented = (number: number, next: Random) => pretty(number, next).replace(/^/gm, '  ')
const xml = (number: number, next: Random) =>
  `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='P'/><EventID>1</EventID><TimeCreated SystemTime='2024-01-01T00:00:00.0000000Z'/><EventRecordID>${number}</EventRecordID></System><EventData><Data Name='A'>x &lt; &amp; ${Math.floor(next() * 1e6)}</Data><Data>u</Data><Data Name="B"></Data></EventData></Event>`
const prettyXml = (number: number, next: Random) => xml(number, next).replaceAll('><', '>\n  <')

const jsonShapes: readonly Shape[] = [
  { name: 'lines', before: '', between: '\n', after: '\n', record: json },
  { name: 'a list, a record a line', before: '[\n', between: ',\n', after: '\n]\n', record: json },
  { name: 'a list on one line', before: '[', between: ',', after: ']', record: json },
  { name: 'concatenated', before: '', between: '', after: '', record: json },
  { name: 'pretty-printed', before: '', between: '\n', after: '\n', record: pretty },
  { name: 'a pretty-printed list', before: '[\n', between: ',\n', after: '\n]\n', record: indented },
  { name: 'a wrapper', before: '{"Records":[', between: ',', after: ']}', record: json },
]
const xmlShapes: readonly Shape[] = [
  { name: 'one a line', before: '', between: '\n', after: '\n', record: xml },
  { name: 'Events', before: '<?xml version="1.0"?>\n<Events>', between: '', after: '</Events>', record: xml },
  { name: 'pretty-printed', before: '<Events>\n', between: '\n', after: '\n</Events>', record: prettyXml },
]

const inserts = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  ',',
  '\n',
  '<',
  '>',
  '&',
  '<Event>',
  '</Event>',
  '{"id":',
  '\0',
  '\r\n',
  '<!--',
  '<![CDATA[',
  "'",
]

/** One damage: bits, bytes, a gap, an insertion, an end too early, a hole of NULs, a beginning lost. `from` to `to` is what it touches. */
function damage(bytes: Buffer, next: Random): { readonly bytes: Buffer; readonly from: number; readonly to: number } {
  const from = Math.floor(next() * bytes.length)
  const to = Math.min(bytes.length, from + 1 + Math.floor(next() * next() * 80))
  const copy = Buffer.from(bytes)
  switch (Math.floor(next() * 7)) {
    case 0:
      copy[from]! ^= 1 << Math.floor(next() * 8)
      return { bytes: copy, from, to: from + 1 }
    case 1:
      for (let at = from; at < to; at++) copy[at] = Math.floor(next() * 256)
      return { bytes: copy, from, to }
    case 2:
      return { bytes: Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]), from, to }
    case 3: {
      const insert = Buffer.from(inserts[Math.floor(next() * inserts.length)]!)
      return { bytes: Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(from)]), from, to: from }
    }
    case 4:
      return { bytes: bytes.subarray(0, from), from, to: bytes.length }
    case 5:
      copy.fill(0, from, to)
      return { bytes: copy, from, to }
    default:
      return { bytes: bytes.subarray(from), from: 0, to: from }
  }
}

const count = 12

function made(shape: Shape, next: Random): { readonly bytes: Buffer; readonly spans: readonly (readonly [number, number])[] } {
  let text = shape.before
  const spans: [number, number][] = []
  for (let number = 0; number < count; number++) {
    if (number > 0) text += shape.between
    const from = Buffer.byteLength(text)
    text += shape.record(number, next)
    spans.push([from, Buffer.byteLength(text)])
  }
  return { bytes: Buffer.from(text + shape.after), spans }
}

/** Reads `runs` damaged logs of a shape; how many untouched records were lost in all, of how many. */
async function run(
  shape: Shape,
  runs: number,
  seed: number,
  isXml: boolean,
): Promise<{ lost: number; untouched: number; silent: number[]; slow: number }> {
  let lost = 0
  let untouched = 0
  let slow = 0
  const silent: number[] = []
  for (let number = 0; number < runs; number++) {
    const next = random(seed + number)
    const { bytes, spans } = made(shape, next)
    const damaged = damage(bytes, next)
    const from = performance.now()
    const { events, findings } = await readLog(isXml ? winxml : jsonl, damaged.bytes, [1, 17, 1 << 20][number % 3])
    slow = Math.max(slow, performance.now() - from)
    const found = new Set(events.map(event => Number(isXml ? event.origin!.record : event.fields.id)))
    const missing = spans.filter(([start, end], at) => (end <= damaged.from || start >= damaged.to) && !found.has(at)).length
    untouched += spans.filter(([start, end]) => end <= damaged.from || start >= damaged.to).length
    lost += missing
    if (missing > 0 && findings.length === 0) silent.push(seed + number)
  }
  return { lost, untouched, silent, slow }
}

/**
 * Where records have lines of their own, none is lost. Where they share a line or an indentation, damage can take away what tells one
 * from another (the brace before a neighbour, the name `Records`): of a hundred untouched records one may be lost, never without a word.
 */
describe('JSON: 1,000 damaged logs', () => {
  for (const [at, shape] of jsonShapes.entries()) {
    it(shape.name, async () => {
      const { lost, untouched, silent, slow } = await run(shape, at < 6 ? 143 : 142, 1000 * (at + 1), false)
      expect(untouched).toBeGreaterThan(600)
      expect(lost).toBeLessThanOrEqual(at < 2 ? 0 : untouched / 100)
      if (shape.name !== 'a wrapper') expect(silent).toEqual([])
      expect(slow).toBeLessThan(5000)
    })
  }
})

describe('XML: 1,000 damaged logs', () => {
  for (const [at, shape] of xmlShapes.entries()) {
    it(shape.name, async () => {
      const { lost, untouched, silent, slow } = await run(shape, at === 0 ? 334 : 333, 100_000 * (at + 1), true)
      expect(untouched).toBeGreaterThan(1000)
      expect(lost).toBe(0)
      expect(silent).toEqual([])
      expect(slow).toBeLessThan(5000)
    })
  }
})

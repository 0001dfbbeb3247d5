// JSON lines written in other ways, and damaged ones: what a log may hold beside what it usually holds. Drawn with a seed.

import type { Value } from '../../src/ir/event.ts'

/** Numbers from 0 to 1 that a seed tells (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

type Random = () => number
type Record_ = Readonly<Record<string, Value>>

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!

/** A text in JSON, some characters escaped that need it not. */
function writeText(text: string, random: Random, share: number): string {
  let out = '"'
  for (let at = 0; at < text.length; at++) {
    const unit = text[at]!
    if (random() < share) {
      const hex = text.charCodeAt(at).toString(16).padStart(4, '0')
      out += `\\u${random() < 0.5 ? hex : hex.toUpperCase()}`
    } else if (unit === '/' && random() < 0.5) out += '\\/'
    else if (/[\ud800-\udfff]/.test(unit)) out += /[\ud800-\udbff]/.test(unit) && at + 1 < text.length ? unit + text[++at]! : unit
    else out += JSON.stringify(unit).slice(1, -1)
  }
  return `${out}"`
}

function write(value: Value, random: Random, share: number, blank: () => string): string {
  if (typeof value === 'string') return writeText(value, random, share)
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value))
    return `[${blank()}${(value as readonly Value[]).map(member => write(member, random, share, blank)).join(`${blank()},${blank()}`)}]`
  if (typeof value === 'object' && value !== null)
    return `{${blank()}${Object.entries(value)
      .map(([key, member]) => `${writeText(key, random, share / 8)}${blank()}:${blank()}${write(member, random, share, blank)}`)
      .join(`${blank()},${blank()}`)}${blank()}}`
  return JSON.stringify(value)
}

/** Characters whose folding is of another kind, and what folds to them. */
const odd: readonly (readonly [RegExp, string])[] = [
  [/k/i, '\u212a'],
  [/s/i, '\u017f'],
  [/i/i, '\u0130'],
  [/-/, '\u2013'],
  [/e/i, '\u00c9'],
]

function change(value: Value, random: Random): Value {
  const kind = Math.floor(random() * 14)
  if (typeof value === 'string') {
    switch (kind) {
      case 0:
        return value.toUpperCase()
      case 1:
        return value.toLowerCase()
      case 2:
        return [value, pick(random, ['x', 'C:\\Windows\\System32\\cmd.exe', ''])]
      case 3: {
        const [from, to] = pick(random, odd)
        return value.replace(from, to)
      }
      case 4:
        return null
      case 5:
        return ''
      case 6:
        return value.slice(Math.floor(random() * value.length))
      case 7:
        return `${value}${pick(random, [' ', '\\', '/', '\n', '\u0001', '"', '\ud800', '😀', 'Ж'])}`
      case 8:
        return { inner: value }
      case 9:
        return Number.isFinite(Number(value)) && value !== '' ? Number(value) : value.repeat(3)
      default:
        return value
    }
  }
  if (typeof value === 'number') {
    switch (kind) {
      case 0:
        return String(value)
      case 1:
        return value + 0.5
      case 2:
        return [value]
      case 3:
        return BigInt(Math.trunc(value)) * 10n ** 18n + 7n
      default:
        return value
    }
  }
  return value
}

/** The record with some values changed, keys in another order, or folded into or out of other records. */
export function changed(record: Record_, random: Random): Record_ {
  const entries = Object.entries(record).map(([key, value]): [string, Value] => [
    key,
    random() < 0.15 ? change(value, random) : value,
  ])
  if (random() < 0.3) entries.sort(() => random() - 0.5)
  if (random() < 0.1) entries.splice(Math.floor(random() * entries.length), 1)
  if (random() < 0.1)
    entries.push([
      pick(random, ['tags', 'Extra', 'a.b', 'winlog', 'Event']),
      pick<Value>(random, [['x', 'y'], 'mimikatz', { b: 1 }, 7]),
    ])
  const flat = Object.fromEntries(entries)
  const way = random()
  if (way < 0.05) {
    const { Channel, EventID, ...rest } = flat
    return { Event: { System: { Channel: Channel ?? null, EventID: EventID ?? null, Computer: 'h' }, EventData: rest } }
  }
  if (way < 0.1) {
    const { Channel, EventID, ...rest } = flat
    return {
      winlog: { channel: Channel ?? null, event_id: EventID ?? null, event_data: rest },
      '@timestamp': '2026-01-01T00:00:00Z',
    }
  }
  if (way < 0.12) {
    const { Channel, EventID, ...rest } = flat
    return { 'winlog.channel': Channel ?? null, 'winlog.event_id': EventID ?? null, winlog: { event_data: rest } }
  }
  if (way < 0.13) return { Records: [flat, flat] }
  if (way < 0.14) return { preview: false, result: flat }
  return flat
}

/** A line for a record: as JSON.stringify writes it, with other escapes and blanks, with a key twice, or damaged. */
export function lineOf(record: Record_, random: Random): string {
  const way = random()
  const share = way < 0.2 ? 0.1 : way < 0.25 ? 1 : 0
  const spaced = random() < 0.2
  let line = write(record, random, share, () => (spaced ? pick(random, ['', ' ', '\t', '  ']) : ''))
  const damage = random()
  if (damage < 0.03) line = line.replace(/^\{/, () => `{${JSON.stringify(pick(random, Object.keys(record)))}:"first",`)
  else if (damage < 0.04) line = line.slice(0, Math.floor(random() * line.length))
  else if (damage < 0.05) line += pick(random, ['x', '{}', ',', ']', ' {"a":1}'])
  else if (damage < 0.055) line = line.replace(/:/, '=')
  else if (damage < 0.06) line = line.replace(/"/, '')
  else if (damage < 0.065) line = line.replace(/,/, ',\n')
  else if (damage < 0.07) line = pick(random, ['', '[]', '7', '"text"', 'null', '{}', '{"EventID":1}', 'not json', '\u0000'])
  return line + pick(random, ['\n', '\n', '\n', '\r\n', '\n\n', ' \n'])
}

/** The bytes of a log; some bytes are no UTF-8. */
export function bytesOf(lines: readonly string[], random: Random): Uint8Array {
  const bytes = new TextEncoder().encode(lines.join(''))
  for (let count = Math.floor(lines.length / 400); count > 0; count--) {
    const at = Math.floor(random() * bytes.length)
    if (bytes[at] !== 10) bytes[at] = pick(random, [0xff, 0xc0, 0xed, 0x80, 0x1f])
  }
  return bytes
}

// Records of EVTX on a tape: every value is the one the event has, and a hunt tells the same with a tape and without, whatever the records hold.

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import type { Program } from '../../src/engine/run.ts'
import { hunt, isAlert } from '../../src/hunt.ts'
import type { Value } from '../../src/ir/event.ts'
import { evtx } from '../../src/logs/evtx.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { createTape, type Tape } from '../../src/wasm/tape.ts'
import { changed, randomOf } from '../engine/mutate.ts'
import { blocks } from './read-evtx.ts'
import { manifestRecord, processRecord, sampleRecords } from './sample-evtx.ts'
import {
  type Content,
  element,
  hex,
  optional,
  type RecordSource,
  sub,
  type TemplateSource,
  type TypedValue,
  utf16,
  value,
  writeEvtx,
} from './write-evtx.ts'

const seed = Number(process.env.TERRIER_SEED ?? 20_261_124)
const long = process.env.TERRIER_LONG === '1'
console.log(`records are drawn with seed ${seed} (TERRIER_SEED)`)

type Random = () => number
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!

/** Compares each record on the tape with its event, and counts the records that are on it and those that are not. */
async function compare(tape: Tape, bytes: Uint8Array): Promise<{ laid: number; apart: number }> {
  const counts = { laid: 0, apart: 0 }
  for await (const batch of evtx.read(blocks(bytes, 70_000), { name: 'log.evtx', tape }, () => {})) {
    const { slots } = batch
    if (slots === undefined) throw new Error('no slots')
    expect(slots.tape).toBe(tape)
    for (let index = 0; index < batch.length; index++) {
      const row = slots.rows[index]!
      if (row < 0) {
        counts.apart++
        continue
      }
      counts.laid++
      const found: Record<string, Value> = {}
      const at = (tape.rows >> 2) + row * 8
      for (let entry = tape.words[at + 2]!; entry < tape.words[at + 3]!; entry++)
        found[tape.names[tape.words[(tape.entries >> 2) + entry * 4]!]!] = slots.value(entry)
      expect(found).toEqual({ ...batch.at(index).fields })
    }
  }
  return counts
}

/** All that a hunt tells. */
async function told(program: Program, bytes: Uint8Array, matcher: 'fast' | 'reference'): Promise<string[]> {
  const out: string[] = []
  const plain = (_: string, one: unknown): unknown =>
    typeof one === 'bigint' ? `${one}n` : one instanceof Map ? [...one].sort() : one
  for await (const item of hunt(program, [{ name: 'log.evtx', open: () => blocks(bytes, 70_000) }], { matcher })) {
    if (isAlert(item)) out.push(JSON.stringify(item, plain))
    else if (item.kind === 'unread' || item.kind === 'skipped') out.push(`${item.diagnostic.code} ${item.diagnostic.message}`)
    else if (item.kind === 'end') out.push(JSON.stringify({ ...item.seen, skipped: item.seen.skipped.length }, plain))
  }
  return out
}

const texts = [
  'C:\\Windows\\System32\\cmd.exe',
  'C:\\Tools\\PLINK.EXE',
  'plink.exe -ssh -R 3389:127.0.0.1:3389 root@203.0.113.7 -pw x',
  'powershell -enc SQBFAFgA',
  'plin\u212a \u017f\u017fh \u2013R \u0130',
  'NT AUTHORITY\\SYSTEM',
  'é😀 Ж',
  '\ud800 half',
  'x\u0000',
  '',
  '4688',
  '0x1250',
  'mimikatz sekurlsa::logonpasswords',
]

/** A value of any type, now and then of a size that its type has not. */
function anyValue(random: Random): TypedValue {
  const number = Math.floor(random() * 2 ** 32)
  const bytes = (size: number): Uint8Array => Uint8Array.from({ length: size }, () => random() * 256)
  switch (Math.floor(random() * 22)) {
    case 0:
      return value.none
    case 1:
      return value.int8(number & 127)
    case 2:
      return value.uint8(number & 255)
    case 3:
      return value.uint16(number & 0xffff)
    case 4:
      return value.uint32(random() < 0.5 ? number : number % 10_000)
    case 5:
      return value.uint64(random() < 0.3 ? BigInt(number) << 31n : number)
    case 6:
      return value.hex64(random() < 0.3 ? 0n : BigInt(number) << 9n)
    case 7:
      return value.fileTime(BigInt(number) << 26n)
    case 8:
      return {
        type: pick(random, [0x05, 0x07, 0x09, 0x0b, 0x0c, 0x0d, 0x12, 0x14, 0x10]),
        bytes: bytes(pick(random, [2, 4, 8, 16])),
      }
    case 9:
      return { type: 0x0f, bytes: bytes(random() < 0.9 ? 16 : 15) }
    case 10:
      return value.raw(0x13, pick(random, ['01 01 000000000005 12000000', '01 02 000000000005 20000000 20020000', '01 09 00']))
    case 11:
      return { type: 0x0e, bytes: bytes(Math.floor(random() * 40)) }
    case 12:
      return { type: 0x02, bytes: bytes(Math.floor(random() * 12)) }
    case 13:
      return { type: 0x81, bytes: utf16(`${pick(random, texts)}\u0000${pick(random, texts)}\u0000`) }
    case 14:
      return { type: 0x01, bytes: bytes(Math.floor(random() * 9)) }
    default: {
      const changedText = changed({ text: pick(random, texts) }, random).text
      return value.text(typeof changedText === 'string' ? changedText : pick(random, texts))
    }
  }
}

const names = [
  ...['Image', 'CommandLine', 'ParentImage', 'User', 'ProcessId', 'TargetObject', 'Details', 'QueryName', 'NewProcessName'],
  ...['Channel', 'EventID', 'SystemTime', '__proto__', 'constructor', 'a.b', 'Threat Name', 'Data', ''],
]

/** Templates are few, as in real logs, so that records share them. */
function templatesOf(random: Random): { template: TemplateSource; count: number }[] {
  return Array.from({ length: 8 }, (_, index) => {
    const count = 3 + Math.floor(random() * 5)
    // Most have each name once.
    const start = Math.floor(random() * 9)
    const name = (at: number): string => (random() < 0.85 ? names[(start + at) % 9]! : pick(random, names))
    const content = (at: number): Content[] =>
      random() < 0.06
        ? ['fixed é', sub(at, 1)]
        : random() < 0.06
          ? [pick(random, texts.slice(0, 4))]
          : [random() < 0.2 ? optional(at, 1) : sub(at, 1)]
    return {
      count,
      template: {
        guid: hex((index + 1).toString(16).padStart(8, '0').repeat(4)),
        root: element(
          random() < 0.9 ? 'EventData' : 'UserData',
          {},
          ...Array.from({ length: count }, (__, at) =>
            element('Data', random() < 0.96 ? { Name: name(at) } : {}, ...content(at)),
          ),
        ),
      },
    }
  })
}

const sources = [
  [1, 'Microsoft-Windows-Sysmon/Operational', 'Microsoft-Windows-Sysmon'],
  [4688, 'Security', 'Microsoft-Windows-Security-Auditing'],
  [13, 'Microsoft-Windows-Sysmon/Operational', 'Microsoft-Windows-Sysmon'],
  [22, 'microsoft-windows-sysmon/operational', 'Microsoft-Windows-Sysmon'],
  [7045, 'System', 'Service Control Manager'],
] as const

function drawn(random: Random, count: number): RecordSource[] {
  const templates = templatesOf(random)
  return Array.from({ length: count }, (_, index) => {
    if (random() < 0.15) return { ...pick(random, sampleRecords), id: index + 1 }
    if (random() < 0.3) return processRecord(index + 1, pick(random, texts), pick(random, texts))
    const { template, count: values } = pick(random, templates)
    const [id, channel, provider] = pick(random, sources)
    return manifestRecord(
      {
        id,
        record: random() < 0.05 ? 2n ** 63n + 5n : index + 1,
        channel,
        provider,
        user: random() < 0.5 ? anyValue(random) : undefined,
        version: random() < 0.1 ? anyValue(random) : undefined,
        time: BigInt(Math.floor(random() * 2 ** 32)) << 25n,
      },
      { template, values: Array.from({ length: values }, () => anyValue(random)) },
    )
  })
}

/** The log, and in one of three some bits of it turned. */
function logOf(random: Random, count: number): Uint8Array {
  const { bytes, places } = writeEvtx(drawn(random, count), { perChunk: 30 })
  if (random() < 0.33)
    for (let left = 1 + Math.floor(random() * 6); left > 0; left--) {
      const { start, end } = pick(random, places)
      bytes[start + Math.floor(random() * (end - start))]! ^= 1 << Math.floor(random() * 8)
    }
  return bytes
}

const rules = [
  "  s: { Image|endswith: '\\plink.exe' }\n  condition: s",
  "  s: { CommandLine|contains: ['-ssh', ' -R ', '-enc'] }\n  condition: s",
  "  s: { CommandLine|contains|windash: ' -R ' }\n  condition: s",
  "  s: { CommandLine|re: 'pl.nk(\\.exe)?' }\n  condition: s",
  "  s: { CommandLine|contains|cased: 'PLINK' }\n  condition: s",
  "  s: { Image|contains: 'é' }\n  condition: s",
  '  s: { ProcessId|gte: 5000 }\n  condition: s',
  '  s: { User: null }\n  condition: s',
  "  s: { Image: '' }\n  condition: s",
  "  s: { Image|exists: true }\n  f: { User|contains: 'AUTHORITY' }\n  condition: s and not f",
  '  s: { Image|fieldref: ParentImage }\n  condition: s',
].map(detection => ({ detection, source: 'product: windows, category: process_creation' }))
const others = [
  { detection: "  s: ['sekurlsa', 'plink']\n  condition: s", source: 'product: windows' },
  { detection: "  s: ['T0', '{0', 'S-1-5']\n  condition: s", source: 'product: windows' },
  { detection: '  s: { EventID: 7045 }\n  condition: s', source: 'product: windows, service: system' },
  { detection: "  s: { TargetObject|contains: 'Ж' }\n  condition: s", source: 'product: windows, category: registry_set' },
  { detection: "  s: { QueryName|startswith: 'n' }\n  condition: s", source: 'product: windows, category: dns_query' },
  { detection: '  s: { NewProcessName|exists: true }\n  condition: s', source: 'product: windows, service: security' },
]

const usual = schemas.filter(schema => !schema.optIn)
const program = compile(
  readRules(
    [...rules, ...others].map(({ detection, source }, index) => ({
      name: `rule-${index}.yml`,
      text: `title: Rule ${index}\nid: 8f5e1c2a-0000-4000-8000-${String(index).padStart(12, '0')}\nlogsource: { ${source} }\nlevel: high\ndetection:\n${detection}\n`,
    })),
  ).value!,
  usual,
).value!

const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const present = existsSync(data)
if (!present) console.warn('SKIPPED: real EVTX files on a tape (needs ../shared/data)')

describe('records of EVTX on a tape', () => {
  it('say what events say, whatever values are', async () => {
    const tape = createTape()!
    const sum = { laid: 0, apart: 0 }
    for (let round = 0; round < (long ? 60 : 8); round++) {
      const { laid, apart } = await compare(tape, logOf(randomOf(seed + round), 90))
      sum.laid += laid
      sum.apart += apart
    }
    console.log(`${sum.laid} records on the tape, ${sum.apart} apart`)
    expect(sum.laid).toBeGreaterThan(sum.apart)
    expect(sum.apart).toBeGreaterThan(0)
  })

  it('are found by rules as events are', async () => {
    const records = long ? 5000 : 540
    let alerts = 0
    for (let from = 0; from < records; from += 90) {
      const bytes = logOf(randomOf(seed + 1000 + from), 90)
      const reference = await told(program, bytes, 'reference')
      expect({ seed: seed + 1000 + from, told: await told(program, bytes, 'fast') }).toEqual({
        seed: seed + 1000 + from,
        told: reference,
      })
      alerts += reference.length
    }
    expect(alerts).toBeGreaterThan(records / 10)
  })

  it.skipIf(!present)('say what events say in all real files', { timeout: 120_000 }, async () => {
    const { files } = JSON.parse(readFileSync(`${data}evtx/manifest.json`, 'utf8')) as { files: { path: string }[] }
    const tape = createTape()!
    const sum = { laid: 0, apart: 0 }
    for (const [index, { path }] of files.entries()) {
      // All of them take long to compare; every fourth does for each change.
      if (!long && index % 4 !== 0) continue
      const raw = readFileSync(`${data}evtx/${path}`)
      const { laid, apart } = await compare(tape, new Uint8Array(path.endsWith('.gz') ? gunzipSync(raw) : raw))
      sum.laid += laid
      sum.apart += apart
    }
    console.log(`real files: ${sum.laid} records on the tape, ${sum.apart} apart`)
    expect(sum.apart).toBeLessThan(sum.laid / 10)
  })

  it.skipIf(!present || !long)('are found by all SigmaHQ rules as events are', { timeout: 600_000 }, async () => {
    const all = compile(readRules(await ruleSources([`${data}sigma-rules`], () => {})).value ?? [], usual).value!
    for (let from = 0; from < 5000; from += 500) {
      const bytes = logOf(randomOf(seed + 9000 + from), 500)
      expect(await told(all, bytes, 'fast')).toEqual(await told(all, bytes, 'reference'))
    }
  })
})

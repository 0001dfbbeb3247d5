// The fast matcher finds what the reference finds: the same alerts in the same order, the same counts, the same findings, on everything that can be drawn.

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import type { Program } from '../../src/engine/run.ts'
import { type HuntOptions, hunt, isAlert } from '../../src/hunt.ts'
import type { Value } from '../../src/ir/event.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { fold } from '../../src/text/fold.ts'
import { createTape } from '../../src/wasm/tape.ts'
import { bytesOf, changed, lineOf, randomOf } from './mutate.ts'

const seed = Number(process.env.TERRIER_SEED ?? 20_261_124)
const long = process.env.TERRIER_LONG === '1'
console.log(`logs are drawn with seed ${seed} (TERRIER_SEED)`)

const usual = schemas.filter(schema => !schema.optIn)

function programOf(texts: readonly string[]): Program {
  const read = readRules(texts.map((text, index) => ({ name: `rule-${index}.yml`, text })))
  expect(read.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  return compile(read.value!, usual).value!
}

/** All that a hunt tells, as text: alerts in order, then findings in order; how they take turns depends on the size of batches. */
async function told(
  program: Program,
  bytes: Uint8Array,
  matcher: 'fast' | 'reference',
  chunk: number,
  options: HuntOptions = {},
): Promise<string[]> {
  const source = {
    name: 'log.jsonl',
    async *open() {
      for (let at = 0; at < bytes.length; at += chunk) yield bytes.slice(at, at + chunk)
    },
  }
  const out: string[] = []
  const findings: string[] = []
  const plain = (_: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return `${value}n`
    return value instanceof Map ? [...value].sort((a, b) => String(a[0]).localeCompare(String(b[0]))) : value
  }
  for await (const item of hunt(program, [source], { ...options, matcher })) {
    if (isAlert(item)) out.push(JSON.stringify(item, plain))
    else if (item.kind === 'unread' || item.kind === 'skipped')
      findings.push(`${item.diagnostic.code} ${item.diagnostic.message}`)
    else if (item.kind === 'end') {
      const skipped = item.seen.skipped.map(({ index, reason, schema }) => `${index} ${reason} ${schema}`).sort()
      findings.push(JSON.stringify({ ...item.seen, skipped, counts: item.counts }, plain))
    }
  }
  return [...out, ...findings]
}

async function expectSame(program: Program, bytes: Uint8Array, chunk = 65_536): Promise<number> {
  const reference = await told(program, bytes, 'reference', chunk)
  const fast = await told(program, bytes, 'fast', chunk)
  expect(fast).toEqual(reference)
  const when = { since: Date.UTC(2026, 2, 11, 11, 20), until: Date.UTC(2026, 2, 11, 12) }
  expect(await told(program, bytes, 'fast', chunk, when)).toEqual(await told(program, bytes, 'reference', chunk, when))
  // Once more, with what the first time learnt.
  expect(await told(program, bytes, 'fast', chunk)).toEqual(reference)
  return reference.length
}

/** A rule on some log source with this detection. */
const rule = (number: number, detection: string, source = 'product: windows, category: process_creation'): string => `
title: Rule ${number}
id: 8f5e1c2a-0000-4000-8000-${String(number).padStart(12, '0')}
logsource: { ${source} }
level: high
detection:
${detection}
`

/** Every modifier and kind of value, each so that something in the logs meets it. */
const detections: readonly (readonly [string, string?])[] = [
  ["  s: { Image|endswith: '\\plink.exe' }\n  condition: s"],
  ["  s: { Image|startswith: 'C:\\Tools' }\n  condition: s"],
  ["  s: { CommandLine|contains: ['-bat', 'ssh ', ' -r '] }\n  condition: s"],
  ["  s: { CommandLine|contains|all: ['s', 'k', 'i'] }\n  condition: s"],
  ["  s: { CommandLine|contains|windash: ' -R ' }\n  condition: s"],
  ["  s: { CommandLine|contains|cased: 'PLINK' }\n  condition: s"],
  ["  s: { CommandLine|re: 'pl.nk(\\.exe)?\\s+-' }\n  condition: s"],
  ["  s: { CommandLine|re|i: 'PL[A-Z]NK' }\n  condition: s"],
  ["  s: { CommandLine|re: '[0-9]{4}:[0-9a-z.]+' }\n  condition: s"],
  ["  s: { Image: '*\\\\?link.exe' }\n  condition: s"],
  ['  s: { Image|exists: true }\n  f: { ParentImage|exists: true }\n  condition: s and not f'],
  ['  s: { CommandLine: null }\n  condition: s'],
  ["  s: { CommandLine: '' }\n  condition: s"],
  ["  s: { User|contains: '\\' }\n  f: { User|endswith: 'SYSTEM' }\n  condition: s and not f"],
  [
    "  s: { Image|endswith: '.exe' }\n  f1: { Image|startswith: 'C:\\Windows' }\n  f2: { Image|contains: 'Tools' }\n  condition: s and not 1 of f*",
  ],
  ["  f1: { Image|startswith: 'C:\\Windows' }\n  f2: { Image|endswith: ['link.exe', 'ssh.exe'] }\n  condition: not 1 of f*"],
  ["  f: { Image: 'C:\\Tools\\plink.exe' }\n  g: { CommandLine|contains: 'K' }\n  condition: not f and not g"],
  ['  s: { ProcessId: 7012 }\n  condition: s'],
  ['  s: { ProcessId|gte: 5000 }\n  condition: s'],
  ['  s: { EventID: 1 }\n  condition: s', 'product: windows'],
  ["  s: ['plink', 'mimikatz', 'Ж']\n  condition: s", 'product: windows'],
  ["  s: ['first']\n  condition: s", 'product: windows'],
  ["  s: { '|all': ['exe', 'k'] }\n  condition: s", 'product: windows'],
  ['  s: { Image|fieldref: ParentImage }\n  condition: s'],
  [
    "  s: { DestinationIp|cidr: ['10.0.0.0/8', '127.0.0.0/8'] }\n  condition: s",
    'product: windows, category: network_connection',
  ],
  [
    "  s: { Initiated: 'true', DestinationPort: [22, 443, 3389] }\n  condition: s",
    'product: windows, category: network_connection',
  ],
  ["  s: { QueryName|endswith: '.example' }\n  condition: s", 'product: windows, category: dns_query'],
  ["  s: { TargetObject|contains: 'PortProxy' }\n  condition: s", 'product: windows, category: registry_set'],
  ["  s: { NewProcessName|endswith: '.exe' }\n  condition: s", 'product: windows, service: security'],
  ["  s: { LogonType: [3, 10], IpAddress: '127.0.0.1' }\n  condition: s", 'product: windows, service: security'],
  ["  s: { Image|contains: 'É' }\n  condition: s"],
  ["  s: { CommandLine|contains: ['–', '😀'] }\n  condition: s"],
  ["  s: { CommandLine|base64offset|contains: 'ssh' }\n  condition: s"],
]

const texts = detections.map(([detection, source], index) => rule(index, detection, source))
const root = new URL('../../', import.meta.url)
const lines = (path: string): readonly string[] =>
  readFileSync(new URL(path, root), 'utf8')
    .split('\n')
    .filter(line => line.startsWith('{'))
const samples = [
  ...[
    'sigma',
    'winevent-json',
    'winevent-bare',
    'winevent-pairs',
    'winlogbeat',
    'winlogbeat-6',
    'ecs',
    'mde',
    'sentinel',
    'plain',
    'splunk',
    'asim',
  ].flatMap(name => lines(`test/events/schemas/${name}.jsonl`)),
  ...lines('packs/t1572/samples/events.jsonl'),
  ...lines('packs/t1572/samples/security-4688.jsonl'),
].map(line => JSON.parse(line) as Record<string, Value>)

describe('a tape', () => {
  it('can be made here', () => {
    expect(createTape()).toBeDefined()
  })
})

describe('rules of every kind over logs of every shape', () => {
  const program = programOf(texts)

  it('give the same as they are', async () => {
    const found = await expectSame(
      program,
      new TextEncoder().encode(samples.map(record => `${JSON.stringify(record)}\n`).join('')),
    )
    expect(found).toBeGreaterThan(200)
  })

  it('give the same in lines that are written in other ways, changed and damaged', async () => {
    const count = long ? 20_000 : 2000
    for (let from = 0; from < count; from += 500) {
      const random = randomOf(seed + from)
      const drawn = Array.from({ length: 500 }, () =>
        lineOf(changed(samples[Math.floor(random() * samples.length)]!, random), random),
      )
      await expectSame(program, bytesOf(drawn, random), [777, 65_536, 5_000][(from / 500) % 3])
    }
  })

  it('give the same for each letter that folds', async () => {
    const drawn: string[] = []
    for (const letters of [
      'plink',
      'PLIN\u212a',
      'plin\u212a',
      '\u017f\u017fh ',
      'ss\u0068 ',
      'pl\u0130nk',
      'PLİNK',
      'ﬃ',
      'ß',
      'ẞ',
      'µ',
      'ς',
    ])
      for (const escaped of [false, true]) {
        const text = escaped
          ? [...letters].map(letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
          : letters
        drawn.push(
          `{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Image":"C:\\\\Tools\\\\${text}.exe","CommandLine":"${text} -R 1"}\n`,
        )
      }
    expect(fold('PLIN\u212a')).toBe('plink')
    await expectSame(program, new TextEncoder().encode(drawn.join('')))
  })
})

describe('texts that come again', () => {
  const asked = [
    "  s: { CommandLine|contains: ['ab', '-x', ' -', 'q\"', 'Ж', 'zz9'] }\n  condition: s",
    "  s: { CommandLine|contains|all: ['ab', 'tool-'] }\n  f: { Image|contains: 'zz9' }\n  condition: s and not f",
    "  s: { Image|endswith: 'zz9' }\n  f: { CommandLine|startswith: 'ab' }\n  condition: s and not f",
    "  s: { CommandLine|re: '\\s[a-fA-F0-9]{12}\\s' }\n  condition: s",
    "  s: { CommandLine|re|i: '[k-s]{9}' }\n  condition: s",
    "  s: { CommandLine|re: 'ab(?:-x|zz)+9.{1,40}tool-' }\n  condition: s",
    "  s: { CommandLine|re: '(?:ab\\s+-x|zz\\t9)' }\n  condition: s",
    "  s: { Image|re: 'z{8,}9' }\n  condition: s",
    "  s: ['keyword-zz', 'ab -x']\n  condition: s",
  ].map((detection, index) => rule(index, detection))
  const parts = [
    'ab',
    '-x',
    ' ',
    'q"',
    'Ж',
    'zz9',
    'tool-',
    'ABZZ9 ',
    ' 0123456789aF ',
    '0123456789aFg',
    'kkkkssss',
    '\u212a\u017fkkkkkkk',
    'zzzzzzzz9',
    '\t',
    '\\',
    '/',
    'keyword-zz',
  ]

  it('give the same, whatever their length, and in whichever field they stood before', async () => {
    const program = programOf(asked)
    const random = randomOf(seed + 5)
    const some = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
    // Around the lengths from which and up to which what was found is remembered.
    const lengths = [0, 3, 10, 11, 12, 13, 20, 40, 100, 382, 383, 384, 385, 386, 600]
    const pool = Array.from({ length: 400 }, () => {
      const length = some(lengths)
      let text = ''
      while (text.length < length) text += random() < 0.5 ? some(parts) : 'abcdefgh '.slice(0, 1 + Math.floor(random() * 8))
      return text.slice(0, length)
    })
    const value = (): string => (random() < 0.9 ? some(pool) : `${some(pool)}${Math.floor(random() * 1e6)}`)
    const lines = Array.from({ length: long ? 40_000 : 4000 }, (_, record) =>
      JSON.stringify({
        Channel: 'Microsoft-Windows-Sysmon/Operational',
        EventID: 1,
        RecordId: record,
        Image: value(),
        CommandLine: random() < 0.05 ? [value(), value()] : value(),
        ...(random() < 0.2 ? { ParentCommandLine: value() } : {}),
      }),
    )
    // Two paths that serve one field: what the first had is not found again in the second.
    for (let record = 0; record < lines.length / 4; record++)
      lines.push(
        JSON.stringify({
          '@timestamp': '2026-03-11T11:30:00.000Z',
          winlog: {
            channel: 'Microsoft-Windows-Sysmon/Operational',
            event_id: 1,
            event_data: { Image: value(), ...(random() < 0.6 ? { CommandLine: value() } : {}) },
          },
          ...(random() < 0.6 ? { 'winlog.event_data.CommandLine': value() } : {}),
        }),
      )
    // Once with other escapes, so that the same text lies there in another form.
    const escaped = lines.map(line =>
      random() < 0.3 ? line.replace(/[a-b/]/g, letter => `\\u00${letter.charCodeAt(0).toString(16)}`) : line,
    )
    expect(await expectSame(program, new TextEncoder().encode([...lines, ...escaped].join('\n')))).toBeGreaterThan(1000)
  })
})

describe('generated rules over generated records', () => {
  const letter = fc.constantFrom('a', 'A', 'b', 'k', '\u212a', 's', 'ſ', 'İ', '\\', '/', 'n', 'u', '"', ' ', '😀', 'é', '1', '\n')
  const word = fc.string({ unit: letter, minLength: 1, maxLength: 14 })
  const field = fc.constantFrom('Image', 'CommandLine', 'User', 'a.b', 'Hashes')
  const modifier = fc.constantFrom(
    '',
    '|contains',
    '|startswith',
    '|endswith',
    '|contains|all',
    '|cased',
    '|contains|cased',
    '|re',
  )
  const wildless = (text: string): string => text.replace(/[\\*?]/g, '\\$&')
  const item = fc
    .tuple(field, modifier, fc.array(word, { minLength: 1, maxLength: 3 }))
    .map(
      ([name, how, words]) =>
        [
          `${name}${how}`,
          words.map(text => (how === '|re' ? text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&') : wildless(text))),
        ] as const,
    )
  const selection = fc.oneof(
    { weight: 4, arbitrary: fc.array(item, { minLength: 1, maxLength: 3 }).map(items => Object.fromEntries(items)) },
    { weight: 1, arbitrary: fc.array(word.map(wildless), { minLength: 1, maxLength: 2 }) },
  )
  const condition = fc.constantFrom(
    'a',
    'a and b',
    'a or b',
    'a and not b',
    'not a',
    'a and not (b or c)',
    '1 of them',
    'all of them',
  )
  const detection = fc
    .record({ a: selection, b: selection, c: selection, condition })
    .map(found => JSON.stringify(found, null, 1).replace(/^/gm, '  '))
  const value: fc.Arbitrary<Value> = fc.oneof(
    { weight: 8, arbitrary: fc.string({ unit: letter, maxLength: 24 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Value>(null, '', 0, 1, -0, 1.5, 1e21, 11, true, [], ['a', 'kk'], { b: 'a' }, [{ b: 'k' }]),
    },
  )
  const record = fc
    .record({ Image: value, CommandLine: value, User: value, a: value, 'a.b': value, Hashes: value }, { requiredKeys: [] })
    .map(found => ({ Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 1, ...found }) as Record<string, Value>)

  it('give the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(detection, { minLength: 1, maxLength: 12 }),
        fc.array(record, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 0xffffffff }),
        async (drawn, records, number) => {
          const random = randomOf(number)
          const read = readRules(
            drawn.map((one, index) => ({ name: `${index}.yml`, text: rule(index, `  ${one.trim().slice(1, -1)}`) })),
          )
          const program = compile(read.value ?? [], usual).value!
          await expectSame(program, new TextEncoder().encode(records.map(one => lineOf(one, random)).join('')))
        },
      ),
      { seed, numRuns: long ? 2000 : 60, endOnFailure: true },
    )
  })
})

describe('what is large', () => {
  const program = programOf(texts)
  const process = (more: string): string =>
    `{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Image":"C:\\\\Tools\\\\plink.exe"${more}}\n`
  const bytesOfText = (text: string): Uint8Array => new TextEncoder().encode(text)

  it('is read: a value of 64 KiB, a line of several megabytes, many thousand keys', async () => {
    const keys = Array.from({ length: long ? 100_000 : 20_000 }, (_, index) => `,"key${index}":${index}`).join('')
    const megabytes = long ? 50 : 3
    const log = [
      process(`,"CommandLine":"${'x'.repeat(65_536)} -bat"`),
      process(keys),
      process(',"CommandLine":"plink -R"'),
      process(`,"CommandLine":"${'y'.repeat(megabytes * 1_048_576)} -bat"`),
      process(`,"deep":${'['.repeat(400)}1${']'.repeat(400)}`),
      process(`,"deeper":${'{"a":'.repeat(600)}1${'}'.repeat(600)}`),
      process(',"CommandLine":"plink -R"'),
    ].join('')
    expect(await expectSame(program, bytesOfText(log), 262_144)).toBeGreaterThan(20)
  })

  it('is told apart as long as there is room: new keys in every line', async () => {
    const lines = Array.from({ length: 80 }, (_, line) =>
      process(Array.from({ length: 1000 }, (_, index) => `,"k${line}-${index}":"s"`).join('')),
    )
    expect(await expectSame(program, bytesOfText([...lines, process(',"CommandLine":"plink -R"')].join('')))).toBeGreaterThan(80)
  })

  it('is told apart as long as there is room: values of the fields that choose rules', async () => {
    const lines = Array.from(
      { length: 14_000 },
      (_, line) => `{"Channel":"Channel ${line}","EventID":${line},"Image":"plink.exe"}\n`,
    )
    await expectSame(program, bytesOfText(lines.join('')))
  })
})

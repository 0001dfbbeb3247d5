// Cisco devices, OpenTelemetry and plain text: what each sample means however it is cut and encoded, which format a file is in, and what is said of what cannot be read.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import { detectFormat } from '../../src/logs/index.ts'
import { ios } from '../../src/logs/ios.ts'
import { jsonl } from '../../src/logs/jsonl.ts'
import { lines } from '../../src/logs/lines.ts'
import type { LogFormat } from '../../src/logs/logs.ts'
import { otlp } from '../../src/logs/otlp.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { plain, random, readLog, utf16 } from './reading.ts'

const formats: readonly LogFormat[] = [ios, lines, otlp]
const folder = new URL('../events/', import.meta.url)
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

interface Sample {
  readonly format: LogFormat
  readonly name: string
  readonly text: string
  readonly events: readonly { readonly line: number; readonly fields: unknown }[]
}

const samples: readonly Sample[] = formats.flatMap(format =>
  readdirSync(new URL(`${format.id}/`, folder))
    .filter(name => !name.endsWith('.events'))
    .map((name): Sample => {
      const at = new URL(`${format.id}/${name}`, folder)
      const events = readFileSync(new URL(`${at.href}.events`), 'utf8')
        .trim()
        .split('\n')
      return { format, name, text: readFileSync(at, 'utf8'), events: events.map(line => JSON.parse(line)) }
    }),
)

async function told(format: LogFormat, log: Uint8Array | string, size?: number): Promise<unknown[]> {
  const { events, findings } = await readLog(format, log, size)
  expect(findings).toEqual([])
  expect(events.map(event => event.origin!.index)).toEqual(events.map((_, index) => index))
  return events.map(({ origin, time, ticks, fields }) =>
    plain({
      line: origin!.line,
      ...(time === undefined ? {} : { time }),
      ...(ticks === undefined || ticks === 0 ? {} : { ticks }),
      fields,
    }),
  )
}

describe.each(samples.map(sample => [`${sample.format.id}/${sample.name}`, sample] as const))('%s', (_, sample) => {
  const { format, name, text, events } = sample

  it('gives its events, however it is cut into pieces', async () => {
    for (const size of [1 << 20, 1, 3, 100]) expect(await told(format, text, size)).toEqual(events)
  })

  it('gives them with a byte order mark, in UTF-16, with CRLF, and without its last line break', async () => {
    expect(await told(format, `\ufeff${text}`)).toEqual(events)
    for (const order of ['le', 'be'] as const) expect(await told(format, utf16(text, order, true), 7)).toEqual(events)
    expect(await told(format, text.replaceAll('\n', '\r\n'))).toEqual(events)
    expect(await told(format, text.replace(/\n+$/, ''))).toEqual(events)
  })

  it('is known by its content alone, whole and cut short, or not at all', () => {
    for (const given of [text, `\ufeff${text}`, text.replaceAll('\n', '\r\n')]) {
      const own = format === lines ? undefined : format.id
      expect(detectFormat(bytesOf(given), 'log.txt')?.format.id).toBe(own)
      for (const part of [0.9, 0.7, 0.5, 0.3, 0.1]) {
        const found = detectFormat(bytesOf(given.slice(0, Math.ceil(given.length * part))), name)
        // A request of OTLP that is cut within its first words is JSON all the same.
        const fits = format === otlp && part < 0.3 ? [undefined, own, 'jsonl'] : [undefined, own]
        expect(fits).toContain(found?.format.id)
      }
    }
  })

  it('loses what a cut takes, and nothing else', async () => {
    for (let at = 1; at < text.length; at += 5) {
      const { events: found } = await readLog(format, text.slice(0, at))
      const before = text.slice(0, at).split('\n').length
      const next = (line: number) => events.map(event => event.line).find(other => other > line) ?? text.split('\n').length
      const whole = events.filter(event =>
        format !== otlp || name.endsWith('l') ? event.line < before : next(event.line) < before,
      )
      expect(found.slice(0, whole.length).map(({ fields }) => plain(fields))).toEqual(whole.map(event => event.fields))
    }
  })
})

describe('damage', () => {
  const records: readonly (readonly [
    LogFormat,
    (number: number, next: () => number) => string,
    (fields: Record<string, unknown>) => unknown,
  ])[] = [
    [
      ios,
      number => `<189>${number}: Mar  2 2026 08:15:04: %SYS-5-CONFIG_I: Configured by a${number} on vty0`,
      fields => fields.message,
    ],
    [lines, number => `2026-03-02 08:15:04 INFO ${number}`, fields => fields.message],
    [
      otlp,
      number =>
        `{"resourceLogs":[{"resource":{"attributes":[{"key":"h","value":{"stringValue":"w"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1772439304000000000","body":{"stringValue":"r${number}"}}]}]}]}`,
      fields => fields.body,
    ],
  ]
  it.each(records.map(one => [one[0].id, one] as const))(
    '%s: 1,000 damaged logs lose no line that was not touched',
    async (_, [format, record, key]) => {
      const next = random(20_260_302)
      const from = performance.now()
      for (let round = 0; round < 1000; round++) {
        const all = Array.from({ length: 12 }, (_, number) => record(number, next))
        const bytes = Buffer.from(`${all.join('\n')}\n`)
        const at = Math.floor(next() * bytes.length)
        const to = Math.min(bytes.length, at + 1 + Math.floor(next() * 40))
        const kind = Math.floor(next() * 4)
        const hole = Buffer.alloc(to - at, kind === 1 ? 0 : Math.floor(next() * 256))
        const middle =
          kind === 0
            ? Buffer.alloc(0)
            : kind === 3
              ? Buffer.from(['{', '"', '\n', ']}', '%', '\\'][Math.floor(next() * 6)]!)
              : hole
        const rest = kind === 3 ? bytes.subarray(at) : bytes.subarray(to)
        const broken = Buffer.concat([bytes.subarray(0, at), middle, rest])
        const { events } = await readLog(format, broken, 1 + Math.floor(next() * 900))
        const whole = await readLog(format, bytes)
        const place = (offset: number) => bytes.subarray(0, offset).filter(byte => byte === 10).length
        const touched = new Set<number>()
        for (let line = place(Math.max(0, at - 1)); line <= place(to) + 1; line++) touched.add(line)
        const kept = new Set(events.map(event => key(event.fields)))
        const lost = whole.events.filter((event, line) => !touched.has(line) && !kept.has(key(event.fields)))
        expect({ round, lost: lost.map(event => event.fields) }).toEqual({ round, lost: [] })
        expect(events.length).toBeLessThanOrEqual(60)
      }
      expect(performance.now() - from).toBeLessThan(60_000)
    },
    120_000,
  )
})

describe('what cannot be read is told', () => {
  const longLine = 'x'.repeat(1_100_000)
  it.each([
    ['IOS001', ios, 'what is this\n%SYS-5-CONFIG_I: a\n', 1],
    ['IOS002', ios, `${longLine}\n%SYS-5-CONFIG_I: a\n`, 1],
    ['IOS003', ios, Buffer.concat([Buffer.from('%SYS-5-CONFIG_I: '), Buffer.from([0xff]), Buffer.from('\n')]), 1],
    ['IOS004', ios, `${'no\n'.repeat(30)}%SYS-5-CONFIG_I: a\n`, 1],
    ['IOS005', ios, 'Feb 17 13:40:03: %SYS-5-CONFIG_I: a\n', 1],
    ['TXT001', lines, `${longLine}\na\n`, 1],
    ['TXT002', lines, Buffer.from([0x61, 0xff, 0x0a]), 1],
    ['OTL001', otlp, '{"resourceLogs":[oops]}\n{"resourceLogs":[]}\n', 0],
    ['OTL002', otlp, `${'{"a":'.repeat(5000)}\n`, 0],
    ['OTL003', otlp, '{"resourceSpans":[]}\n', 0],
    [
      'OTL004',
      otlp,
      Buffer.concat([
        Buffer.from('{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"'),
        Buffer.from([0xff]),
        Buffer.from('"}}]}]}]}\n'),
      ]),
      1,
    ],
    ['OTL005', otlp, '{"resourceLogs":[{"scopeLogs":[', 0],
    ['OTL006', otlp, '{"a":1}\n'.repeat(30), 0],
    ['OTL007', otlp, '{"resourceLogs":[\n{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"a"}}]}]}\n],"more":1}\n', 1],
  ] as const)('%s', async (code, format, log, count) => {
    const { events, findings } = await readLog(format, log)
    expect(findings.map(finding => finding.code)).toContain(code)
    expect(events.length).toBe(count)
  })

  it('takes the year of the log from who reads it, and counts it on', async () => {
    const found: (number | undefined)[] = []
    const text = 'Dec 31 23:59:59: %SYS-5-CONFIG_I: a\nJan  1 00:00:01: %SYS-5-CONFIG_I: b\n'
    async function* bytes() {
      yield bytesOf(text)
    }
    for await (const batch of ios.read(bytes(), { name: 'log', year: 2025, zone: '+01:00' }, () => {}))
      for (let at = 0; at < batch.length; at++) found.push(batch.at(at).time)
    expect(found).toEqual([Date.UTC(2025, 11, 31, 22, 59, 59), Date.UTC(2025, 11, 31, 23, 0, 1)])
  })

  it('OTLP is JSON to who reads it so', async () => {
    const { events } = await readLog(jsonl, samples.find(sample => sample.name === 'exporter.jsonl')!.text)
    expect(events.length).toBeGreaterThan(0)
  })
})

/** A rule of our own and a log; how often it must fire. */
const hunts: readonly (readonly [name: string, format: LogFormat, rule: string, log: string, alerts: number])[] = [
  [
    'a command that a Cisco device logged',
    ios,
    'product: cisco\n  service: aaa\ndetection:\n  keywords:\n    - no dot1x system-auth-control\n  condition: keywords',
    samples.find(sample => sample.name === 'relayed.log')!.text,
    1,
  ],
  [
    'a message that is no command is not of that service',
    ios,
    'product: cisco\n  service: aaa\ndetection:\n  keywords:\n    - Configured\n  condition: keywords',
    samples.find(sample => sample.name === 'relayed.log')!.text,
    0,
  ],
  [
    'a digest that is missing',
    ios,
    'product: cisco\n  service: bgp\ndetection:\n  keywords:\n    "|all":\n      - ":179"\n      - IP-TCP-3-BADAUTH\n  condition: keywords',
    samples.find(sample => sample.name === 'relayed.log')!.text,
    1,
  ],
  [
    'a file read from outside its folder',
    lines,
    'product: jvm\n  category: application\ndetection:\n  keywords:\n    "|all":\n      - FileNotFoundException\n      - /../../..\n  condition: keywords',
    samples.find(sample => sample.name === 'application.log')!.text,
    1,
  ],
  [
    'CloudTrail in the body of an OTLP record',
    otlp,
    'product: aws\n  service: cloudtrail\ndetection:\n  selection:\n    eventName: ListBuckets\n  condition: selection',
    samples.find(sample => sample.name === 'exporter.jsonl')!.text,
    1,
  ],
  [
    'a Windows event as the windowseventlog receiver passes it on',
    otlp,
    "product: windows\n  category: process_creation\ndetection:\n  selection:\n    Image|endswith: '\\\\ssh.exe'\n    CommandLine|contains: ' -R '\n  condition: selection",
    `${JSON.stringify({
      resourceLogs: [
        {
          resource: {},
          scopeLogs: [
            {
              logRecords: [
                {
                  timeUnixNano: '1772439304000000000',
                  body: {
                    stringValue: JSON.stringify({
                      channel: 'Microsoft-Windows-Sysmon/Operational',
                      computer: 'WS7',
                      event_id: { id: 1, qualifiers: 0 },
                      provider: { name: 'Microsoft-Windows-Sysmon', guid: '{5770385f}' },
                      record_id: 7,
                      system_time: '2026-03-02T08:15:04Z',
                      event_data: {
                        data: [{ Image: 'C:\\Windows\\System32\\OpenSSH\\ssh.exe' }, { CommandLine: 'ssh -R 1:a:2 b' }],
                      },
                    }),
                  },
                },
              ],
            },
          ],
        },
      ],
    })}\n`,
    1,
  ],
]

describe('hunts', () => {
  it.each(hunts)('%s', async (_, format, rule, log, alerts) => {
    const text = `title: t\nid: 3b0e4b1e-9d0a-4f43-9a7e-3f3c6a0f7a11\nlogsource:\n  ${rule}\nlevel: low\n`
    const read = readRules([{ name: 'r.yml', text }])
    expect(read.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
    const program = compile(
      read.value!,
      schemas.filter(schema => schema.optIn !== true),
    ).value!
    expect(program.skipped).toEqual([])
    const run = program.start()
    let count = 0
    async function* bytes() {
      yield bytesOf(log)
    }
    for await (const batch of format.read(bytes(), { name: 'log' }, () => {})) count += run.push(batch).length
    expect(count + run.finish().length).toBe(alerts)
  })
})

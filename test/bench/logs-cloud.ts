// How fast cloud records, OpenTelemetry, Cisco messages and plain text read, every event made, and how fast records of clouds are recognised; on records made here, in memory.

import { compile } from '../../src/engine/engine.ts'
import { ios } from '../../src/logs/ios.ts'
import { jsonl } from '../../src/logs/jsonl.ts'
import { lines } from '../../src/logs/lines.ts'
import type { LogFormat } from '../../src/logs/logs.ts'
import { otlp } from '../../src/logs/otlp.ts'
import { schemas } from '../../src/schemas/index.ts'
import { pieces, random } from '../logs/reading.ts'

export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const size = 24_000_000
const passes = 4

type Pick = (below: number) => number

const cloudtrail = (at: number, number: Pick): object => ({
  eventVersion: '1.09',
  userIdentity: {
    type: 'AssumedRole',
    principalId: `AROA${number(1e9)}:ops`,
    arn: `arn:aws:sts::123456789012:assumed-role/Admin/ops${number(90)}`,
    accountId: '123456789012',
    sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::123456789012:role/Admin' }, attributes: {} },
  },
  eventTime: '2026-03-02T08:15:04Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'GetObject',
  awsRegion: 'eu-central-1',
  sourceIPAddress: `203.0.113.${number(255)}`,
  userAgent: 'aws-sdk-go/1.44.2 (go1.21; linux; amd64)',
  requestParameters: { bucketName: 'books', key: `shelf/${number(1e6)}/page-${number(900)}.html`, Host: 'books.example.com' },
  responseElements: null,
  requestID: `R${number(1e9)}`,
  eventID: `${number(1e9)}-${at}`,
  readOnly: true,
  eventType: 'AwsApiCall',
  recipientAccountId: '123456789012',
})

const text = (name: string, value: string): object => ({ key: name, value: { stringValue: value } })
const record = (at: number, number: Pick): object => ({
  timeUnixNano: `17724393${String(at % 100).padStart(2, '0')}112345678`,
  severityNumber: 9,
  severityText: 'INFO',
  body: {
    stringValue: `GET /shelf/${number(1e6)}/page-${number(900)}.html answered in ${number(900)} ms for a reader of the library`,
  },
  attributes: [text('http.method', 'GET'), text('http.route', '/shelf/{id}'), text('net.peer.ip', `203.0.113.${number(255)}`)],
  traceId: `5b8efff798038103d269b633${number(1e8)}`,
})

const records: readonly (readonly [format: LogFormat, what: string, line: (at: number, number: Pick) => string])[] = [
  [jsonl, 'CloudTrail', (at, number) => JSON.stringify(cloudtrail(at, number))],
  [
    otlp,
    'ten records a request',
    (at, number) =>
      JSON.stringify({
        resourceLogs: [
          {
            resource: { attributes: [text('service.name', 'shop'), text('host.name', 'web1')] },
            scopeLogs: [
              { scope: { name: 'app' }, logRecords: Array.from({ length: 10 }, (_, one) => record(at * 10 + one, number)) },
            ],
          },
        ],
      }),
  ],
  [
    ios,
    'relayed',
    (at, number) =>
      `<189>Mar  2 08:15:${String(at % 60).padStart(2, '0')} sw${number(40)} ${at}: Mar  2 2026 08:15:${String(at % 60).padStart(2, '0')}.112 UTC: %SEC-6-IPACCESSLOGP: list 101 denied tcp 203.0.113.${number(255)}(${number(60_000)}) -> 192.0.2.5(22), 1 packet`,
  ],
  [
    lines,
    'application log',
    (at, number) =>
      `2026-03-02 08:15:${String(at % 60).padStart(2, '0')},112 INFO  [http-nio-8080-exec-${number(40)}] com.example.library.Shelf - page ${number(1e6)} read by reader ${number(900)}`,
  ],
]

function make(line: (at: number, number: Pick) => string): Uint8Array {
  const next = random(1572)
  const number: Pick = below => Math.floor(next() * below)
  const all: string[] = []
  for (let at = 0, length = 0; length < size; at++) {
    const one = line(at, number)
    all.push(one)
    length += one.length + 1
  }
  return new TextEncoder().encode(`${all.join('\n')}\n`)
}

async function read(format: LogFormat, bytes: Uint8Array): Promise<number> {
  let events = 0
  const report = (finding: { message: string }): void => {
    throw new Error(finding.message)
  }
  for await (const batch of format.read(pieces(bytes, 65_536), { name: 'bench' }, report))
    for (let at = 0; at < batch.length; at++) if (Object.keys(batch.at(at).fields).length > 0) events++
  return events
}

/** A run without rules: what is left is to recognise each record. */
async function recognise(format: LogFormat, bytes: Uint8Array): Promise<number> {
  const run = compile([], schemas).value!.start()
  for await (const batch of format.read(pieces(bytes, 65_536), { name: 'bench' }, () => {})) run.push(batch)
  return run.seen().events - run.seen().unknown
}

/** The best of a few passes for each format, in megabytes and events a second of this process's own time. */
export async function benchCloudLogs(): Promise<Row[]> {
  const rows: Row[] = []
  const measure = async (name: string, bytes: Uint8Array, work: () => Promise<number>): Promise<void> => {
    let best = Number.POSITIVE_INFINITY
    let events = 0
    for (let pass = 0; pass < passes; pass++) {
      const from = process.cpuUsage()
      events = await work()
      const { user, system } = process.cpuUsage(from)
      best = Math.min(best, (user + system) / 1000)
    }
    rows.push({ name, value: bytes.length / 1e3 / best, unit: 'MB/s' })
    rows.push({ name, value: events / (best / 1e3), unit: 'events/s' })
  }
  for (const [format, what, line] of records) {
    const bytes = make(line)
    await measure(`${format.id} (${what})`, bytes, () => read(format, bytes))
    if (what === 'CloudTrail') await measure(`${format.id} (${what}, recognised)`, bytes, () => recognise(format, bytes))
  }
  return rows
}

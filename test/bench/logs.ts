// How fast log formats read, beside JSON.parse on the same bytes; on events made here, in memory, so that only reading is measured.

import { gzipSync } from 'node:zlib'
import { jsonl } from '../../src/logs/jsonl.ts'
import type { LogFormat } from '../../src/logs/logs.ts'
import { winxml } from '../../src/logs/winxml.ts'
import { unpacked } from '../../src/node/bytes.ts'
import { random } from '../logs/reading.ts'

export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const events = 30_000
const passes = 5

/** Events with the fields, lengths and numbers of a Sysmon process creation as collectors write it; `Keywords` beyond 2^53. */
function fields(): Record<string, unknown>[] {
  const next = random(1572)
  const pick = (...from: readonly string[]) => from[Math.floor(next() * from.length)]!
  const hex = (length: number) =>
    Array.from({ length }, () =>
      Math.floor(next() * 16)
        .toString(16)
        .toUpperCase(),
    ).join('')
  return Array.from({ length: events }, (_, at) => ({
    EventTime: `2024-05-06 07:08:${String(at % 60).padStart(2, '0')}`,
    Hostname: `ws${at % 40}.example.net`,
    EventID: 1,
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    SourceName: 'Microsoft-Windows-Sysmon',
    ProviderGuid: '{5770385F-C22A-43E0-BF4C-06F5698FFBD9}',
    RecordNumber: 100_000 + at,
    ProcessId: String(Math.floor(next() * 20_000)),
    ProcessGuid: `{${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}}`,
    Image: `C:\\Windows\\System32\\${pick('svchost.exe', 'cmd.exe', 'conhost.exe', 'taskhostw.exe', 'netsh.exe')}`,
    CommandLine: `C:\\Windows\\system32\\svchost.exe -k ${pick('netsvcs', 'LocalService', 'UnistackSvcGroup')} -p -s ${hex(40)}`,
    CurrentDirectory: 'C:\\Windows\\system32\\',
    User: 'NT AUTHORITY\\SYSTEM',
    IntegrityLevel: pick('System', 'High', 'Medium'),
    Hashes: `SHA1=${hex(40)},MD5=${hex(32)},SHA256=${hex(64)},IMPHASH=${hex(32)}`,
    ParentImage: 'C:\\Windows\\System32\\services.exe',
    ParentCommandLine: 'C:\\Windows\\system32\\services.exe',
    Message: `Process Create:\r\nRuleName: -\r\nUtcTime: 2024-05-06 07:08:09.123\r\nProcessGuid: ${hex(32)}\r\nImage: C:\\Windows\\System32\\svchost.exe\r\nDescription: Host Process for Windows Services`,
    Company: 'Microsoft Corporation',
  }))
}

/** As JSON, with a number that JSON.parse would round. */
function json(record: Record<string, unknown>): string {
  return `${JSON.stringify(record).slice(0, -1)},"Keywords":-9223372036854775808}`
}

function xml(record: Record<string, unknown>): string {
  const escaped = (text: unknown) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const data = Object.entries(record).map(([name, value]) => `<Data Name='${name}'>${escaped(value)}</Data>`)
  return `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Sysmon' Guid='{5770385F-C22A-43E0-BF4C-06F5698FFBD9}'/><EventID>1</EventID><Version>5</Version><Level>4</Level><Task>1</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords><TimeCreated SystemTime='2024-05-06T07:08:09.1234567Z'/><EventRecordID>${record.RecordNumber}</EventRecordID><Correlation/><Execution ProcessID='3404' ThreadID='4112'/><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>ws01.example.net</Computer><Security UserID='S-1-5-18'/></System><EventData>${data.join('')}</EventData></Event>`
}

async function* blocks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1 << 20) yield bytes.subarray(at, at + (1 << 20))
}

/** The best of several passes, in seconds of this process's own time: other work on the machine does not count. */
async function best(pass: () => Promise<void> | void): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let number = 0; number < passes; number++) {
    const from = process.cpuUsage()
    await pass()
    const { user, system } = process.cpuUsage(from)
    least = Math.min(least, (user + system) / 1e6)
  }
  return least
}

async function reading(name: string, format: LogFormat, bytes: Uint8Array, wanted: number): Promise<Row[]> {
  const seconds = await best(async () => {
    let count = 0
    for await (const batch of format.read(blocks(bytes), { name: 'bench' }, finding => {
      throw new Error(`the bench's own log is not clean: ${finding.message}`)
    }))
      count += batch.length
    if (count !== wanted) throw new Error(`${name}: ${count} events of ${wanted}`)
  })
  return [
    { name, value: bytes.length / 1e6 / seconds, unit: 'MB/s' },
    { name, value: wanted / seconds, unit: 'events/s' },
  ]
}

/** Throughput of JSON and XML logs and of gzip, and the floor: JSON.parse of each line of the same bytes, and nothing else. */
export async function benchLogs(): Promise<Row[]> {
  const records = fields()
  const lines = records.map(json)
  const asLines = Buffer.from(`${lines.join('\n')}\n`)
  const floor = await best(() => {
    for (let at = 0, end = asLines.indexOf(10); end !== -1; at = end + 1, end = asLines.indexOf(10, at))
      JSON.parse(asLines.toString('utf8', at, end))
  })
  const rows: Row[] = [{ name: 'logs: JSON.parse floor', value: asLines.length / 1e6 / floor, unit: 'MB/s' }]
  rows.push(...(await reading('logs: JSON lines', jsonl, asLines, events)))
  rows.push(...(await reading('logs: JSON list, a record a line', jsonl, Buffer.from(`[\n${lines.join(',\n')}\n]\n`), events)))
  rows.push(...(await reading('logs: JSON list on one line', jsonl, Buffer.from(`[${lines.join(',')}]`), events)))
  rows.push(...(await reading('logs: Windows event XML', winxml, Buffer.from(records.map(xml).join('\n')), events)))
  const packed = gzipSync(asLines)
  const seconds = await best(async () => {
    let size = 0
    for await (const bytes of unpacked(
      'gzip',
      () => blocks(packed),
      true,
      () => undefined,
    ))
      size += bytes.length
    if (size !== asLines.length) throw new Error('gzip: not all came out')
  })
  rows.push({ name: 'logs: gzip, unpacked bytes', value: asLines.length / 1e6 / seconds, unit: 'MB/s' })
  const read = rows.find(row => row.name === 'logs: JSON lines' && row.unit === 'MB/s')!
  rows.push({ name: 'logs: JSON lines ÷ JSON.parse floor', value: read.value / rows[0]!.value, unit: '' })
  return rows
}

// How fast the line and table formats read, every event made; on records made here, in memory, so that only reading is measured.

import { access } from '../../src/logs/access.ts'
import { cef } from '../../src/logs/cef.ts'
import { csv } from '../../src/logs/csv.ts'
import { leef } from '../../src/logs/leef.ts'
import { logfmt } from '../../src/logs/logfmt.ts'
import type { LogFormat } from '../../src/logs/logs.ts'
import { w3c } from '../../src/logs/w3c.ts'
import { zeek } from '../../src/logs/zeek.ts'
import { pieces, random } from '../logs/reading.ts'

export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const size = 24_000_000
const passes = 4

interface Making {
  readonly at: number
  readonly number: (below: number) => number
  readonly hex: (length: number) => string
  readonly clock: string
}

const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36'

/** For each format a header, and a record of the fields and lengths that its products write. */
const records: readonly (readonly [format: LogFormat, what: string, head: string, line: (making: Making) => string])[] = [
  [
    zeek,
    'Zeek conn',
    [
      '#separator \\x09',
      '#set_separator\t,',
      '#empty_field\t(empty)',
      '#unset_field\t-',
      '#path\tconn',
      '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents',
      '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]',
      '',
    ].join('\n'),
    ({ at, number, hex }) =>
      `${1_773_219_600 + at / 100}\tC${hex(16)}\t10.1.${number(255)}.${number(255)}\t${number(60_000)}\t203.0.113.${number(255)}\t443\ttcp\tssl\t${number(1000)}.123456\t${number(100_000)}\t${number(1_000_000)}\tSF\tT\tF\t0\tShADadFf\t${number(100)}\t${number(100_000)}\t${number(100)}\t${number(1_000_000)}\t-`,
  ],
  [
    w3c,
    'IIS',
    '#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n',
    ({ number, hex, clock }) =>
      `2026-03-11 ${clock} 10.1.20.5 GET /shop/${hex(12)}.aspx id=${number(10_000)} 443 - 198.51.100.${number(255)} ${agent.replaceAll(' ', '+')} https://shop.example.com/${hex(8)} 200 0 0 ${number(500)}`,
  ],
  [
    access,
    'combined',
    '',
    ({ number, hex, clock }) =>
      `198.51.100.${number(255)} - - [11/Mar/2026:${clock} +0000] "GET /shop/${hex(12)}.php?id=${number(10_000)} HTTP/1.1" 200 ${number(100_000)} "https://shop.example.com/${hex(8)}" "${agent}"`,
  ],
  [
    cef,
    'CEF',
    '',
    ({ number, hex, clock }) =>
      `Mar 11 ${clock} fw1 CEF:0|Palo Alto Networks|PAN-OS|10.2|end|TRAFFIC|1|rt=Mar 11 2026 ${clock} GMT deviceExternalId=${hex(12)} src=10.1.7.${number(255)} dst=203.0.113.${number(255)} sourceTranslatedAddress=192.0.2.1 cs1Label=Rule cs1=Allow web suser=corp\\\\user${number(500)} app=ssl cs3Label=Virtual System cs3=vsys1 spt=${number(60_000)} dpt=443 proto=tcp act=allow in=${number(100_000)} out=${number(100_000)} cn1Label=SessionID cn1=${number(1_000_000)}`,
  ],
  [
    leef,
    'LEEF',
    '',
    ({ number, hex, clock }) =>
      `LEEF:1.0|Example|Sensor|2.1|${number(9000)}|devTime=Mar 11 2026 ${clock}\tsrc=10.1.7.${number(255)}\tdst=203.0.113.${number(255)}\tsrcPort=${number(60_000)}\tdstPort=443\tproto=TCP\tusrName=user${number(500)}\tsev=5\tcat=traffic\turl=https://shop.example.com/${hex(20)}\tpolicy=Allow web`,
  ],
  [
    logfmt,
    'FortiGate',
    '',
    ({ number, hex, clock }) =>
      `date=2026-03-11 time=${clock} devname="fw1" devid="FGT60F${hex(8)}" eventtime=17732196${number(9)}0000000000 tz="+0000" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.1.7.${number(255)} srcport=${number(60_000)} srcintf="internal" dstip=203.0.113.${number(255)} dstport=443 dstintf="wan1" sessionid=${number(1_000_000)} proto=6 action="accept" policyid=${number(90)} service="HTTPS" sentbyte=${number(100_000)} rcvdbyte=${number(1_000_000)} app="HTTPS.BROWSER"`,
  ],
  [
    csv,
    'CSV of processes',
    'TimeGenerated,Computer,EventID,Account,NewProcessName,CommandLine,ParentProcessName,ProcessId,Status\n',
    ({ number, hex, clock }) =>
      `2026-03-11T${clock}.000Z,ws${number(40)}.corp.example,4688,"CORP\\user${number(500)}",C:\\Windows\\System32\\svchost.exe,"C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s ""${hex(30)}"", x",C:\\Windows\\System32\\services.exe,${number(20_000)},`,
  ],
]

function make(head: string, line: (making: Making) => string): Uint8Array {
  const next = random(1572)
  const number = (below: number): number => Math.floor(next() * below)
  const hex = (length: number): string => Array.from({ length }, () => number(16).toString(16)).join('')
  const two = (value: number): string => String(value % 60).padStart(2, '0')
  const lines: string[] = []
  let length = head.length
  for (let at = 0; length < size; at++) {
    const text = line({ at, number, hex, clock: `09:${two(Math.floor(at / 6000))}:${two(Math.floor(at / 100))}` })
    lines.push(text)
    length += text.length + 1
  }
  return new TextEncoder().encode(`${head}${lines.join('\n')}\n`)
}

async function read(format: LogFormat, bytes: Uint8Array): Promise<number> {
  let events = 0
  const report = (finding: { message: string }): void => {
    throw new Error(finding.message)
  }
  for await (const batch of format.read(pieces(bytes, 65_536), { name: 'bench' }, report)) {
    for (let at = 0; at < batch.length; at++) if (Object.keys(batch.at(at).fields).length > 3) events++
  }
  return events
}

/** The best of a few passes for each format, in megabytes and events a second. */
export async function benchNetworkLogs(): Promise<Row[]> {
  const rows: Row[] = []
  for (const [format, what, head, line] of records) {
    const bytes = make(head, line)
    let best = Number.POSITIVE_INFINITY
    let events = 0
    for (let pass = 0; pass < passes; pass++) {
      // This process's own time: other work on the machine does not count.
      const from = process.cpuUsage()
      events = await read(format, bytes)
      const { user, system } = process.cpuUsage(from)
      best = Math.min(best, (user + system) / 1000)
    }
    rows.push({ name: `${format.id} (${what})`, value: bytes.length / 1e3 / best, unit: 'MB/s' })
    rows.push({ name: `${format.id} (${what})`, value: events / (best / 1e3), unit: 'events/s' })
  }
  return rows
}

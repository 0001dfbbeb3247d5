// The same process in five shapes of events, and queries hunted over them, for tests of lifted tables.

import { compile } from '../../../src/engine/engine.ts'
import type { StaticTable } from '../../../src/engine/tables/tree.ts'
import type { Detection } from '../../../src/ir/detection.ts'
import type { Event } from '../../../src/ir/event.ts'
import type { Pipeline } from '../../../src/ir/pipeline.ts'
import { schemas } from '../../../src/schemas/index.ts'

export const usual = schemas.filter(schema => schema.optIn !== true)

export function detection(title: string, of: Pipeline): Detection {
  const source = { name: title, text: '' }
  return {
    id: title,
    title,
    description: '',
    level: 'low',
    status: 'test',
    query: of,
    schema: '',
    attack: [],
    authors: [],
    references: [],
    falsePositives: [],
    tests: [],
    written: { document: source, rules: '', language: '', query: source },
    rest: {},
  }
}

/** The rows that a query raises over events, at once and at the end, with what was skipped and noted. */
export function hunted(of: Pipeline, events: readonly Event[], statics?: (name: string) => StaticTable | undefined) {
  const compiled = compile([detection('rule', of)], usual, statics === undefined ? {} : { tables: statics })
  const program = compiled.value!
  const findings: string[] = []
  const run = program.start({ report: finding => findings.push(`${finding.code} ${finding.message}`) })
  const atOnce = run.push({ schema: '', length: events.length, at: index => events[index]! })
  const atEnd = run.finish()
  return {
    atOnce: atOnce.map(alert => alert.row),
    atEnd: atEnd.map(alert => alert.row),
    rows: [...atOnce, ...atEnd].map(alert => alert.row),
    alerts: [...atOnce, ...atEnd],
    skipped: [...program.skipped, ...run.seen().skipped].map(one => `${one.reason} ${one.diagnostic.code}`),
    notes: compiled.diagnostics.map(one => one.code),
    findings,
  }
}

export const sysmon: Event = {
  fields: {
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    EventID: 1,
    Provider_Name: 'Microsoft-Windows-Sysmon',
    Computer: 'ws1.example',
    UtcTime: '2026-03-02 08:15:04.112',
    Image: 'C:\\Tools\\PLINK.EXE',
    CommandLine: 'plink -R 80:10.0.0.1:80 a@b',
    User: 'CORP\\amina',
    ProcessId: '4711',
    ParentImage: 'C:\\Windows\\System32\\cmd.exe',
    ParentUser: 'CORP\\amina',
    Hashes: 'SHA1=DA39A3EE5E6B4B0D3255BFEF95601890AFD80709,MD5=0F343B0931126A20F133D67C2B018A3B',
  },
}
export const security: Event = {
  fields: {
    Channel: 'Security',
    EventID: 4688,
    Provider_Name: 'Microsoft-Windows-Security-Auditing',
    Computer: 'ws2.example',
    SystemTime: '2026-03-02T08:16:04.1120000Z',
    NewProcessName: 'C:\\Tools\\plink.exe',
    CommandLine: 'plink -N',
    SubjectUserName: 'amina',
    SubjectDomainName: 'CORP',
  },
}
export const winlogbeat: Event = {
  fields: {
    '@timestamp': '2026-03-02T08:17:04.112Z',
    winlog: {
      channel: 'Microsoft-Windows-Sysmon/Operational',
      event_id: 1,
      provider_name: 'Microsoft-Windows-Sysmon',
      computer_name: 'ws3.example',
      event_data: { Image: 'C:\\Tools\\plink.exe', CommandLine: 'plink -L 1:2:3', User: 'CORP\\bob', ProcessId: '7' },
    },
  },
}
export const exported: Event = {
  fields: {
    Timestamp: '2026-03-02T08:18:04.1234567Z',
    DeviceName: 'ws4.example',
    ActionType: 'ProcessCreated',
    FileName: 'plink.exe',
    FolderPath: 'C:\\Tools\\plink.exe',
    ProcessCommandLine: 'plink -D 1080',
    ProcessId: 9,
    AccountName: 'eve',
    ReportId: 77,
  },
}
export const other: Event = { fields: { ...sysmon.fields, Image: 'C:\\Windows\\notepad.exe', CommandLine: 'notepad' } }
export const registry: Event = {
  fields: {
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    EventID: 13,
    Provider_Name: 'Microsoft-Windows-Sysmon',
    EventType: 'SetValue',
    Computer: 'ws1.example',
    UtcTime: '2026-03-02 08:20:00.000',
    Image: 'C:\\Windows\\regedit.exe',
    TargetObject: 'HKLM\\SOFTWARE\\PuTTY\\Sessions',
    Details: 'DWORD (0x00000001)',
  },
}
export const connection: Event = {
  fields: {
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    EventID: 3,
    Provider_Name: 'Microsoft-Windows-Sysmon',
    Computer: 'ws1.example',
    UtcTime: '2026-03-02 08:21:00.000',
    Image: 'C:\\Tools\\plink.exe',
    Initiated: 'true',
    Protocol: 'tcp',
    DestinationIp: '203.0.113.7',
    DestinationPort: '22',
  },
}
export const all = [sysmon, security, winlogbeat, exported, other, registry, connection]

// Queries over Microsoft's tables told for other products: as Sigma they find the events that the query finds; what is more than a question about single events is refused.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { compile } from '../../src/engine/engine.ts'
import { explain, trace } from '../../src/explain.ts'
import type { Detection } from '../../src/ir/detection.ts'
import type { Value } from '../../src/ir/event.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { kustoTables } from '../../src/schemas/kusto/tables.ts'
import { targetOf } from '../../src/targets.ts'

const used = schemas.filter(schema => schema.optIn !== true)

function detection(text: string): Detection {
  const { value, diagnostics } = readRules([{ name: 'rule.kql', text }], { tables: kustoTables })
  expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  return value![0]!
}

const event = (Image: string, CommandLine: string, more: Readonly<Record<string, Value>> = {}) => ({
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  EventID: 1,
  SystemTime: '2026-05-01T10:00:00Z',
  Computer: 'ws1',
  Image,
  CommandLine,
  ParentImage: 'C:\\Windows\\explorer.exe',
  User: 'CORP\\alice',
  Hashes: 'MD5=0123456789ABCDEF0123456789ABCDEF,SHA256=00',
  ...more,
})

const events = [
  event('C:\\T\\plink.exe', 'plink.exe -R 80:a:80'),
  event('C:\\T\\PLINK.EXE', 'plink.exe -r80'),
  event('plink.exe', 'plink -R'),
  event('C:\\T\\xplink.exe', 'x -R 1'),
  event('C:\\W\\cmd.exe', 'cmd /c plink.exe', { ParentImage: 'C:\\W\\cmd.exe', User: 'NT AUTHORITY\\SYSTEM' }),
  event('/usr/bin/plink.exe', 'a-R b', { Hashes: 'MD5=FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF' }),
]

/** The places of the events that a rule raises alerts for. */
function found(rule: Detection): readonly number[] {
  const run = compile([rule], used).value!.start()
  const alerts = [
    ...run.push({ schema: '', length: events.length, at: index => ({ fields: events[index]!, origin: { source: 'a', index } }) }),
    ...run.finish(),
  ]
  return alerts.map(alert => alert.events[0]!.origin!.index).sort()
}

describe('as Sigma', () => {
  it.each([
    'DeviceProcessEvents | where FileName =~ "plink.exe"',
    'DeviceProcessEvents | where FolderPath endswith "\\\\plink.exe" and ProcessCommandLine contains "-r"',
    'DeviceProcessEvents | where ProcessCommandLine has "-R"',
    'DeviceProcessEvents | where ProcessCommandLine has "plink" or ProcessCommandLine hasprefix "x"',
    'DeviceProcessEvents | where FileName endswith "link.exe" and not(FileName =~ "plink.exe")',
    'DeviceProcessEvents | where InitiatingProcessFileName !in~ ("explorer.exe")',
    'DeviceProcessEvents | where AccountName =~ "alice"',
    'DeviceProcessEvents | where MD5 =~ "0123456789abcdef0123456789abcdef"',
    'DeviceProcessEvents | where Timestamp > ago(1d) | where ActionType == "ProcessCreated" and ProcessCommandLine matches regex "plink(\\\\.exe)? -" | project Timestamp, FileName | sort by Timestamp',
    'DeviceProcessEvents | extend c = tolower(FileName) | where c == "plink.exe"',
    'DeviceProcessEvents | extend c = iff(FileName =~ "plink.exe", "yes", "no") | where c == "yes"',
    'DeviceProcessEvents | where FileName contains "link" and FileName !startswith "x"',
  ])('%s finds what it finds', text => {
    const rule = detection(text)
    const outcome = convert(rule, targetOf('sigma')!, { document: 'none' })
    expect(outcome.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
    const { value } = readRules([{ name: 'again.yml', text: `title: again\n${outcome.value!.printed.text}` }])
    expect(found(value![0]!)).toEqual(found(rule))
  })

  it.each([
    'DeviceProcessEvents | where FileName =~ "plink.exe" | summarize count(), min(Timestamp) by DeviceName, FileName',
    'DeviceProcessEvents | summarize count() by Program=FileName, DeviceName | where Program =~ "plink.exe"',
    'DeviceProcessEvents | where FileName =~ "plink.exe" | distinct DeviceName',
    'DeviceProcessEvents | project-rename Program=FileName | where Program =~ "plink.exe" | take 5',
  ])('%s alerts where its rule does, what it groups left out', text => {
    const rule = detection(text)
    const outcome = convert(rule, targetOf('sigma')!, { document: 'none' })
    expect(outcome.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
    const plain = detection('DeviceProcessEvents | where FileName =~ "plink.exe"')
    const { value } = readRules([{ name: 'again.yml', text: `title: again\n${outcome.value!.printed.text}` }])
    expect(found(value![0]!)).toEqual(found(plain))
    expect(found(plain).length).toBeGreaterThan(0)
  })

  it('says where a term is wider, and a column that another stands in for narrower', () => {
    const told = (text: string, name = 'rule.kql'): readonly string[] => {
      const { value } = readRules([{ name, text }])
      return convert(value![0]!, targetOf('sigma')!, { document: 'none' }).diagnostics.map(finding => finding.message)
    }
    expect(told('DeviceProcessEvents | where ProcessCommandLine has "plink"')).toContainEqual(
      expect.stringMatching(/^a term is asked by ASCII .* wider, under a negation narrower$/),
    )
    const search =
      '| tstats count from datamodel=Endpoint.Processes where Processes.process="*plink*" by Processes.dest | rename Processes.* as *'
    expect(told(search, 'rule.spl')).toEqual([
      'groups and what is counted in them are left out',
      'events without a field that is grouped by: the query loses them, and they are found here, so this is wider',
      'new names of columns are left out',
      'where "CommandLine" is absent, the query asks what stands in for it: here not, so this is narrower',
      'events of other systems than Windows are left out',
      'the table holds image_load as well: a rule is about one kind of event, so this is narrower',
    ])
  })

  it('says what is left out', () => {
    const { diagnostics } = convert(
      detection('DeviceProcessEvents | where FileName =~ "a.exe" | project FileName'),
      targetOf('splunk')!,
    )
    expect(diagnostics.filter(finding => finding.code === 'SCH305').map(finding => finding.message)).toEqual([
      'choices of columns are left out',
      'events of other systems than Windows are left out',
    ])
  })
})

describe('what is more than a question about single events', () => {
  it.each([
    'DeviceProcessEvents | summarize count() by FileName | where count_ > 3',
    'DeviceProcessEvents | where FileName =~ "a.exe" | summarize count()',
    'DeviceProcessEvents | summarize arg_max(Timestamp, *) by DeviceName | where FileName =~ "a.exe"',
    'DeviceProcessEvents | take 5 | where FileName =~ "a.exe"',
    'DeviceProcessEvents | join (DeviceNetworkEvents) on DeviceId',
    'DeviceProcessEvents | where FileName =~ InitiatingProcessFileName',
    'DeviceProcessEvents | extend c = strlen(FileName) | where c == 5',
    'EmailEvents | where Subject has "x"',
  ])('%s is refused', text => {
    for (const target of ['splunk', 'elastic-eql', 'sigma', 'duckdb']) {
      const { value, diagnostics } = convert(detection(text), targetOf(target)!)
      expect([value, diagnostics.find(finding => finding.severity === 'error')?.code]).toEqual([undefined, 'SCH106'])
    }
  })

  it('stays as it is in its own language', () => {
    const { value } = convert(detection('DeviceProcessEvents | where FileName =~ "a.exe"'), targetOf('sentinel-security')!, {
      document: 'none',
    })
    expect(value!.printed.text).toContain('DeviceProcessEvents')
  })
})

describe('explained', () => {
  const rule = detection('DeviceProcessEvents | where FileName =~ "plink.exe" and ProcessCommandLine has "-R"')
  it('a query names the events that it needs, and tells why one matches', () => {
    expect(explain(rule).needs[0]).toEqual({
      class: { product: 'windows', category: 'process_creation' },
      fields: ['Image', 'CommandLine'],
    })
    expect(trace(rule, { fields: events[0]! }).truth).toBe('true')
    expect(trace(rule, { fields: events[3]! }).truth).toBe('false')
  })
})

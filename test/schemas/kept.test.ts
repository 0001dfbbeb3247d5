// Where a search of Splunk's says that events are kept: each name that the add-on for Windows gives a log, or gave it before version 5, means that log; an index is known to nobody here.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { compile } from '../../src/engine/engine.ts'
import type { Detection } from '../../src/ir/detection.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'
import { targetOf } from '../../src/targets.ts'

const logs = {
  security: { Channel: 'Security', EventID: 4688, NewProcessName: 'C:\\a.exe' },
  system: { Channel: 'System', EventID: 7045, ServiceName: 'a' },
  sysmon: { Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 1, Image: 'C:\\a.exe' },
} as const

function read(text: string): Detection {
  const { value, diagnostics } = readRules([{ name: 'rule.spl', text }])
  expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
  return value![0]!
}

function found(text: string): readonly string[] {
  const run = compile(
    [read(text)],
    schemas.filter(schema => schema.optIn !== true),
  ).value!.start()
  const fields = Object.values(logs).map(log => ({ ...log, Computer: 'ws1', SystemTime: '2026-05-01T10:00:00Z' }))
  const alerts = [
    ...run.push({ schema: '', length: fields.length, at: index => ({ fields: fields[index]!, origin: { source: 'a', index } }) }),
    ...run.finish(),
  ]
  return alerts.map(alert => Object.keys(logs)[alert.events[0]!.origin!.index]!)
}

const all = ['security', 'system', 'sysmon']

describe('where events are kept in Splunk', () => {
  it.each<[search: string, logs: readonly string[]]>([
    ['source="XmlWinEventLog:Security"', ['security']],
    ['source="WinEventLog:Security"', ['security']],
    ['source=wineventlog:security', ['security']],
    ['source="*:Security"', ['security']],
    ['source="WinEventLog:S*"', ['security', 'system']],
    ['sourcetype=XmlWinEventLog', all],
    ['sourcetype=WinEventLog', all],
    ['sourcetype=WinEventLog*', all],
    ['sourcetype="WinEventLog:System"', ['system']],
    ['sourcetype="XmlWinEventLog:Microsoft-Windows-Sysmon/Operational"', ['sysmon']],
    ['sourcetype IN ("WinEventLog:System", "WinEventLog:Security")', ['security', 'system']],
    ['sourcetype="WinEventLog:Application"', []],
    ['eventtype=wineventlog_security', ['security']],
    ['eventtype=wineventlog_system', ['system']],
    ['NOT sourcetype="WinEventLog:Security" EventCode=*', ['system', 'sysmon']],
    ['index=wineventlog sourcetype=WinEventLog source="WinEventLog:Security"', ['security']],
    ['NOT index=test source="WinEventLog:Security"', ['security']],
    ['sourcetype=zeek:dns:json', []],
  ])('%s', (search, wanted) => {
    expect(found(`${search} Computer=*`)).toEqual(wanted)
  })

  it('tells an index that is left out', () => {
    const rule = read('index=main sourcetype="WinEventLog:Security" EventCode=4688 NewProcessName="*\\\\a.exe"')
    const { value, diagnostics } = convert(rule, targetOf('sigma')!, { document: 'none' })
    expect(value!.printed.text).not.toContain('main')
    expect(value!.printed.text).toContain("Channel: 'Security'")
    expect(diagnostics.filter(({ code }) => code === 'SCH305').map(({ message }) => message)).toContain(
      'events are told by what they are and not by the index that they lie in: wider',
    )
  })
})

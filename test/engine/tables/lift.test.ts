// Queries over products' tables as hunts: the same query over events of several shapes, each event a row once, and what is asked of events early changes no answer.

import { describe, expect, it } from 'vitest'
import type { StaticTable } from '../../../src/engine/tables/tree.ts'
import type { Event } from '../../../src/ir/event.ts'
import { any } from '../../../src/ir/glob.ts'
import {
  aggregate,
  call,
  compare,
  extend,
  field,
  from,
  limit,
  literal,
  measure,
  project,
  rename,
  test,
  under,
  where,
} from './make.ts'
import { all, hunted, sysmon } from './shapes.ts'

const isPlink = test(field('FileName', 'string'), { kind: 'glob', glob: ['plink.exe'], fold: true })

describe('a table of Defender over events of any shape', () => {
  const rows = under(
    'kusto',
    from(
      'DeviceProcessEvents',
      where(isPlink),
      project(
        'keep',
        'Timestamp',
        'DeviceName',
        'FileName',
        'FolderPath',
        'ProcessCommandLine',
        'AccountName',
        'ProcessId',
        'ActionType',
        'SHA1',
      ),
    ),
  )

  it('fills its columns from Sysmon, from event 4688, from Winlogbeat, and takes its own rows as they are', () => {
    const found = hunted(rows, all)
    expect(found.skipped).toEqual([])
    expect(found.atEnd).toEqual([])
    expect(found.atOnce).toEqual([
      {
        Timestamp: '2026-03-02T08:15:04.1120000Z',
        DeviceName: 'ws1.example',
        FileName: 'PLINK.EXE',
        FolderPath: 'C:\\Tools\\PLINK.EXE',
        ProcessCommandLine: 'plink -R 80:10.0.0.1:80 a@b',
        AccountName: 'amina',
        ProcessId: 4711,
        ActionType: 'ProcessCreated',
        SHA1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
      },
      {
        Timestamp: '2026-03-02T08:16:04.1120000Z',
        DeviceName: 'ws2.example',
        FileName: 'plink.exe',
        FolderPath: 'C:\\Tools\\plink.exe',
        ProcessCommandLine: 'plink -N',
        ActionType: 'ProcessCreated',
      },
      {
        Timestamp: '2026-03-02T08:17:04.1120000Z',
        DeviceName: 'ws3.example',
        FileName: 'plink.exe',
        FolderPath: 'C:\\Tools\\plink.exe',
        ProcessCommandLine: 'plink -L 1:2:3',
        AccountName: 'bob',
        ProcessId: 7,
        ActionType: 'ProcessCreated',
      },
      {
        Timestamp: '2026-03-02T08:18:04.1234567Z',
        DeviceName: 'ws4.example',
        FileName: 'plink.exe',
        FolderPath: 'C:\\Tools\\plink.exe',
        ProcessCommandLine: 'plink -D 1080',
        AccountName: 'eve',
        ProcessId: 9,
        ActionType: 'ProcessCreated',
      },
    ])
  })

  it('takes an event once, as the class that says most of it', () => {
    const found = hunted(
      under(
        'kusto',
        from(
          'DeviceRegistryEvents',
          project('keep', 'ActionType', 'RegistryKey', 'RegistryValueName', 'RegistryValueData', 'InitiatingProcessFileName'),
        ),
      ),
      all,
    )
    expect(found.rows).toEqual([
      {
        ActionType: 'RegistryValueSet',
        RegistryKey: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\PuTTY',
        RegistryValueName: 'Sessions',
        RegistryValueData: '1',
        InitiatingProcessFileName: 'regedit.exe',
      },
    ])
  })

  it('tells what the table’s own condition says, and numbers as numbers', () => {
    const found = hunted(
      under(
        'kusto',
        from(
          'DeviceNetworkEvents',
          where(compare('RemotePort', '=', 22)),
          project('keep', 'ActionType', 'RemoteIP', 'RemotePort'),
        ),
      ),
      all,
    )
    expect(found.rows).toEqual([{ ActionType: 'ConnectionSuccess', RemoteIP: '203.0.113.7', RemotePort: 22 }])
  })

  it('joins tables of one stream, with the events of both sides', () => {
    const found = hunted(
      under(
        'kusto',
        from(
          'DeviceProcessEvents',
          where(isPlink),
          {
            kind: 'join',
            how: 'inner',
            right: from('DeviceNetworkEvents', project('keep', 'DeviceName', 'RemoteIP')),
            on: [{ left: field('DeviceName', 'string'), right: field('DeviceName', 'string'), by: 'equal' }],
            clash: 'suffix',
          },
          project('keep', 'DeviceName', 'ProcessCommandLine', 'RemoteIP'),
        ),
      ),
      all,
    )
    expect(found.atEnd).toEqual([
      { DeviceName: 'ws1.example', ProcessCommandLine: 'plink -R 80:10.0.0.1:80 a@b', RemoteIP: '203.0.113.7' },
    ])
    // Which events they were is known by their ids: the hunt reads the time into them.
    expect(found.alerts[0]!.events.map(event => event.fields.EventID)).toEqual([1, 3])
  })

  it('names the table that a row of a union came from', () => {
    const found = hunted(
      under(
        'kusto',
        from(
          { kind: 'union', of: [from('DeviceProcessEvents'), from('DeviceNetworkEvents')], source: 'table' },
          aggregate(['table'], measure('n', 'count')),
        ),
      ),
      all,
    )
    expect(found.rows).toEqual([
      { table: 'DeviceProcessEvents', n: 5 },
      { table: 'DeviceNetworkEvents', n: 1 },
    ])
  })

  it('leaves out times told from now, and says so', () => {
    const recent = compare('Timestamp', '>', call('subtract', call('now'), literal(864_000_000_000n, 'timespan')))
    const found = hunted(
      under('kusto', from('DeviceProcessEvents', where(recent), where(isPlink), aggregate([], measure('count_', 'count')))),
      all,
    )
    expect(found.rows).toEqual([{ count_: 4 }])
    expect(found.notes).toEqual(['SCH304'])
  })

  it('says which columns nothing is known to fill', () => {
    const found = hunted(
      under(
        'splunk',
        from('Endpoint.Processes', extend({ name: 'x', value: field('Processes.process_name') }), aggregate(['x'])),
      ),
      all,
    )
    expect(found.notes).toEqual([])
    const asim = hunted(under('kusto', from('_Im_ProcessCreate', where(compare('EventSeverity', '=', 'High')))), all)
    expect(asim.notes).toEqual(['SCH303'])
  })

  it('skips a rule over a table that no event is known to be in', () => {
    expect(hunted(under('kusto', from('SigninLogs_CL')), all).skipped).toEqual(['source SCH105'])
  })

  it('gives up a rule that would hold too much, in words, and no other', () => {
    const many = Array.from({ length: 3000 }, () => sysmon)
    const cross = under(
      'kusto',
      from(
        'DeviceProcessEvents',
        {
          kind: 'join',
          how: 'inner',
          right: from('DeviceProcessEvents'),
          on: [{ left: field('DeviceName', 'string'), right: field('DeviceName', 'string'), by: 'equal' }],
          clash: 'suffix',
        },
        aggregate([], measure('n', 'count')),
      ),
    )
    const found = hunted(cross, many)
    expect(found.rows).toEqual([])
    expect(found.findings.map(text => text.slice(0, 6))).toEqual(['ENG151'])
  })
})

describe('tables of Sentinel and ASIM', () => {
  it('has event 4688 under its own names, Sysmon’s under the same', () => {
    const found = hunted(
      under(
        'kusto',
        from(
          'SecurityEvent',
          where(compare('EventID', '=', 4688)),
          project('keep', 'Computer', 'NewProcessName', 'Account', 'Process'),
        ),
      ),
      all,
    )
    expect(found.rows.slice(0, 3)).toEqual([
      { Computer: 'ws1.example', NewProcessName: 'C:\\Tools\\PLINK.EXE' },
      { Computer: 'ws2.example', NewProcessName: 'C:\\Tools\\plink.exe', Account: 'CORP\\amina', Process: 'plink.exe' },
      { Computer: 'ws3.example', NewProcessName: 'C:\\Tools\\plink.exe' },
    ])
  })

  it('has the values of other logs as a text of XML', () => {
    const found = hunted(
      under('kusto', from('Event', where(compare('EventID', '=', 13)), project('keep', 'EventLog', 'Source', 'EventData'))),
      all,
    )
    expect(found.rows).toEqual([
      {
        EventLog: 'Microsoft-Windows-Sysmon/Operational',
        Source: 'Microsoft-Windows-Sysmon',
        EventData:
          '<DataItem type="System.XmlData" time="" sourceHealthServiceId=""><EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">' +
          '<Data Name="EventType">SetValue</Data><Data Name="UtcTime">2026-03-02 08:20:00.000</Data><Data Name="Image">C:\\Windows\\regedit.exe</Data>' +
          '<Data Name="TargetObject">HKLM\\SOFTWARE\\PuTTY\\Sessions</Data><Data Name="Details">DWORD (0x00000001)</Data></EventData></DataItem>',
      },
    ])
  })

  it('fills tables of the cloud from their logs, and reads rows of any table as exported', () => {
    const trail: Event = {
      fields: {
        eventVersion: '1.08',
        eventSource: 'iam.amazonaws.com',
        eventName: 'CreateUser',
        awsRegion: 'us-east-1',
        eventTime: '2026-03-02T09:00:00Z',
        userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::1:user/eve' },
        requestParameters: { userName: 'new' },
      },
    }
    const cloud = hunted(
      under(
        'kusto',
        from(
          'AWSCloudTrail',
          where(test(field('EventName', 'string'), { kind: 'glob', glob: ['CreateUser'], fold: false })),
          project('keep', 'TimeGenerated', 'EventSource', 'UserIdentityArn', 'RequestParameters'),
        ),
      ),
      [trail],
    )
    expect(cloud.rows).toEqual([
      {
        TimeGenerated: '2026-03-02T09:00:00.0000000Z',
        EventSource: 'iam.amazonaws.com',
        UserIdentityArn: 'arn:aws:iam::1:user/eve',
        RequestParameters: '{"userName":"new"}',
      },
    ])
    const row: Event = { fields: { TimeGenerated: '2026-03-02T09:00:00Z', Type: 'Heartbeat', Computer: 'ws1', OSType: 'Linux' } }
    expect(hunted(under('kusto', from('Heartbeat', project('keep', 'Computer', 'OSType'))), [row, trail]).rows).toEqual([
      { Computer: 'ws1', OSType: 'Linux' },
    ])
  })

  it('knows parsers by their older names', () => {
    const found = hunted(
      under(
        'kusto',
        from(
          'imProcessCreate',
          where(
            test(field('CommandLine', 'string'), { kind: 'word', text: literal('L'), side: 'whole', fold: true, words: 'kusto' }),
          ),
          project('keep', 'Dvc', 'TargetProcessName', 'TargetUsername'),
        ),
      ),
      all,
    )
    expect(found.rows).toEqual([{ Dvc: 'ws3.example', TargetProcessName: 'C:\\Tools\\plink.exe', TargetUsername: 'CORP\\bob' }])
  })
})

describe('Splunk', () => {
  it('counts over a data model, in seconds of time', () => {
    const found = hunted(
      under(
        'splunk',
        from(
          'Endpoint.Processes',
          where(test('Processes.process_name', { kind: 'glob', glob: ['plink.exe'], fold: true })),
          aggregate(['Processes.dest'], measure('count', 'count'), measure('firstTime', 'min', '_time')),
          rename(['Processes.*', '*']),
        ),
      ),
      all,
    )
    expect(found.atEnd).toEqual([
      { dest: 'ws1.example', count: 1, firstTime: 1_772_439_304.112 },
      { dest: 'ws2.example', count: 1, firstTime: 1_772_439_364.112 },
      { dest: 'ws3.example', count: 1, firstTime: 1_772_439_424.112 },
      { dest: 'ws4.example', count: 1, firstTime: 1_772_439_484.123_456_7 },
    ])
  })

  it('searches raw events under the names of the add-ons; which index they lie in is not asked', () => {
    const found = hunted(
      under(
        'splunk',
        from(
          'search',
          where({
            kind: 'and',
            args: [
              test('index', { kind: 'glob', glob: ['windows'], fold: true }),
              test('EventCode', { kind: 'glob', glob: ['1'], fold: true }),
              test('source', { kind: 'glob', glob: [any, 'Sysmon/Operational'], fold: true }),
            ],
          }),
          project('keep', 'process_name', 'user', 'EventCode'),
        ),
      ),
      all,
    )
    expect(found.atOnce).toEqual([
      { process_name: 'PLINK.EXE', user: 'amina', EventCode: 1 },
      { process_name: 'plink.exe', user: 'bob', EventCode: 1 },
      { process_name: 'notepad.exe', user: 'amina', EventCode: 1 },
    ])
  })

  it('gives events newest first to what counts rows: https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/Head', () => {
    const newest = hunted(
      under(
        'splunk',
        from(
          'search',
          where(test('process_name', { kind: 'glob', glob: ['plink.exe'], fold: true })),
          limit(1),
          project('keep', 'dest'),
        ),
      ),
      all,
    )
    expect(newest.rows).toEqual([{ dest: 'ws1.example' }])
    const first = hunted(
      under(
        'splunk',
        from(
          'search',
          where(test('EventCode', { kind: 'glob', glob: ['1'], fold: true })),
          aggregate([], measure('first', 'first', 'process_name'), measure('last', 'last', 'process_name')),
        ),
      ),
      all,
    )
    expect(first.rows).toEqual([{ first: 'plink.exe', last: 'notepad.exe' }])
  })

  it('asks keywords of the whole record', () => {
    const word = test({ kind: 'fields', names: [any] }, { kind: 'glob', glob: [any, 'a@b', any], fold: true })
    expect(hunted(under('splunk', from('search', where(word), project('keep', 'EventCode'))), all).rows).toEqual([
      { EventCode: 1 },
    ])
  })

  it('looks up what lies beside the rules', () => {
    const lookup: StaticTable = { columns: [{ name: 'tool' }, { name: 'kind' }], rows: [{ tool: 'plink.exe', kind: 'tunnel' }] }
    const found = hunted(
      under(
        'splunk',
        from(
          'Endpoint.Processes',
          {
            kind: 'join',
            how: 'inner',
            right: from('lookup:tools'),
            on: [{ left: field('Processes.process_name'), right: field('tool'), by: 'equal', fold: true }],
            clash: 'right',
            take: 1,
          },
          aggregate(['kind'], measure('count', 'count')),
        ),
      ),
      all,
      name => (name === 'lookup:tools' ? lookup : undefined),
    )
    expect(found.rows).toEqual([{ kind: 'tunnel', count: 4 }])
  })
})

describe('documents of Elastic', () => {
  it('have the fields of ECS, whatever index is named', () => {
    const found = hunted(
      under(
        'elastic',
        from(
          'logs-endpoint.events.process-*',
          where({
            kind: 'and',
            args: [
              test('event.category', { kind: 'glob', glob: ['process'], fold: false }),
              test('host.os.type', { kind: 'glob', glob: ['windows'], fold: false }),
              test('process.name', { kind: 'glob', glob: ['plink.exe'], fold: true }),
            ],
          }),
          project('keep', 'host.name', 'process.name', 'user.name'),
        ),
      ),
      all,
    )
    expect(found.rows).toEqual([
      { 'host.name': 'ws1.example', 'process.name': 'PLINK.EXE', 'user.name': 'amina' },
      { 'host.name': 'ws2.example', 'process.name': 'plink.exe', 'user.name': 'amina' },
      { 'host.name': 'ws3.example', 'process.name': 'plink.exe', 'user.name': 'bob' },
      { 'host.name': 'ws4.example', 'process.name': 'plink.exe', 'user.name': 'eve' },
    ])
  })

  it('are taken as they are, fields further in as columns', () => {
    const document: Event = {
      fields: {
        '@timestamp': '2026-03-02T09:00:00Z',
        event: { category: ['process'], type: ['start'] },
        host: { name: 'lab' },
        process: { name: 'plink.exe' },
      },
    }
    const found = hunted(
      under(
        'elastic',
        from(
          'logs-*',
          where(test('process.name', { kind: 'glob', glob: ['plink.exe'], fold: false })),
          aggregate(['host.name'], measure('c', 'count')),
        ),
      ),
      [document],
    )
    expect(found.rows).toEqual([{ 'host.name': 'lab', c: 1 }])
  })
})

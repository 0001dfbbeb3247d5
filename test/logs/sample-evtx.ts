// The sample event log: records as a person would describe them. `test/events/evtx/sample.evtx` is this, written out; `sample.jsonl` beside it is what they say.

import {
  type Content,
  type Element,
  element,
  emptyElement,
  hex,
  type Instance,
  optional,
  type RecordSource,
  sub,
  type TemplateSource,
  type TypedValue,
  value,
} from './write-evtx.ts'

const eventNamespace = 'http://schemas.microsoft.com/win/2004/08/events/event'

/** 2024-05-06T07:08:09.1234567Z as a FILETIME: 1,714,979,289 s after 1970, which is 11,644,473,600 s after 1601. */
export const written = 133_594_528_891_234_567n

/** The event template that Windows uses for providers with a manifest: every part of System is an optional substitution. */
function eventTemplate(guid: string, body: Content): TemplateSource {
  return {
    guid: hex(guid),
    root: element(
      'Event',
      { xmlns: eventNamespace },
      element(
        'System',
        {},
        emptyElement('Provider', { Name: optional(14, 1), Guid: optional(15, 0x0f) }),
        element('EventID', { Qualifiers: optional(4, 6) }, optional(3, 6)),
        element('Version', {}, optional(11, 4)),
        element('Level', {}, optional(0, 4)),
        element('Task', {}, optional(2, 6)),
        element('Opcode', {}, optional(1, 4)),
        element('Keywords', {}, optional(5, 0x15)),
        emptyElement('TimeCreated', { SystemTime: optional(6, 0x11) }),
        element('EventRecordID', {}, optional(10, 0x0a)),
        emptyElement('Correlation', { ActivityID: optional(7, 0x0f), RelatedActivityID: optional(18, 0x0f) }),
        emptyElement('Execution', { ProcessID: optional(8, 8), ThreadID: optional(9, 8) }),
        element('Channel', {}, optional(16, 1)),
        element('Computer', {}, optional(17, 1)),
        emptyElement('Security', { UserID: optional(12, 0x13) }),
      ),
      body,
    ),
  }
}

export interface SystemPart {
  readonly id: number
  readonly record: number | bigint
  readonly provider?: string
  readonly guid?: TypedValue
  readonly channel?: string
  readonly qualifiers?: TypedValue
  readonly version?: TypedValue
  readonly activity?: TypedValue
  readonly user?: TypedValue
  readonly time?: bigint
}

/** The nineteen values of `eventTemplate`, and the body as the twentieth. */
function systemValues(part: SystemPart, body: TypedValue): TypedValue[] {
  return [
    value.uint8(4),
    value.uint8(0),
    value.uint16(part.id),
    value.uint16(part.id),
    part.qualifiers ?? value.none,
    value.hex64(0x8000000000000000n),
    value.fileTime(part.time ?? written),
    part.activity ?? value.none,
    value.uint32(3404),
    value.uint32(4112),
    value.uint64(part.record),
    part.version ?? value.uint8(5),
    part.user ?? value.none,
    value.none,
    value.text(part.provider ?? 'Microsoft-Windows-Sysmon'),
    part.guid ?? value.raw(0x0f, '9F387057 2AC2 E043 BF4C06F5698FFBD9'),
    value.text(part.channel ?? 'Microsoft-Windows-Sysmon/Operational'),
    value.text('ws01.example.net'),
    value.none,
    body,
  ]
}

const manifestEvent = eventTemplate('11111111222233334444555555555501', sub(19, 0x21))
const classicEvent = eventTemplate(
  '11111111222233334444555555555502'.replace(/^1{8}/, '11111112'),
  element('EventData', {}, element('Data', {}, sub(19, 0x81)), element('Binary', {}, optional(20, 0x0e))),
)

/** A record of a provider with a manifest: System, and a body that is nested XML. */
export function manifestRecord(part: SystemPart, body: Instance | Element): RecordSource {
  return {
    id: part.record,
    written,
    body: { template: manifestEvent, values: systemValues(part, value.nested(body)) },
  }
}

const processCreation: TemplateSource = {
  guid: hex('a0000001 0000 0000 0000 000000000001'),
  root: element(
    'EventData',
    {},
    element('Data', { Name: 'UtcTime' }, sub(0, 1)),
    element('Data', { Name: 'ProcessGuid' }, sub(1, 0x0f)),
    element('Data', { Name: 'ProcessId' }, sub(2, 8)),
    element('Data', { Name: 'Image' }, sub(3, 1)),
    element('Data', { Name: 'CommandLine' }, sub(4, 1)),
    element('Data', { Name: 'LogonId' }, sub(5, 0x15)),
    element('Data', { Name: 'ParentUser' }, sub(6, 1)),
  ),
}

/** A Sysmon process creation. */
export function processRecord(record: number | bigint, image: string, commandLine: string): RecordSource {
  return manifestRecord(
    { id: 1, record, user: value.raw(0x13, '01 01 000000000005 12000000') },
    {
      template: processCreation,
      values: [
        value.text('2024-05-06 07:08:09.123'),
        value.raw(0x0f, '443AA15A 41D4 FC68 E330000000004002'),
        value.uint32(7112),
        value.text(image),
        value.text(commandLine),
        value.hex64(0x529ae3n),
        value.text(''),
      ],
    },
  )
}

const logCleared: TemplateSource = {
  guid: hex('a0000002 0000 0000 0000 000000000002'),
  root: element(
    'UserData',
    {},
    element(
      'auto-ns3:LogFileCleared',
      { 'xmlns:auto-ns3': 'http://manifests.microsoft.com/win/2004/08/windows/eventlog', Kind: sub(3, 1) },
      element('SubjectUserName', {}, sub(0, 1)),
      element('auto-ns3:SubjectLogonId', {}, sub(1, 0x15)),
      element('Channel', {}, sub(2, 1)),
      element('BackupPath', {}),
    ),
  ),
}

/** Names that need care: blanks, a clash with System, the same name twice, none, a substituted one, one that objects have already. */
const awkward: TemplateSource = {
  guid: hex('a0000003 0000 0000 0000 000000000003'),
  root: element(
    'EventData',
    { Name: 'DETECTION' },
    element('Data', { Name: 'Threat Name' }, sub(0, 1)),
    element('Data', { Name: 'Computer' }, sub(0, 1)),
    element('Data', { Name: 'Twice' }, sub(0, 1)),
    element('Data', { Name: 'Twice' }, 'second'),
    element('Data', { Name: '' }, sub(0, 1)),
    element('Data', { Name: sub(1, 1) }, sub(0, 1)),
    element('Data', { Name: '__proto__' }, sub(0, 1)),
    element(
      'Data',
      { Name: 'Mixed' },
      'a ',
      { entity: 'lt' },
      { character: 0x20ac },
      { cdata: '<b>' },
      { pi: ['x', 'y'] },
      sub(0, 1),
      ' z',
    ),
    emptyElement('Data', { Name: 'Nothing' }),
  ),
}

/** A record whose XML has no template, as forwarded events have: everything is text. */
const plain: Element = element(
  'Event',
  { xmlns: eventNamespace },
  element(
    'System',
    {},
    emptyElement('Provider', { Name: 'Forwarder' }),
    element('EventID', {}, '4624'),
    element('Version', {}, '2'),
    element('Level', {}, '0'),
    emptyElement('TimeCreated', { SystemTime: '2024-05-06T07:08:10.500000000Z' }),
    element('EventRecordID', {}, '9007199254740993'),
    emptyElement('Correlation', {}),
    emptyElement('Execution', { ProcessID: '712', ThreadID: '716' }),
    element('Channel', {}, 'Security'),
    element('Computer', {}, 'dc01.example.net'),
    emptyElement('Security', {}),
  ),
  element(
    'EventData',
    {},
    element('Data', { Name: 'TargetUserName' }, 'r', { entity: 'amp' }, 'd'),
    element('Data', { Name: 'IpAddress' }, '192.0.2.7'),
    element('Data', { Name: 'Reason' }),
  ),
  element('RenderingInfo', { Culture: 'en-US' }, element('Message', {}, 'An account was successfully logged on.')),
)

/** Nine records. */
export const sampleRecords: readonly RecordSource[] = [
  processRecord(41, 'C:\\Tools\\plink.exe', 'plink.exe -N -R 3389:localhost:3389 tunnel@198.51.100.9'),
  processRecord(42, 'C:\\Windows\\System32\\whoami.exe', 'whoami /all'),
  {
    id: 43,
    written,
    body: {
      template: classicEvent,
      values: [
        ...systemValues(
          {
            id: 18456,
            record: 43,
            provider: 'MSSQLSERVER',
            guid: value.none,
            channel: 'Application',
            qualifiers: value.uint16(49152),
            version: value.none,
          },
          value.raw(0x81, '73006100 0000 0000 5B00310030002E0030005D00 0000'),
        ),
        value.raw(0x0e, '18 48 00 00 0e'),
      ],
    },
  },
  manifestRecord(
    {
      id: 104,
      record: 44,
      provider: 'Microsoft-Windows-Eventlog',
      channel: 'System',
      activity: value.raw(0x0f, 'AB2C1AAE 850B 0000 AC2F1AAE850BD501'),
    },
    { template: logCleared, values: [value.text('admin'), value.hex64(0n), value.text('Security'), value.text('manual')] },
  ),
  manifestRecord({ id: 1116, record: 45 }, { template: awkward, values: [value.text('v'), value.text('Label 1')] }),
  processRecord(46, 'C:\\Windows\\System32\\netsh.exe', 'netsh interface portproxy add v4tov4 8443 10.0.0.5 443'),
  { id: 47, written, body: plain },
  // A body that is nested XML without a template of its own.
  manifestRecord({ id: 7, record: 48 }, element('EventData', {}, element('Data', {}, 'only one'))),
  processRecord(49, 'C:\\Windows\\System32\\cmd.exe', 'cmd /c echo ÄÖÜ 漢字 \ud800 &lt;'),
]

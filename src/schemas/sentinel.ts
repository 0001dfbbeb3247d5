// Windows events as Microsoft Sentinel's tables hold them: SecurityEvent, WindowsEvent and Event. Facts: Azure Monitor's table reference, columns of public exports.

import { and, exists, is, not, or } from './ask.ts'
import { auditHolding } from './audit.ts'
import { withoutBlanks } from './blanks.ts'
import type { Holding, Schema } from './schema.ts'
import { type WindowsNames, windowsHoldings } from './windows.ts'

const security: WindowsNames = { channel: 'Channel', id: 'EventID', field: name => name }
const windows: WindowsNames = { channel: 'Channel', id: 'EventID', provider: 'Provider', field: name => `EventData.${name}` }
const classic: WindowsNames = { channel: 'EventLog', id: 'EventID', provider: 'Source', field: name => name }

/** An export may leave the table's name out; then its own columns say it. */
const isSecurity = or(is('Type', 'SecurityEvent'), and(exists('EventSourceName'), exists('SourceComputerId')))
const isWindows = or(
  is('Type', 'WindowsEvent'),
  and(exists('EventLevelName'), exists('Provider'), exists('EventData'), exists('Channel')),
)
const isEvent = and(not(isWindows), or(is('Type', 'Event'), exists('RenderedDescription')), exists('EventLog'))

/** The agents of Microsoft collect SecurityEvent from the Security and AppLocker channels; rows without the column are the former. */
const withChannel = (holding: Holding): Holding => ({
  ...holding,
  where: holding.where === undefined ? isSecurity : and(isSecurity, holding.where),
})

export const sentinel: Schema = {
  id: 'sentinel',
  title: 'Windows events in Microsoft Sentinel',
  recognise: and(exists('EventID'), exists('TimeGenerated'), or(isSecurity, isWindows, isEvent)),
  render: 'json',
  rows: true,
  tables: [
    {
      // The event's values are columns under their own names; those that have none are only in EventData, a text of XML, and are absent here.
      name: 'SecurityEvent',
      holds: [...windowsHoldings(security), auditHolding(security)].map(withChannel),
      fields: {
        Provider_Name: 'EventSourceName',
        SystemTime: 'TimeGenerated',
        EventRecordID: ['EventRecordId', 'EventRecordID'],
        Data: 'EventData',
      },
      otherwise: ['*'],
      columns: { TimeGenerated: 'datetime', EventID: 'int', Computer: 'string', NewProcessName: 'string', CommandLine: 'string' },
    },
    {
      name: 'WindowsEvent',
      holds: [...windowsHoldings(windows), auditHolding(windows)].map(
        (holding): Holding => ({ ...holding, where: holding.where === undefined ? isWindows : and(isWindows, holding.where) }),
      ),
      fields: {
        ...withoutBlanks(windows.field),
        Channel: 'Channel',
        EventID: 'EventID',
        Computer: 'Computer',
        Provider_Name: 'Provider',
        SystemTime: ['TimeCreated', 'TimeGenerated'],
        EventRecordID: 'EventRecordId',
        Keywords: 'Keywords',
        Level: 'EventLevel',
        Task: 'Task',
        Opcode: 'Opcode',
        Data: ['Data', 'EventData.Data'],
      },
      // A record where the export kept it as one; EventData as a text of JSON cannot be asked by name.
      otherwise: ['EventData.*'],
      columns: { TimeGenerated: 'datetime', EventID: 'int', EventData: 'dynamic', Computer: 'string' },
    },
    {
      // Values are only in EventData and ParameterXml, texts of XML: rules that ask for one by name are reported, channel, id, provider and words are answered.
      name: 'Event',
      holds: windowsHoldings(classic).map(
        (holding): Holding => ({ ...holding, where: holding.where === undefined ? isEvent : and(isEvent, holding.where) }),
      ),
      fields: {
        Channel: 'EventLog',
        EventID: 'EventID',
        Computer: 'Computer',
        Provider_Name: 'Source',
        SystemTime: 'TimeGenerated',
        Message: 'RenderedDescription',
        Data: 'ParameterXml',
      },
      columns: { TimeGenerated: 'datetime', EventID: 'int', EventData: 'string', Computer: 'string' },
    },
  ],
  time: ['TimeCreated', 'TimeGenerated'],
  host: ['Computer'],
  user: ['Account', 'SubjectUserName', 'TargetUserName', 'EventData.User', 'EventData.SubjectUserName', 'UserName'],
  channel: ['Channel', 'EventLog'],
  eventId: ['EventID'],
}

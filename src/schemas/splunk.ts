// Windows events as Splunk's add-on for Microsoft Windows extracts and exports them: `EventCode` for the id, the channel in `source` or `LogName`. Facts: Splunk's data source descriptions and the add-on's field names, for XML and for classic (multi-line text) events.

import { and, exists, not, or } from './ask.ts'
import { auditHolding } from './audit.ts'
import type { Holding, Schema } from './schema.ts'
import { type WindowsNames, windowsClasses, windowsHoldings, windowsWhere } from './windows.ts'

const names: WindowsNames = { channel: ['Channel', 'LogName'], id: 'EventCode', field: name => name }
/** `XmlWinEventLog:Security` and `WinEventLog:Security` name the channel in `source`; only there. */
const bySource: WindowsNames = { channel: 'source', id: 'EventCode', field: name => name }
const inputs = (channel: string): readonly string[] => [`XmlWinEventLog:${channel}`, `WinEventLog:${channel}`]

const holds: readonly Holding[] = [
  ...windowsHoldings(names).map((holding): Holding => {
    const source = windowsClasses.find(row => row.class === holding.class)
    if (source === undefined || holding.where === undefined) return holding
    return {
      ...holding,
      where: or(holding.where, windowsWhere({ ...source, channels: source.channels.flatMap(inputs) }, bySource)),
    }
  }),
  ...[auditHolding(names, { image: ['New_Process_Name'], parent: ['Creator_Process_Name'] })].map(
    (holding): Holding => ({
      ...holding,
      where: or(holding.where!, windowsWhere({ channels: inputs('Security'), ids: [4688] }, bySource)),
      fields: { ...holding.fields, CommandLine: ['CommandLine', 'Process_Command_Line'] },
    }),
  ),
]

export const splunk: Schema = {
  id: 'splunk',
  title: 'Windows events in Splunk',
  recognise: and(
    exists('EventCode'),
    not(exists('EventID')),
    or(exists('source'), exists('sourcetype'), exists('Channel'), exists('LogName')),
  ),
  render: 'xml',
  tables: [
    {
      name: 'wineventlog',
      holds,
      fields: {
        EventID: ['EventCode', 'signature_id'],
        Channel: ['Channel', 'LogName', 'source'],
        Computer: ['Computer', 'ComputerName', 'host'],
        Provider_Name: ['Name', 'SourceName'],
        EventRecordID: ['EventRecordID', 'RecordNumber', 'RecordID'],
        Security_UserID: ['UserID', 'Sid'],
        // Classic events carry the names of the rendered message.
        ServiceName: ['ServiceName', 'Service_Name'],
        ImagePath: ['ImagePath', 'Service_File_Name'],
        TargetUserName: ['TargetUserName', 'Account_Name'],
        IpAddress: ['IpAddress', 'Source_Network_Address'],
        WorkstationName: ['WorkstationName', 'Workstation_Name'],
        LogonType: ['LogonType', 'Logon_Type'],
      },
      otherwise: ['*'],
    },
  ],
  time: ['SystemTime', 'UtcTime', '_time'],
  host: ['Computer', 'ComputerName', 'host', 'dest'],
  user: ['User', 'user', 'SubjectUserName', 'TargetUserName', 'Account_Name'],
  channel: ['Channel', 'LogName', 'source'],
  eventId: ['EventCode'],
}

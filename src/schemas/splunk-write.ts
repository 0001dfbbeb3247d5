// Windows events in Splunk as searches name them, with the add-ons for Microsoft Windows and for Sysmon collecting XML. Facts: the add-ons' documented sources (https://docs.splunk.com/Documentation/AddOns/released/Windows, …/MSSysmon) and Microsoft's description of event 4688.

import { is } from './ask.ts'
import type { Holding, Schema, Table } from './schema.ts'
import { creationFields } from './security.ts'
import { type WindowsNames, windowsClasses, windowsWhere } from './windows.ts'

/** The input that collects a channel is the event's `source`: `XmlWinEventLog:Security`. */
const names: WindowsNames = { channel: 'source', id: 'EventCode', field: name => name }

const holding = (source: (typeof windowsClasses)[number]): Holding => ({
  class: source.class,
  where: windowsWhere({ ...source, channels: source.channels.map(channel => `XmlWinEventLog:${channel}`) }, names),
})

/** SigmaHQ's log source guides name the provider of these; its events of other kinds have the same fields. */
const kernelFile: readonly Holding[] = ['file_access', 'file_rename'].map(category => ({
  class: { product: 'windows', category },
  where: is('Name', 'Microsoft-Windows-Kernel-File'),
  remark: `${category} is told from other events of Microsoft-Windows-Kernel-File only by the fields that the rule names`,
}))

/** Of XML events, every value has its own name; the add-ons name the event's id, channel and provider. */
const events: Omit<Table, 'holds'> = {
  name: 'XmlWinEventLog',
  fields: {
    EventID: 'EventCode',
    Channel: 'Channel',
    Computer: 'Computer',
    Provider_Name: 'Name',
    EventRecordID: 'EventRecordID',
    Security_UserID: 'UserID',
  },
  otherwise: ['*'],
  columns: { EventCode: 'int' },
}

/** Process creation by event 4688, under the names of that event; what Sysmon alone has is not there. */
const creation: Table = {
  name: 'XmlWinEventLog',
  holds: [
    {
      class: { product: 'windows', category: 'process_creation' },
      where: windowsWhere({ channels: ['XmlWinEventLog:Security'], ids: [4688] }, names),
    },
  ],
  fields: {
    ...creationFields,
    EventID: 'EventCode',
    SubjectUserSid: 'SubjectUserSid',
    SubjectDomainName: 'SubjectDomainName',
    MandatoryLabel: 'MandatoryLabel',
  },
  columns: { EventCode: 'int' },
}

/** Sysmon and the event logs, process creation by Sysmon's event 1. */
export const splunkSysmon: Schema = {
  id: 'splunk-sysmon',
  title: 'Windows events in Splunk as XML, with Sysmon',
  optIn: true,
  render: 'xml',
  tables: [{ ...events, holds: [...windowsClasses.map(holding), ...kernelFile] }],
  time: ['_time'],
  host: ['Computer'],
  user: ['User'],
}

/** The event logs without Sysmon, process creation by event 4688. */
export const splunkSecurity: Schema = {
  id: 'splunk-security',
  title: 'Windows events in Splunk as XML, without Sysmon',
  optIn: true,
  render: 'xml',
  tables: [creation, { ...events, holds: windowsClasses.filter(({ class: of }) => of.service !== 'sysmon').map(holding) }],
  time: ['_time'],
  host: ['Computer'],
  user: ['SubjectUserName'],
}

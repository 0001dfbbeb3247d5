// The Windows event log where it lies, for PowerShell: every field under the name that the event gives it. Facts: Microsoft's descriptions of the events, that of 4688 among them; Sysmon's manifest. Only written to; such logs are read as `sigma`.

import type { Schema, Table } from './schema.ts'
import { creationFields } from './security.ts'
import { type WindowsClass, windowsClasses, windowsWhere } from './windows.ts'

const names = { channel: 'Channel', id: 'EventID', field: (name: string) => name }

const events = (classes: readonly WindowsClass[]): Table => ({
  name: 'events',
  holds: classes.map(source => ({ class: source.class, where: windowsWhere(source, names) })),
  fields: {},
  otherwise: ['*'],
})

/** Process creation by event 4688, under the names of that event; what Sysmon alone has is not there. */
const creation: Table = {
  name: 'creation',
  holds: [
    {
      class: { product: 'windows', category: 'process_creation' },
      where: windowsWhere({ channels: ['Security'], ids: [4688] }, names),
    },
  ],
  fields: {
    ...creationFields,
    ...Object.fromEntries(
      [
        ...['EventID', 'Channel', 'Provider_Name'],
        ...['SubjectUserSid', 'SubjectDomainName', 'SubjectLogonId', 'NewProcessId'],
        ...['TargetUserSid', 'TargetDomainName', 'TargetLogonId', 'MandatoryLabel'],
      ].map(name => [name, name]),
    ),
  },
}

/** The event log with Sysmon: process creation is its event 1. */
export const eventLog: Schema = {
  id: 'event-log',
  title: 'the Windows event log of a machine with Sysmon',
  optIn: true,
  render: 'xml',
  tables: [events(windowsClasses)],
  time: ['SystemTime'],
  host: ['Computer'],
}

/** The event log as Windows alone keeps it: process creation is event 4688. */
export const eventLogSecurity: Schema = {
  id: 'event-log-security',
  title: 'the Windows event log of a machine without Sysmon',
  optIn: true,
  render: 'xml',
  tables: [creation, events(windowsClasses.filter(({ class: of }) => of.service !== 'sysmon'))],
  time: ['SystemTime'],
  host: ['Computer'],
}

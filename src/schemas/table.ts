// A table of Windows events whose columns are Sigma's names, for databases. Only written to; logs of this shape are read as `sigma`.

import { is } from './ask.ts'
import type { Holding, Schema } from './schema.ts'
import { windowsHoldings, windowsWhere } from './windows.ts'

const names = { channel: 'Channel', id: 'EventID', field: (name: string) => name }

/**
 * One table, `events`: a row is an event, a column a field as the Windows event log names it (Sysmon's schema; Microsoft's descriptions of
 * the events). All columns are texts, EventID and other numbers may be integers; `SystemTime` is the time in UTC, ISO 8601.
 */
export const table: Schema = {
  id: 'table',
  title: 'a table of Windows events under Sigma’s names',
  optIn: true,
  tables: [
    {
      name: 'events',
      holds: [
        ...windowsHoldings(names),
        // Security 4688 is process creation as well; what Sysmon alone has is NULL there (Microsoft's description of event 4688).
        {
          class: { product: 'windows', category: 'process_creation' },
          where: windowsWhere({ channels: ['Security'], ids: [4688] }, names),
          fields: { Image: 'NewProcessName', ParentImage: 'ParentProcessName' },
        },
        // SigmaHQ's log source guides name the provider of these; its events of other kinds have the same columns.
        ...['file_access', 'file_rename'].map(
          (category): Holding => ({
            class: { product: 'windows', category },
            where: is('Provider_Name', 'Microsoft-Windows-Kernel-File'),
            remark: `the table tells ${category} from other events of Microsoft-Windows-Kernel-File only by the fields that the rule names`,
          }),
        ),
      ],
      fields: {},
      otherwise: ['*'],
    },
  ],
  time: ['SystemTime'],
  host: ['Computer'],
}

// Windows events in Sumo Logic as log searches find them: collected in JSON by a Windows Event Log source. Facts: Sumo Logic's description of the Windows JSON app and its sample message (https://help.sumologic.com/docs/integrations/microsoft-azure/windows-json/).

import type { Predicate } from '../ir/predicate.ts'
import { rewrite } from '../ir/walk.ts'
import type { Holding, Schema } from './schema.ts'
import { type WindowsNames, windowsClasses, windowsWhere } from './windows.ts'

const names: WindowsNames = { channel: 'Channel', id: 'EventID', field: name => `EventData.${name}` }

/** Channels have one spelling. */
const spelled = (where: Predicate): Predicate =>
  rewrite(where, {
    predicate: of => (of.kind === 'test' && of.match.kind === 'glob' ? { ...of, match: { ...of.match, fold: false } } : of),
  })

const holding = (source: (typeof windowsClasses)[number]): Holding => ({
  class: source.class,
  where: spelled(windowsWhere(source, names)),
  remark: 'the search looks at source categories with "windows" in their name; name those that your sources have',
})

/** Every value of an event under its own name below EventData; ids are texts there. */
export const sumo: Schema = {
  id: 'sumo',
  title: 'Sumo Logic, Windows events collected as JSON',
  optIn: true,
  render: 'json',
  tables: [
    {
      name: '_sourceCategory=*windows*',
      holds: windowsClasses.map(holding),
      fields: {
        Channel: 'Channel',
        EventID: 'EventID',
        Computer: 'Computer',
        Provider_Name: 'Provider.Name',
        EventRecordID: 'EventRecordID',
        Keywords: 'Keywords',
        Level: 'Level',
        Task: 'Task',
        Opcode: 'Opcode',
        Message: 'Message',
        SystemTime: 'TimeCreated',
      },
      otherwise: ['EventData.*'],
      columns: { EventID: 'string', Channel: 'string' },
    },
  ],
  time: ['_messagetime'],
  host: ['Computer'],
  user: ['EventData.User', 'EventData.SubjectUserName', 'EventData.TargetUserName'],
}

// Windows events in Graylog as searches name them: shipped by Winlogbeat to a Beats input, which puts the Beat's name before every field and joins nested names with an underscore. Facts: Graylog's Beats input (Beats2Codec), Winlogbeat's exported fields.

import type { Predicate } from '../ir/predicate.ts'
import { rewrite } from '../ir/walk.ts'
import type { Holding, Schema } from './schema.ts'
import { type WindowsNames, windowsClasses, windowsWhere } from './windows.ts'

const beat = 'winlogbeat_'
const data = `${beat}winlog_event_data_`

const names: WindowsNames = {
  channel: `${beat}winlog_channel`,
  id: `${beat}winlog_event_id`,
  field: name => `${data}${name}`,
}

/** Channels have one spelling. */
const spelled = (where: Predicate): Predicate =>
  rewrite(where, {
    predicate: of => (of.kind === 'test' && of.match.kind === 'glob' ? { ...of, match: { ...of.match, fold: false } } : of),
  })

const holding = (source: (typeof windowsClasses)[number]): Holding => ({
  class: source.class,
  where: spelled(windowsWhere(source, names)),
  remark:
    'fields are named as a Beats input names them, with "winlogbeat_" in front; an input that leaves the prefix out has other names',
})

/** Every value is a text of one term, but for the message; surrounding blanks and empty values are not kept. */
export const graylog: Schema = {
  id: 'graylog',
  title: 'Graylog, Windows events from Winlogbeat through a Beats input',
  optIn: true,
  tables: [
    {
      name: 'messages',
      holds: windowsClasses.map(holding),
      fields: {
        Channel: `${beat}winlog_channel`,
        EventID: `${beat}winlog_event_id`,
        Computer: `${beat}winlog_computer_name`,
        Provider_Name: `${beat}winlog_provider_name`,
        EventRecordID: `${beat}winlog_record_id`,
        Keywords: `${beat}winlog_keywords`,
        Task: `${beat}winlog_task`,
        Opcode: `${beat}winlog_opcode`,
        Message: 'message',
      },
      otherwise: [`${data}*`],
      // The id came as a number from older Beats and comes as a text now: `4624` finds both.
      columns: { [`${beat}winlog_event_id`]: 'string' },
    },
  ],
  time: ['timestamp'],
  host: [`${beat}winlog_computer_name`],
  user: [`${data}User`, `${data}SubjectUserName`, `${data}TargetUserName`],
}

// Windows event XML told as JSON: `{Event: {System, EventData, UserData}}`, and the same without `Event`. Facts: output of evtx_dump (with and without separate attributes), chainsaw's dump, SigmaHQ's regression data, xmltodict's `@` attributes, Velociraptor's parse_evtx.

import { and, exists, not, or } from './ask.ts'
import { auditHolding } from './audit.ts'
import { withoutBlanks } from './blanks.ts'
import type { Schema } from './schema.ts'
import { type WindowsNames, windowsHoldings } from './windows.ts'

/** The three ways in which converters write an attribute, and Velociraptor's. */
const attribute = (element: string, name: string): readonly string[] => [
  `${element}.#attributes.${name}`,
  `${element}_attributes.${name}`,
  `${element}.@${name}`,
  `${element}.${name}`,
]

/** An element's text, beside attributes or alone. */
const text = (element: string): readonly string[] => [element, `${element}.#text`, `${element}.Value`]

function winevent(id: string, title: string, root: string, recognise: Schema['recognise']): Schema {
  const system = (name: string): string => `${root}System.${name}`
  const names: WindowsNames = {
    channel: system('Channel'),
    id: text(system('EventID')),
    field: name => `${root}EventData.${name}`,
  }
  return {
    id,
    title,
    recognise,
    render: 'json',
    tables: [
      {
        name: 'Event',
        holds: [...windowsHoldings(names), auditHolding(names)],
        fields: {
          ...withoutBlanks(names.field),
          Provider_Name: attribute(system('Provider'), 'Name'),
          Provider_Guid: attribute(system('Provider'), 'Guid'),
          EventID: text(system('EventID')),
          EventID_Qualifiers: attribute(system('EventID'), 'Qualifiers'),
          Version: system('Version'),
          Level: system('Level'),
          Task: system('Task'),
          Opcode: system('Opcode'),
          Keywords: system('Keywords'),
          SystemTime: attribute(system('TimeCreated'), 'SystemTime'),
          EventRecordID: system('EventRecordID'),
          Correlation_ActivityID: attribute(system('Correlation'), 'ActivityID'),
          Execution_ProcessID: attribute(system('Execution'), 'ProcessID'),
          Execution_ThreadID: attribute(system('Execution'), 'ThreadID'),
          Channel: system('Channel'),
          Computer: system('Computer'),
          Security_UserID: attribute(system('Security'), 'UserID'),
          Data: [`${root}EventData.Data`, `${root}EventData.Data.#text`],
        },
        otherwise: [`${root}EventData.*`, `${root}UserData.*.*`],
        columns: { [system('EventID')]: 'long', [system('EventRecordID')]: 'long' },
      },
    ],
    time: [...attribute(system('TimeCreated'), 'SystemTime'), `${root}EventData.UtcTime`],
    host: [system('Computer')],
    user: ['User', 'SubjectUserName', 'TargetUserName'].map(name => `${root}EventData.${name}`),
    channel: [system('Channel')],
    eventId: text(system('EventID')),
  }
}

/** Named values as a list, `[{"@Name": "Image", "#text": "…"}]`, whichever way the name is written. */
const pairs = or(
  exists('Event.EventData.Data.@Name'),
  exists('Event.EventData.Data.#attributes.Name'),
  exists('Event.EventData.Data.Name'),
)

/** `{Event: {System: {…}, EventData: {Image: …}}}`. */
export const wineventJson: Schema = winevent(
  'winevent-json',
  'Windows event XML as JSON',
  'Event.',
  and(exists('Event.System'), not(pairs)),
)

/** `{System: {EventID: {Value: 1}, …}, EventData: {Image: …}}`. */
export const wineventBare: Schema = winevent(
  'winevent-bare',
  'Windows event XML as JSON without its root',
  '',
  and(exists('System.EventID'), not(exists('Event.System'))),
)

/** The same with EventData as a list of names and texts, one column spelling per converter. */
export const wineventPairs: Schema = {
  ...wineventJson,
  id: 'winevent-pairs',
  title: 'Windows event XML as JSON, values as a list of pairs',
  recognise: and(exists('Event.System'), pairs),
  tables: wineventJson.tables.map(table => {
    const column = (name: string): readonly string[] => [
      `Event.EventData.Data[@Name=${name}].#text`,
      `Event.EventData.Data[#attributes.Name=${name}].#text`,
      `Event.EventData.Data[Name=${name}].#text`,
    ]
    return { ...table, otherwise: [...column('*'), 'Event.UserData.*.*'] }
  }),
}
